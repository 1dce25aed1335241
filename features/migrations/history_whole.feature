@migrations
Feature: An upgrade over all revisions loses no row
  In order to upgrade a service that has been running for years
  As an operator
  I want all data of the first schema to exist in the latest one

  @migrations-14
  Rule: Every row of the first schema exists in the latest one, and survives a downgrade
    @fixture.empty_database @slow
    Example: A hundred thousand accounts and tasks
      Given a database at revision "0001" with 100000 accounts and as many tasks
      When the database is upgraded to the latest revision
      Then all 100000 accounts and tasks are stored as the latest revision has them
      When the database is downgraded to revision "0001"
      Then all 100000 accounts and tasks are stored as revision "0001" has them

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
