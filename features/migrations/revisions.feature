@migrations
Feature: The revisions have one order, and can be read as SQL
  In order to know what an upgrade will do
  As an operator
  I want the revisions in one order, and each of them as SQL

  @migrations-23
  Rule: Each revision but the first has exactly one predecessor
    Example: All revisions
      Then each revision follows the one before it, and has an id of its own
      And each revision describes itself in a sentence of its own

  @migrations-24
  Rule: The SQL of an offline upgrade does what the upgrade does
    @fixture.empty_database
    Example: An upgrade to the latest revision
      Given an empty database
      When the database is upgraded to the latest revision by the SQL of the offline mode
      Then the database is at the latest revision
      And its schema is the one on record

    @fixture.empty_database
    Example: A downgrade to an empty schema
      Given an empty database
      And the database is upgraded to the latest revision by the SQL of the offline mode
      When the database is downgraded to an empty schema by the SQL of the offline mode
      Then nothing but an empty version table is left
