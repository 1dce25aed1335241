@migrations
Feature: A revision is applied as a whole or not at all
  In order to repeat an upgrade after a failure
  As an operator
  I want a failed upgrade to leave the database as it was

  @migrations-19
  Rule: A failed revision leaves the database unchanged
    @fixture.empty_database
    Example: Every revision fails at each of its statements
      Given an empty database
      When every revision fails at each of its statements on full tables, and then succeeds
      Then each failure leaves revision, schema and rows unchanged
      And the database is at the latest revision
      And its schema is the one on record

    @fixture.empty_database
    Example: The revisions before the failed one stay
      Given an empty database
      When the database is upgraded to the latest revision while the second revision fails
      Then the database is at revision "0001"
      And its schema is the one on record
