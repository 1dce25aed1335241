@migrations
Feature: An upgrade over all revisions loses no row
  In order to upgrade a service that has been running for years
  As an operator
  I want all data of the first schema to exist in the latest one

  @migrations-14
  Rule: Every row of the first schema exists in the latest one, and survives a downgrade
    @fixture.empty_database @slow
    Scenario Outline: A hundred thousand accounts and tasks, whose <what> change
      Given a database at <former> with 100000 accounts and as many tasks
      When the database is upgraded to <latter>
      Then all 100000 accounts and tasks are stored as <latter> has them
      When the database is downgraded to <former>
      Then all 100000 accounts and tasks are stored as <former> has them

      Examples:
        | former          | latter              | what                                     |
        | revision "0001" | revision "0003"     | former passwords                         |
        | revision "0003" | revision "0006"     | emails and display names                 |
        | revision "0006" | revision "0007"     | times                                    |
        | revision "0007" | revision "0009"     | statuses                                 |
        | revision "0009" | revision "0011"     | payloads and results                     |
        | revision "0011" | revision "0013"     | projects and agents                      |
        | revision "0013" | revision "0015"     | logs                                     |
        | revision "0015" | revision "0017"     | objectives                               |
        | revision "0017" | the latest revision | registration times, privileges, policies |

    @fixture.empty_database
    Example: A thousand accounts and tasks, over all revisions
      Given a database at revision "0001" with 1000 accounts and as many tasks
      When the database is upgraded to the latest revision
      Then all 1000 accounts and tasks are stored as the latest revision has them
      When the database is downgraded to revision "0001"
      Then all 1000 accounts and tasks are stored as revision "0001" has them

    @fixture.empty_database
    Example: A database without rows stays empty
      Given a database at revision "0001"
      When the database is upgraded to the latest revision
      Then every table is empty
      And its schema is the one on record

  @migrations-15
  Rule: Sequences continue where they were
    @fixture.empty_database
    Example: An account that is added after an upgrade gets the next id
      Given a database at revision "0001"
      And the rows of "users"
        | id | username | contact          | former_password_hash | password_changed_at |
        | 41 | Ada      | ada@example.org  | $argon2id$former     | 2026-03-02 10:00:00 |
        | 42 | Bram     | bram@example.org | $argon2id$former     | 2026-03-02 10:00:00 |
      When the database is upgraded to the latest revision
      And a program adds the rows of "users"
        | email            |
        | chen@example.org |
      Then the rows of "users" are
        | id | email            |
        | 41 | ada@example.org  |
        | 42 | bram@example.org |
        | 43 | chen@example.org |

  @migrations-16
  Rule: The first schema is only left with consent to data loss
    @fixture.empty_database
    Example: A downgrade to an empty schema is refused while there is an account
      Given a database at revision "0001"
      And the rows of "users"
        | id | username |
        | 1  | Ada      |
      When the database is downgraded to an empty schema
      Then the downgrade is refused: without the table users there is no place for its rows: users 1
      And its revision, schema and rows are unchanged
