@migrations
Feature: A revision is applied as a whole or not at all
  In order to try again after whatever went wrong
  As an operator
  I want a failed upgrade to leave the database as it was

  @migrations-19
  Rule: A failed revision leaves the database unchanged
    @fixture.empty_database
    Example: Every revision fails at each of its statements
      Given a database that nobody has migrated
      When every revision fails at each of its statements, on full tables, before it succeeds
      Then after each failure revision, schema and rows were as before
      And it is at the latest revision
      And its schema is the one on record

    @fixture.empty_database
    Example: What came before the revision that failed stays
      Given a database that nobody has migrated
      When it is upgraded to the latest revision, and the second revision fails
      Then it is at the first revision
      And its schema is the one on record for it
