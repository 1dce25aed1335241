@migrations
Feature: The history as a whole loses nothing
  In order to upgrade a service that has been running for years
  As an operator
  I want its first schema's data to be there in today's, however much it is

  @migrations-14
  Rule: Every row of the first schema exists in the latest one, and survives a downgrade
    @fixture.empty_database @slow
    Example: A hundred thousand accounts and tasks
      Given 100000 accounts and as many tasks, as they were in the beginning
      When it is upgraded to the latest revision
      Then all 100000 of them are there as they are today, value by value
      When it is downgraded to revision "0001"
      Then all 100000 of them are there as they were in the beginning, value by value

    @fixture.empty_database
    Example: Nobody yet
      Given a database at revision "0001"
      When it is upgraded to the latest revision
      Then "users" has no rows
      And "password_history" has no rows
      And "tasks" has no rows
      And "projects" has no rows
      And "agents" has no rows
      And "turns" has no rows
      And "events" has no rows
      And "objectives" has no rows
      And "objective_history" has no rows

  @migrations-15
  Rule: Sequences continue where they were
    @fixture.empty_database
    Example: What is added after an upgrade
      Given a database at revision "0001"
      And the rows of "users"
        | id | username | contact          | former_password_hash | password_changed_at |
        | 41 | Ada      | ada@example.org  | $argon2id$former     | 2026-03-02 10:00:00 |
        | 42 | Bram     | bram@example.org | $argon2id$former     | 2026-03-02 10:00:00 |
      When it is upgraded to the latest revision
      And a program adds an account of "chen@example.org"
      Then the rows of "users" are
        | id | email            |
        | 41 | ada@example.org  |
        | 42 | bram@example.org |
        | 43 | chen@example.org |

  @migrations-16
  Rule: The first schema is only left with consent to data loss
    @fixture.empty_database
    Example: There is somebody
      Given a database at revision "0001"
      And the rows of "users"
        | id | username |
        | 1  | Ada      |
      When it is downgraded to nothing
      Then the downgrade is refused: without the table users there is no place for its rows: users 1
      And neither its revision nor its schema nor its rows have changed
