@migrations
Feature: Large tables are migrated in batches while programs write to them
  In order to upgrade a service with many users without an outage
  As an operator
  I want a revision to lock few rows at a time, and to keep every concurrent change

  @migrations-31
  Rule: The old columns are authoritative until a revision removes them
    @fixture.empty_database
    Example: A program of the old schema adds and changes a status
      Given a database at revision "0008" with the accounts of Ada and Bram
      When a program adds the rows of "tasks"
        | id | status     |
        | 1  | ToDo       |
        | 2  | " Running" |
        | 3  | almost     |
      And a program changes the rows of "tasks"
        | id | status  |
        | 1  | Aborted |
        | 3  | Done    |
      Then the rows of "tasks" are
        | id | status     | state      |
        | 1  | Aborted    | failed     |
        | 2  | " Running" | processing |
        | 3  | Done       | completed  |

    @fixture.empty_database
    Example: A program of the old schema adds and changes a payload and a result
      Given a database at revision "0010" with the accounts of Ada and Bram
      When a program adds the rows of "tasks"
        | id | payload      | result  |
        | 1  | {"rows": 1}  | nothing |
        | 2  | as last time | null    |
      And a program changes the rows of "tasks"
        | id | payload       | result    |
        | 1  | {"a":1,"a":2} | all of it |
      Then the rows of "tasks" are
        | id | payload       | payload_json                  | result    | result_json           |
        | 1  | {"a":1,"a":2} | {"text": "{\"a\":1,\"a\":2}"} | all of it | {"text": "all of it"} |
        | 2  | as last time  | {"text": "as last time"}      | null      | null                  |

    @fixture.empty_database
    Example: A program of the old schema adds an account without a time of change
      Given a database at revision "0018"
      When a program adds the rows of "users"
        | id | email            | created_at             | changed_at             |
        | 1  | ada@example.org  | 2026-03-02 09:00:00+00 | nothing                |
        | 2  | bram@example.org | 2026-03-02 09:00:00+00 | 2026-03-02 10:00:00+00 |
      Then the rows of "users" are
        | id | changed_at             |
        | 1  | 2026-03-02 09:00:00+00 |
        | 2  | 2026-03-02 10:00:00+00 |

    @fixture.empty_database
    Scenario Outline: <what> changes after it was copied
      Given a database at revision "<from>" with rows in every table
      When a program changes the rows of "<table>"
        | id | <column> |
        | 1  | <value>  |
      And the database is upgraded to revision "<to>"
      Then Ada's rows of "<copy>" are
        | <place> |
        | <said>  |

      Examples:
        | from | to   | table | column               | value                                  | copy             | place         | said          | what              |
        | 0002 | 0003 | users | former_password_hash | $argon2id$now                          | password_history | password_hash | $argon2id$now | A former password |
        | 0012 | 0013 | tasks | agent                | Cook                                   | agents           | name          | Cook          | An agent          |
        | 0012 | 0013 | tasks | project              | /srv/now                               | projects         | path          | /srv/now      | A project         |
        | 0014 | 0015 | tasks | log                  | 2026-03-02 12:00:00 user command: Stop | turns            | text          | Stop          | A log             |
        | 0016 | 0017 | users | objective            | Close Q4                               | objectives       | text          | Close Q4      | An objective      |

    @fixture.empty_database
    Example: The accounts with the smallest and the largest id are migrated
      Given a database at revision "0002"
      And the rows of "users"
        | id                   | username | former_password_hash | password_changed_at |
        | -9223372036854775808 | Ada      | $argon2id$ada        | 2026-03-02 10:00:00 |
        | 9223372036854775807  | Bram     | $argon2id$bram       | 2026-03-02 10:00:00 |
      When the database is upgraded to revision "0003"
      Then the rows of "password_history" are
        | id | user_id              | password_hash  |
        | 1  | -9223372036854775808 | $argon2id$ada  |
        | 2  | 9223372036854775807  | $argon2id$bram |

    @fixture.empty_database
    Example: A later batch has an earlier task of the same agent, and a project of the same name
      Given a database at revision "0012" with rows in every table
      When a program adds the rows of "tasks"
        | id | user_id | project | agent | agent_session                        | created_at             |
        | 3  | 1       | /srv/q3 | Clerk | 00000000-0000-4000-8000-000000000001 | 2026-03-01 00:00:00+00 |
        | 4  | 1       | /new/Q3 | Clerk | 00000000-0000-4000-8000-000000000003 | 2026-03-03 00:00:00+00 |
      And the database is upgraded to revision "0013"
      Then the rows of "projects" are
        | id | owner_id | path    | slug            | created_at             |
        | 1  | 1        | /srv/q3 | q3              | 2026-03-01 00:00:00+00 |
        | 2  | 2        | /srv/q4 | q4              | 2026-03-02 09:00:00+00 |
        | 3  | 1        | /new/Q3 | q3-5a8d9b584e26 | 2026-03-03 00:00:00+00 |
      And the rows of "agents" are
        | id | owner_id | project_id | created_at             |
        | 1  | 1        | 1          | 2026-03-01 00:00:00+00 |
        | 2  | 2        | 2          | 2026-03-02 09:00:00+00 |
        | 3  | 1        | 3          | 2026-03-03 00:00:00+00 |
      And the rows of "tasks" are
        | id | agent_id |
        | 1  | 1        |
        | 2  | 2        |
        | 3  | 1        |
        | 4  | 3        |

    @fixture.empty_database
    Example: A task is deleted after its log was split
      Given a database at revision "0014" with rows in every table
      When a program deletes the rows of "tasks"
        | id |
        | 1  |
      And the database is upgraded to revision "0015"
      Then Ada has no rows in "turns"
      And Ada has no rows in "events"

  @migrations-32
  Rule: Rows changed during the backfill end up with their new values
    @fixture.empty_database
    Scenario Outline: Bram's <what> is changed in an open transaction
      Given a database at revision "<from>" with rows in every table
      And a program changes the rows of "<table>" in an open transaction
        | id | <column> |
        | 2  | <value>  |
      When the database is upgraded to revision "<to>" concurrently
      Then the upgrade has to wait for the program
      When the program commits
      Then the upgrade is not refused
      And the database is at revision "<to>"
      And Bram's rows of "<copy>" are
        | <place> |
        | <said>  |

      Examples:
        | from | to   | table | column               | value                                  | copy             | place         | said          | what            |
        | 0002 | 0003 | users | former_password_hash | $argon2id$now                          | password_history | password_hash | $argon2id$now | former password |
        | 0012 | 0013 | tasks | agent                | Cook                                   | agents           | name          | Cook          | agent           |
        | 0014 | 0015 | tasks | log                  | 2026-03-02 12:00:00 user command: Stop | turns            | text          | Stop          | log             |
        | 0016 | 0017 | users | objective            | Close Q4                               | objectives       | text          | Close Q4      | objective       |

  @migrations-33
  Rule: Rows written after their batch and before the old columns are dropped are not lost
    @fixture.empty_database
    Scenario Outline: Bram's <what> changes just before the table is locked
      Given a database at revision "<from>" with rows in every table
      And an upgrade to revision "<to>" has stopped before it locks the table
      When a program changes the rows of "<table>"
        | id | <column> |
        | 2  | <value>  |
      And the upgrade continues
      Then the upgrade is not refused
      And Bram's rows of "<copy>" are
        | <place> |
        | <said>  |

      Examples:
        | from | to   | table | column               | value                                  | copy             | place         | said                | what            |
        | 0002 | 0003 | users | former_password_hash | $argon2id$now                          | password_history | password_hash | $argon2id$now       | former password |
        | 0008 | 0009 | tasks | status               | Done                                   | tasks            | status        | completed           | status          |
        | 0010 | 0011 | tasks | payload              | as ever                                | tasks            | payload       | {"text": "as ever"} | payload         |
        | 0012 | 0013 | tasks | agent                | Cook                                   | agents           | name          | Cook                | agent           |
        | 0014 | 0015 | tasks | log                  | 2026-03-02 12:00:00 user command: Stop | turns            | text          | Stop                | log             |
        | 0016 | 0017 | users | objective            | Close Q4                               | objectives       | text          | Close Q4            | objective       |

  @migrations-34
  Rule: A value that cannot be migrated is refused, even at the last moment
    @fixture.empty_database
    Scenario Outline: The upgrade is refused for <what>
      Given a database at revision "<from>" with rows in every table
      And an upgrade to revision "<to>" has stopped before it locks the table
      When a program changes the rows of "<table>"
        | id | <column> |
        | 2  | <value>  |
      And the upgrade continues
      Then the upgrade is refused: <refusal>
      And the database is at revision "<from>"
      And Bram's rows of "<table>" are
        | <column> |
        | <value>  |

      Examples:
        | from | to   | table | column        | value                                  | refusal                                                                                                               | what                                |
        | 0008 | 0009 | tasks | status        | almost                                 | no task can be like this: "almost" of task 2                                                                          | an unknown status                   |
        | 0012 | 0013 | tasks | agent_session | yesterday's                            | these tasks name no agent: task 2: "yesterday's" is no session                                                        | a session that is no UUID           |
        | 0012 | 0013 | tasks | agent_session | 00000000-0000-4000-8000-000000000001   | one session is one agent's of one user in one project: session 00000000-0000-4000-8000-000000000001 on the tasks 1, 2 | the session of another user's agent |
        | 0014 | 0015 | tasks | log           | 2026-03-01 12:00:00 user command: Stop | these turns are earlier than their task: task 2, "Stop"                                                               | a turn earlier than its task        |
        | 0016 | 0017 | users | objective     | " "                                    | these are no objectives: user 2, " "                                                                                  | a blank objective                   |

  @migrations-35
  Rule: No transaction of an upgrade writes more than ten thousand rows of a table
    @fixture.empty_database
    Example: One account and one task more than a batch can have
      Given a database at revision "0001" with 10001 accounts and as many tasks
      When the database is upgraded to the latest revision one revision at a time
      Then no transaction has written more than 10000 rows of a table
      And all 10001 accounts and tasks are stored as the latest revision has them
