@migrations
Feature: An upgrade waits for locks, up to a limit
  In order to upgrade while the service is running
  As an operator
  I want an upgrade that blocks others only briefly, and that names who blocks it

  @migrations-25
  Rule: Of two concurrent upgrades one waits and finds nothing to do
    @fixture.empty_database
    Example: Two operators upgrade one database concurrently
      Given a database at revision "0001" with rows in every table
      And Ada's upgrade to the latest revision has stopped before it records its first revision
      When Bram upgrades the database to the latest revision concurrently
      Then Bram has to wait for Ada
      When Ada continues
      Then both upgrades succeed, and Bram's has run no revision
      And the database is at the latest revision
      And its schema is the one on record

  @migrations-26
  Rule: An upgrade that does not get a lock in time is refused, and names the holder
    @fixture.empty_database
    Scenario Outline: A program has <lock> in an open transaction
      Given a database at revision "0003" with the accounts of Ada and Bram
      And a program has <lock> in an open transaction
      When the database is upgraded to the latest revision concurrently, with a lock timeout of 500 ms
      Then the upgrade is refused because "program" holds <what>, and shows no value of its query
      And no session waits for a lock
      And its revision, schema and rows are unchanged
      When the program rolls back
      And the database is upgraded to the latest revision
      Then the database is at the latest revision

      Examples:
        | lock                     | what            |
        | written to users         | users           |
        | read users               | users           |
        | locked the version table | alembic_version |

  @migrations-36
  Rule: A revision and autovacuum never deadlock
    @fixture.empty_database
    Example: Every table is analyzed before each statement of each revision
      Given a database at revision "0001" with 10 accounts and as many tasks
      When the database is upgraded to the latest revision while every table is analyzed before each statement
      Then the upgrade is not refused
      And no analysis was cancelled by a deadlock
      And all 10 accounts and tasks are stored as the latest revision has them
      When the database is downgraded to revision "0001" while every table is analyzed before each statement
      Then the downgrade is not refused
      And no analysis was cancelled by a deadlock
      And all 10 accounts and tasks are stored as revision "0001" has them
