@migrations
Feature: New constraints and existing rows
  In order to rely on a constraint for every row, not only for new ones
  As an operator
  I want a new constraint to hold for new rows at once, and later for all, with the violations named

  @migrations-11
  Rule: A new constraint applies to new rows first; existing rows stay and may be corrected
    @fixture.empty_database
    Example: Existing rows that violate constraints are kept, and new ones are refused
      Given a database at revision "0019"
      And the rows of "users"
        | id | email            | password_hash  | version | created_at             | changed_at             |
        | 1  | ada@example.org  | hunter2        | 0       | 2026-03-02 09:00:00+00 | 2026-03-02 08:00:00+00 |
        | 2  | bram@example.org | $argon2id$bram | 1       | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 |
      And the rows of "password_history"
        | id | user_id | password_hash |
        | 1  | 2       | hunter2       |
      And the rows of "tasks"
        | id | owner_id | title | status    | result  | error   | started_at             | finished_at            |
        | 1  | 1        | " "   | completed | nothing | nothing | nothing                | nothing                |
        | 2  | 2        | Q3    | pending   | {}      | nothing | 2026-03-02 08:00:00+00 | 2026-03-02 07:00:00+00 |
      When the database is upgraded to revision "0020"
      Then the rows of "users" are
        | id | email            | password_hash  | version | created_at             | changed_at             |
        | 1  | ada@example.org  | hunter2        | 0       | 2026-03-02 09:00:00+00 | 2026-03-02 08:00:00+00 |
        | 2  | bram@example.org | $argon2id$bram | 1       | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 |
      And the rows of "tasks" are
        | id | owner_id | title | status    | result  | started_at             | finished_at            | version |
        | 1  | 1        | " "   | completed | nothing | nothing                | nothing                | 1       |
        | 2  | 2        | Q3    | pending   | {}      | 2026-03-02 08:00:00+00 | 2026-03-02 07:00:00+00 | 1       |
      When a program tries to add the rows of "tasks"
        | owner_id | title | status    | result  | started_at             | finished_at            |
        | 2        | Q3    | completed | nothing | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 |
      Then the database rejects it because of the constraint ck_tasks_result_when_completed

    @fixture.empty_database
    Example: A downgrade would lose the versions of tasks
      Given a database at revision "0020" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | status  | version |
        | 1  | 1        | pending | 1       |
        | 2  | 2        | pending | 2       |
      When the database is downgraded to revision "0019"
      Then the downgrade is refused: how often these tasks were changed has no place: task 2
      And its revision, schema and rows are unchanged

  @contract @migrations-12
  Rule: A constraint is validated once no row violates it; until then violations are named
    @fixture.empty_database
    Scenario Outline: A task with <what> violates <rule>
      Given a database at revision "0019" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | title   | status   | result   | error   | error_details | created_at             | started_at | finished_at |
        | 1  | 1        | <title> | <status> | <result> | <error> | <details>     | 2026-03-02 09:00:00+00 | <started>  | <finished>  |
      When the database is upgraded to revision "0020"
      And the database is upgraded to revision "0021"
      Then the upgrade is refused: these rows break a rule: tasks 1 by <rule>
      And its revision, schema and rows are unchanged
      When a program changes the rows of "tasks"
        | id | title | status  | result  | error   | error_details | started_at | finished_at |
        | 1  | Q3    | pending | nothing | nothing | nothing       | nothing    | nothing     |
      And the database is upgraded to revision "0021"
      Then the rows of "tasks" are
        | id | owner_id | title | status  | result  | error   | error_details | created_at             | started_at | finished_at |
        | 1  | 1        | Q3    | pending | nothing | nothing | nothing       | 2026-03-02 09:00:00+00 | nothing    | nothing     |

      Examples:
        | title     | status     | result  | error       | details | started                | finished               | rule                            | what                               |
        | " "       | pending    | nothing | nothing     | nothing | nothing                | nothing                | ck_tasks_title_form             | a blank title                      |
        | "x" × 201 | pending    | nothing | nothing     | nothing | nothing                | nothing                | ck_tasks_title_form             | a title of 201 characters          |
        | Q3        | failed     | nothing | "x" × 10001 | nothing | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | ck_tasks_error_form             | an error of 10001 characters       |
        | Q3        | completed  | nothing | nothing     | nothing | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | ck_tasks_result_when_completed  | no result though completed         |
        | Q3        | pending    | null    | nothing     | nothing | nothing                | nothing                | ck_tasks_result_when_completed  | a result though pending            |
        | Q3        | failed     | nothing | nothing     | nothing | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | ck_tasks_error_when_failed      | no error though failed             |
        | Q3        | pending    | nothing | nothing     | {}      | nothing                | nothing                | ck_tasks_details_when_failed    | details of an error though pending |
        | Q3        | pending    | nothing | nothing     | nothing | 2026-03-02 09:00:00+00 | nothing                | ck_tasks_started_unless_pending | a start though pending             |
        | Q3        | processing | nothing | nothing     | nothing | nothing                | nothing                | ck_tasks_started_unless_pending | no start though processing         |
        | Q3        | completed  | null    | nothing     | nothing | 2026-03-02 09:00:00+00 | nothing                | ck_tasks_finished_when_over     | no end though completed            |
        | Q3        | processing | nothing | nothing     | nothing | 2026-03-02 08:00:00+00 | nothing                | ck_tasks_started_after_created  | a start before its creation        |
        | Q3        | completed  | null    | nothing     | nothing | 2026-03-02 09:00:00+00 | 2026-03-02 08:00:00+00 | ck_tasks_finished_after_started | an end before its start            |

    @fixture.empty_database
    Scenario Outline: The upgrade names <rule>
      Given a database at revision "0019"
      And the rows of "users"
        | id | email            | password_hash  | version   | created_at             | changed_at             | deactivated_at |
        | 7  | ada@example.org  | <hash>         | <version> | 2026-03-02 09:00:00+00 | <changed>              | <deactivated>  |
        | 8  | bram@example.org | $argon2id$bram | 1         | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | nothing        |
      And the rows of "password_history"
        | id | user_id | password_hash |
        | 9  | 8       | <former>      |
      When the database is upgraded to revision "0020"
      And the database is upgraded to revision "0021"
      Then the upgrade is refused: these rows break a rule: <rule>
      And its revision, schema and rows are unchanged

      Examples:
        | hash          | version | changed                | deactivated            | former         | rule                                                         |
        | hunter2       | 1       | 2026-03-02 09:00:00+00 | nothing                | $argon2id$bram | users 7 by ck_users_password_hash_form                       |
        | $argon2id$ada | 0       | 2026-03-02 09:00:00+00 | nothing                | $argon2id$bram | users 7 by ck_users_version_counts                           |
        | $argon2id$ada | 1       | 2026-03-02 08:00:00+00 | nothing                | $argon2id$bram | users 7 by ck_users_changed_after_created                    |
        | $argon2id$ada | 1       | 2026-03-02 09:00:00+00 | 2026-03-02 08:00:00+00 | $argon2id$bram | users 7 by ck_users_deactivated_after_created                |
        | $argon2id$ada | 1       | 2026-03-02 09:00:00+00 | nothing                | hunter2        | password_history 9 by ck_password_history_password_hash_form |

  @migrations-13
  Rule: Privileges and indexes change no data
    @fixture.empty_database
    Example: Tasks are unchanged by an upgrade from revision "0021" and its downgrade
      Given a database at revision "0021" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id                  | owner_id | title     | status    | payload     | result      | started_at             | finished_at            |
        | 1                   | 1        | "x" × 200 | completed | {"rows": 1} | "Žluť 🐘\n" | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 |
        | 9223372036854775807 | 2        | 🐘        | pending   | null        | nothing     | nothing                | nothing                |
      When the database is upgraded to the latest revision
      Then the rows of "tasks" are
        | id                  | owner_id | title     | status    | payload     | result      | started_at             | finished_at            |
        | 1                   | 1        | "x" × 200 | completed | {"rows": 1} | "Žluť 🐘\n" | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 |
        | 9223372036854775807 | 2        | 🐘        | pending   | null        | nothing     | nothing                | nothing                |
      When the database is downgraded to revision "0021"
      Then the rows of "tasks" are
        | id                  | owner_id | title     | status    | payload     | result      | started_at             | finished_at            |
        | 1                   | 1        | "x" × 200 | completed | {"rows": 1} | "Žluť 🐘\n" | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 |
        | 9223372036854775807 | 2        | 🐘        | pending   | null        | nothing     | nothing                | nothing                |

    @fixture.empty_database
    Example: Sessions and former passwords are unchanged by an upgrade from revision "0023"
      Given a database at revision "0023" with the accounts of Ada and Bram
      And the rows of "login_sessions"
        | jti      | user_id | must_set_password | created_at             | last_seen_at           | expires_at             | ended_at               | ended_because |
        | "A" × 43 | 1       | yes               | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 2100-01-01 00:00:00+00 | nothing                | nothing       |
        | "B" × 43 | 2       | no                | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 2026-03-02 21:00:00+00 | 2026-03-02 10:00:00+00 | logged_out    |
      And the rows of "password_history"
        | id | user_id | password_hash    | retired_at             |
        | 1  | 2       | $argon2id$former | 2026-03-02 09:00:00+00 |
      When the database is upgraded to the latest revision
      Then the rows of "login_sessions" are
        | jti      | user_id | must_set_password | created_at             | last_seen_at           | expires_at             | ended_at               | ended_because |
        | "A" × 43 | 1       | yes               | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 2100-01-01 00:00:00+00 | nothing                | nothing       |
        | "B" × 43 | 2       | no                | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 2026-03-02 21:00:00+00 | 2026-03-02 10:00:00+00 | logged_out    |
      And the rows of "password_history" are
        | id | user_id | password_hash    | retired_at             |
        | 1  | 2       | $argon2id$former | 2026-03-02 09:00:00+00 |
      When the database is downgraded to revision "0023"
      Then the rows of "login_sessions" are
        | jti      | user_id | must_set_password | created_at             | last_seen_at           | expires_at             | ended_at               | ended_because |
        | "A" × 43 | 1       | yes               | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 2100-01-01 00:00:00+00 | nothing                | nothing       |
        | "B" × 43 | 2       | no                | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 2026-03-02 21:00:00+00 | 2026-03-02 10:00:00+00 | logged_out    |
      And the rows of "password_history" are
        | id | user_id | password_hash    | retired_at             |
        | 1  | 2       | $argon2id$former | 2026-03-02 09:00:00+00 |

  @migrations-37
  Rule: Stale statistics of converted columns are removed, and no row with them
    @fixture.empty_database
    Example: Tables with statistics about texts
      Given a database at revision "0023" with rows in every table
      And statistics about the texts in every tenant table
      When the database is upgraded to revision "0024"
      Then there are no statistics about texts, not even after another ANALYZE
      And all rows are as they were
      When the database is downgraded to revision "0023"
      Then all rows are as they were

    @fixture.empty_database
    Example: Values are kept as they are
      Given a database at revision "0023" with the accounts of Ada and Bram
      And the rows of "projects"
        | id | owner_id | path             | slug |
        | 1  | 1        | "/Two  SPACES/ " | q3   |
      And the rows of "agents"
        | id | owner_id | project_id | session_uuid                         | name               | priority_score | priority_reason    | priority_at            |
        | 1  | 1        | 1          | 00000000-0000-4000-8000-000000000001 | "  e\u0301 Clerk " | 0              | "  e\u0301 AUDIT " | 2026-03-02 12:00:00+00 |
      And the rows of "tasks"
        | id | owner_id | agent_id | title           | status    | payload | result  | error            | error_details | started_at             | finished_at            |
        | 1  | 1        | 1        | "  e\u0301 Q3 " | completed | 0       | false   | nothing          | nothing       | 2026-03-02 12:00:00+00 | 2026-03-02 12:00:00+00 |
        | 2  | 1        | nothing  | "x" × 199 + "y" | failed    | ""      | nothing | " e\u0301\r\n\t" | []            | 2026-03-02 12:00:00+00 | 2026-03-02 12:00:00+00 |
        | 3  | 1        | nothing  | Q4              | failed    | null    | nothing | "x" × 9999 + "y" | null          | 2026-03-02 12:00:00+00 | 2026-03-02 12:00:00+00 |
      And the rows of "turns"
        | id | owner_id | task_id | actor | intent  | text              | created_at             |
        | 1  | 1        | 1       | user  | command | " e\u0301\r\n\t"  | 2026-03-02 12:00:00+00 |
        | 2  | 1        | 1       | user  | command | "x" × 99999 + "y" | 2026-03-02 12:00:00+00 |
      And the rows of "events"
        | id | owner_id | task_id | type           | payload |
        | 1  | 1        | 1       | seen           | false   |
        | 2  | 1        | 1       | "x" × 99 + "y" | {}      |
      And the rows of "objectives", each with its open entry in "objective_history"
        | id | owner_id | text             | constraints                                  | since                  | version |
        | 1  | 1        | " e\u0301\r\n\t" | ["  e\u0301 CHEAPLY ", "  e\u0301 CHEAPLY "] | 2026-03-02 10:00:00+00 | 1       |
      And statistics about the texts in every tenant table
      When the database is upgraded to revision "0024"
      Then all rows are as they were
      When the database is downgraded to revision "0023"
      Then all rows are as they were
