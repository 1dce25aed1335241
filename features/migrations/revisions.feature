@migrations
Feature: The history is one line
  In order to know what comes next, and to see beforehand what will be done
  As an operator
  I want the revisions in one order, and each of them as SQL that can be read

  @migrations-23
  Rule: Each revision but the first has exactly one predecessor
    Example: All revisions there are
      When the revisions are listed
      Then each of them follows the one before it, under an id of its own
      And each says in a sentence of its own what it does

  @migrations-24
  Rule: The SQL of an offline upgrade does what the upgrade does
    @fixture.empty_database
    Example: Up to the latest revision
      Given a database that nobody has migrated
      When the SQL of all revisions is printed and run
      Then it is at the latest revision
      And its schema is the one on record

    @fixture.empty_database
    Example: Down to nothing
      Given a database that nobody has migrated
      And the SQL of all revisions was printed and run
      When the SQL of all downgrades is printed and run
      Then nothing is left but the version table, which is empty
