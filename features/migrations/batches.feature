@migrations
Feature: Large tables are transformed while everybody goes on working
  In order to upgrade a service that has many users in the middle of the day
  As an operator
  I want a revision to keep few rows at a time, and to miss nothing that is written meanwhile

  @migrations-31
  Rule: The old columns are authoritative until a revision removes them
    @fixture.empty_database
    Example: A status is written and changed by an old program
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
    Example: A payload and a result are written and changed by an old program
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
    Example: An account is added by a program that knows nothing of changes
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
      Given a database at revision "<from>", full of rows of its time
      When a program changes the rows of "<table>"
        | id | <column> |
        | 1  | <value>  |
      And it is upgraded to revision "<to>"
      Then all that "<copy>" says of Ada in "<place>" is <said>

      Examples:
        | from | to   | table | column               | value                                  | copy             | place         | said          | what              |
        | 0002 | 0003 | users | former_password_hash | $argon2id$now                          | password_history | password_hash | $argon2id$now | A former password |
        | 0012 | 0013 | tasks | agent                | Cook                                   | agents           | name          | Cook          | An agent          |
        | 0012 | 0013 | tasks | project              | /srv/now                               | projects         | path          | /srv/now      | A project         |
        | 0014 | 0015 | tasks | log                  | 2026-03-02 12:00:00 user command: Stop | turns            | text          | Stop          | A log             |
        | 0016 | 0017 | users | objective            | Close Q4                               | objectives       | text          | Close Q4      | An objective      |

    @fixture.empty_database
    Example: The first id there can be, and the last
      Given a database at revision "0002"
      And the rows of "users"
        | id                   | username | former_password_hash | password_changed_at |
        | -9223372036854775808 | Ada      | $argon2id$ada        | 2026-03-02 10:00:00 |
        | 9223372036854775807  | Bram     | $argon2id$bram       | 2026-03-02 10:00:00 |
      When it is upgraded to revision "0003"
      Then the rows of "password_history" are
        | id | user_id              | password_hash  |
        | 1  | -9223372036854775808 | $argon2id$ada  |
        | 2  | 9223372036854775807  | $argon2id$bram |

    @fixture.empty_database
    Example: A later batch has an earlier task of the same agent, and a project of the same name
      Given a database at revision "0012", full of rows of its time
      When a program adds the rows of "tasks"
        | id | user_id | project | agent | agent_session                        | created_at             |
        | 3  | 1       | /srv/q3 | Clerk | 00000000-0000-4000-8000-000000000001 | 2026-03-01 00:00:00+00 |
        | 4  | 1       | /new/Q3 | Clerk | 00000000-0000-4000-8000-000000000003 | 2026-03-03 00:00:00+00 |
      And it is upgraded to revision "0013"
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
      Given a database at revision "0014", full of rows of its time
      When a program deletes Ada's task
      And it is upgraded to revision "0015"
      Then "turns" says nothing of Ada
      And "events" says nothing of Ada

  @migrations-32
  Rule: Rows changed during the backfill end up with their new values
    @fixture.empty_database
    Scenario Outline: Bram's <what> is being changed
      Given a database at revision "<from>", full of rows of its time
      And a client is changing the rows of "<table>"
        | id | <column> |
        | 2  | <value>  |
      When somebody upgrades it to revision "<to>" at the same time
      Then the upgrade has to wait for the client
      When the client commits, and the upgrade goes on
      Then all that "<copy>" says of Bram in "<place>" is <said>

      Examples:
        | from | to   | table | column               | value                                  | copy             | place         | said          | what            |
        | 0002 | 0003 | users | former_password_hash | $argon2id$now                          | password_history | password_hash | $argon2id$now | former password |
        | 0012 | 0013 | tasks | agent                | Cook                                   | agents           | name          | Cook          | agent           |
        | 0014 | 0015 | tasks | log                  | 2026-03-02 12:00:00 user command: Stop | turns            | text          | Stop          | log             |
        | 0016 | 0017 | users | objective            | Close Q4                               | objectives       | text          | Close Q4      | objective       |

  @migrations-33
  Rule: Rows written after their batch and before the old columns are dropped are not lost
    @fixture.empty_database
    Scenario Outline: Bram's <what> was changed in the last moment
      Given a database at revision "<from>", full of rows of its time
      And an upgrade to revision "<to>" has come to where it locks the table
      When a program changes the rows of "<table>"
        | id | <column> |
        | 2  | <value>  |
      And the upgrade goes on to its end
      Then all that "<copy>" says of Bram in "<place>" is <said>

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
    Scenario Outline: The upgrade is refused: <what>
      Given a database at revision "<from>", full of rows of its time
      And an upgrade to revision "<to>" has come to where it locks the table
      When a program changes the rows of "<table>"
        | id | <column> |
        | 2  | <value>  |
      And the upgrade goes on to its end, or is refused
      Then the upgrade is refused: <refusal>
      And it is still at revision "<from>"
      And all that "<table>" says of Bram in "<column>" is <value>

      Examples:
        | from | to   | table | column        | value                                  | refusal                                                                                                               | what                              |
        | 0008 | 0009 | tasks | status        | almost                                 | no task can be like this: "almost" of task 2                                                                          | A status that nobody knows        |
        | 0012 | 0013 | tasks | agent_session | yesterday's                            | these tasks name no agent: task 2: "yesterday's" is no session                                                        | A session that is no UUID         |
        | 0012 | 0013 | tasks | agent_session | 00000000-0000-4000-8000-000000000001   | one session is one agent's of one user in one project: session 00000000-0000-4000-8000-000000000001 on the tasks 1, 2 | A session that is somebody else's |
        | 0014 | 0015 | tasks | log           | 2026-03-01 12:00:00 user command: Stop | these turns are earlier than their task: task 2, "Stop"                                                               | A turn earlier than its task      |
        | 0016 | 0017 | users | objective     | " "                                    | these are no objectives: user 2, " "                                                                                  | An objective that is blank        |

  @migrations-35
  Rule: No transaction of an upgrade writes more than ten thousand rows of a table
    @fixture.empty_database
    Example: One account and one task more than are written at a time
      Given 10001 accounts and as many tasks, as they were in the beginning
      When it is upgraded to the latest revision, one after the other
      Then no transaction has written more than 10000 rows of a table
      And all 10001 of them are there as they are today, value by value
