@migrations
Feature: An upgrade waits for others, but not for ever
  In order to upgrade while the service is running
  As an operator
  I want an upgrade that gets in nobody's way for long, and that says who is in its own

  @migrations-25
  Rule: Of two concurrent upgrades one waits and finds nothing to do
    @fixture.empty_database
    Example: Two operators upgrade at the same time
      Given a database at the first revision, in which Ada has an account
      And Ada's upgrade of it is under way
      When Bram upgrades it at the same time
      Then Bram's upgrade has to wait for Ada's
      When Ada's upgrade goes on
      Then both succeed, and Bram's has done nothing
      And it is at the latest revision
      And its schema is the one on record

  @migrations-26
  Rule: An upgrade that gets no lock in time gives up, and names the holder
    @fixture.empty_database
    Scenario Outline: A client has <held> in a transaction
      Given a database at revision "0003" with the accounts of Ada and Bram
      And the client "reports" has <held> in a transaction
      When somebody upgrades it, ready to wait half a second for a lock
      Then the upgrade is refused because "reports" holds <what>, without a word of the secret
      And nothing is waiting any longer
      And neither its revision nor its schema nor its rows have changed
      When the client ends, and somebody upgrades it
      Then it is at the latest revision

      Examples:
        | held                     | what            |
        | written to users         | users           |
        | read users               | users           |
        | locked the version table | alembic_version |

  @migrations-36
  Rule: A revision and autovacuum never deadlock
    @fixture.empty_database
    Example: Every table is analyzed at each statement of each revision
      Given 10 accounts and as many tasks, as they were in the beginning
      When it is upgraded to the latest revision while every table is analyzed at each statement
      Then neither a revision nor an analysis had to give way
      And all 10 of them are there as they are today, value by value
      When it is downgraded to revision "0001" while every table is analyzed at each statement
      Then neither a revision nor an analysis had to give way
      And all 10 of them are there as they were in the beginning, value by value
