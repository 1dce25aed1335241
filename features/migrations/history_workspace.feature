@migrations
Feature: Projects, agents, turns and events become rows of their own
  In order to find who worked where, and what was said, however old it is
  As an operator
  I want the texts of tasks to become rows with the same owner

  @migrations-9
  Rule: Projects and agents named by tasks become rows, each once
    @fixture.empty_database
    Example: Several tasks of an agent, several agents of a project
      Given a database at revision "0011" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id                  | user_id | project          | agent     | agent_session                        | created_at                    |
        | 1                   | 1       | /srv/Q3 Žluť     | Clerk     | 00000000-0000-4000-8000-000000000001 | 2026-03-02 11:00:00+00        |
        | 2                   | 1       | " /srv/Q3 Žluť/" | Clerk     | 00000000-0000-4000-8000-000000000001 | 2026-03-02 10:00:00.000001+00 |
        | 3                   | 1       | /srv/Q3 Žluť     | Clerk     | 00000000-0000-4000-8000-00000000000A | 0001-01-01 00:00:00+00        |
        | 4                   | 2       | /srv/Q3 Žluť     | "x" × 200 | 00000000-0000-4000-8000-000000000002 | 2026-03-02 12:00:00+00        |
        | 5                   | 2       | nothing          | nothing   | nothing                              | 2026-03-02 12:00:00+00        |
        | 9223372036854775807 | 2       | /🐘              | 🐘        | 00000000-0000-4000-8000-000000000003 | 9999-12-31 23:59:59.999999+00 |
      When the database is upgraded to revision "0013"
      Then the rows of "projects" are
        | id | owner_id | path         | slug    | created_at                    |
        | 1  | 1        | /srv/Q3 Žluť | q3-lu   | 0001-01-01 00:00:00+00        |
        | 2  | 2        | /srv/Q3 Žluť | q3-lu   | 2026-03-02 12:00:00+00        |
        | 3  | 2        | /🐘          | project | 9999-12-31 23:59:59.999999+00 |
      And the rows of "agents" are
        | id | owner_id | project_id | session_uuid                         | name      | priority_score | created_at                    |
        | 1  | 1        | 1          | 00000000-0000-4000-8000-000000000001 | Clerk     | nothing        | 2026-03-02 10:00:00.000001+00 |
        | 2  | 1        | 1          | 00000000-0000-4000-8000-00000000000a | Clerk     | nothing        | 0001-01-01 00:00:00+00        |
        | 3  | 2        | 2          | 00000000-0000-4000-8000-000000000002 | "x" × 200 | nothing        | 2026-03-02 12:00:00+00        |
        | 4  | 2        | 3          | 00000000-0000-4000-8000-000000000003 | 🐘        | nothing        | 9999-12-31 23:59:59.999999+00 |
      And the rows of "tasks" are
        | id                  | owner_id | agent_id |
        | 1                   | 1        | 1        |
        | 2                   | 1        | 1        |
        | 3                   | 1        | 2        |
        | 4                   | 2        | 3        |
        | 5                   | 2        | nothing  |
        | 9223372036854775807 | 2        | 4        |
      When the database is downgraded to revision "0011"
      Then the rows of "tasks" are
        | id                  | user_id | project      | agent     | agent_session                        |
        | 1                   | 1       | /srv/Q3 Žluť | Clerk     | 00000000-0000-4000-8000-000000000001 |
        | 2                   | 1       | /srv/Q3 Žluť | Clerk     | 00000000-0000-4000-8000-000000000001 |
        | 3                   | 1       | /srv/Q3 Žluť | Clerk     | 00000000-0000-4000-8000-00000000000a |
        | 4                   | 2       | /srv/Q3 Žluť | "x" × 200 | 00000000-0000-4000-8000-000000000002 |
        | 5                   | 2       | nothing      | nothing   | nothing                              |
        | 9223372036854775807 | 2       | /🐘          | 🐘        | 00000000-0000-4000-8000-000000000003 |

    @fixture.empty_database
    Example: Names of agents, and paths but for what is around them, are kept as they are
      Given a database at revision "0011" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | user_id | project                  | agent                   | agent_session                        |
        | 1  | 1       | "/Two  SPACES/Q3 "       | "  Clerk  ONE\r\n\t"    | 00000000-0000-4000-8000-000000000001 |
        | 2  | 1       | "/e\u0301/\u212b/\ufb01" | "e\u0301 \u212b \ufb01" | 00000000-0000-4000-8000-000000000002 |
        | 3  | 1       | "/" + "x" × 498 + "y"    | "x" × 199 + "y"         | 00000000-0000-4000-8000-000000000003 |
      When the database is upgraded to revision "0013"
      Then the rows of "projects" are
        | id | path                     |
        | 1  | "/Two  SPACES/Q3"        |
        | 2  | "/e\u0301/\u212b/\ufb01" |
        | 3  | "/" + "x" × 498 + "y"    |
      And the rows of "agents" are
        | id | project_id | name                    |
        | 1  | 1          | "  Clerk  ONE\r\n\t"    |
        | 2  | 2          | "e\u0301 \u212b \ufb01" |
        | 3  | 3          | "x" × 199 + "y"         |
      When the database is downgraded to revision "0011"
      Then the rows of "tasks" are
        | id | project                  | agent                   |
        | 1  | "/Two  SPACES/Q3"        | "  Clerk  ONE\r\n\t"    |
        | 2  | "/e\u0301/\u212b/\ufb01" | "e\u0301 \u212b \ufb01" |
        | 3  | "/" + "x" × 498 + "y"    | "x" × 199 + "y"         |

    @fixture.empty_database
    Example: Projects of one name are told apart by their paths
      Given a database at revision "0011" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | user_id | project         | agent | agent_session                        |
        | 1  | 1       | /srv/q4         | Clerk | 00000000-0000-4000-8000-000000000001 |
        | 2  | 1       | /home/Q4        | Clerk | 00000000-0000-4000-8000-000000000002 |
        | 3  | 1       | "/" + "y" × 100 | Clerk | 00000000-0000-4000-8000-000000000003 |
        | 4  | 2       | /srv/q4         | Clerk | 00000000-0000-4000-8000-000000000004 |
      When the database is upgraded to revision "0013"
      Then the rows of "projects" are
        | id | owner_id | path            | slug            |
        | 1  | 1        | /srv/q4         | q4              |
        | 2  | 1        | /home/Q4        | q4-26db0bcc8a56 |
        | 3  | 1        | "/" + "y" × 100 | "y" × 63        |
        | 4  | 2        | /srv/q4         | q4              |

    @fixture.empty_database
    Scenario Outline: The upgrade is refused for <what>
      Given a database at revision "0012" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | user_id | project   | agent   | agent_session                        |
        | 1  | 1       | /srv/q3   | Clerk   | 00000000-0000-4000-8000-000000000001 |
        | 2  | <user>  | <project> | <agent> | <session>                            |
      When the database is upgraded to revision "0013"
      Then the upgrade is refused: <reason>
      And its revision, schema and rows are unchanged

      Examples:
        | user | project         | agent     | session                              | reason                                                                                                                | what                                 |
        | 1    | /srv/q3         | Clerk     | yesterday's                          | these tasks name no agent: task 2: "yesterday's" is no session                                                        | a session that is no UUID            |
        | 1    | /srv/q3         | " "       | 00000000-0000-4000-8000-000000000002 | these tasks name no agent: task 2: " " is no name                                                                     | a blank name of an agent             |
        | 1    | /srv/q3         | "x" × 201 | 00000000-0000-4000-8000-000000000002 | these tasks name no agent: task 2: "xxx                                                                               | a name of an agent of 201 characters |
        | 1    | srv/q3          | Clerk     | 00000000-0000-4000-8000-000000000002 | these tasks name no agent: task 2: "srv/q3" is no path                                                                | a path without a leading slash       |
        | 1    | /srv//q3        | Clerk     | 00000000-0000-4000-8000-000000000002 | these tasks name no agent: task 2: "/srv//q3" is no path                                                              | a path with an empty part            |
        | 1    | /               | Clerk     | 00000000-0000-4000-8000-000000000002 | these tasks name no agent: task 2: "/" is no path                                                                     | a path without a name                |
        | 1    | "/" + "x" × 500 | Clerk     | 00000000-0000-4000-8000-000000000002 | these tasks name no agent: task 2: "/xxx                                                                              | a path of 501 characters             |
        | 2    | /srv/q3         | Clerk     | 00000000-0000-4000-8000-000000000001 | one session is one agent's of one user in one project: session 00000000-0000-4000-8000-000000000001 on the tasks 1, 2 | a session of two users               |
        | 1    | /srv/q4         | Clerk     | 00000000-0000-4000-8000-000000000001 | one session is one agent's of one user in one project: session 00000000-0000-4000-8000-000000000001 on the tasks 1, 2 | a session in two projects            |
        | 1    | /srv/q3         | Cook      | 00000000-0000-4000-8000-000000000001 | one session is one agent's of one user in one project: session 00000000-0000-4000-8000-000000000001 on the tasks 1, 2 | a session with two names             |

    @fixture.empty_database
    Scenario Outline: A downgrade would lose <what>
      Given a database at revision "0013" with the accounts of Ada and Bram
      And the rows of "projects"
        | id | owner_id | path    | slug   | created_at           |
        | 1  | 1        | /srv/q3 | <slug> | <project created at> |
      And the rows of "agents"
        | id | owner_id | project_id | session_uuid                         | name  | priority_score | priority_reason | priority_at | created_at         |
        | 1  | 1        | 1          | 00000000-0000-4000-8000-000000000001 | Clerk | <score>        | <reason>        | <at>        | <agent created at> |
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             |
        | 1  | 1        | <agent>  | 2026-03-02 09:00:00+00 |
      When the database is downgraded to revision "0011"
      Then the downgrade is refused: these <refusal>
      And its revision, schema and rows are unchanged

      Examples:
        | slug | project created at     | score   | reason  | at                     | agent created at       | agent   | refusal                                                                                                | what                                     |
        | q3   | 2026-03-02 09:00:00+00 | nothing | nothing | nothing                | 2026-03-02 09:00:00+00 | nothing | projects are not what their tasks would say: project "/srv/q3"                                         | a project whose agents have done nothing |
        | q-3  | 2026-03-02 09:00:00+00 | nothing | nothing | nothing                | 2026-03-02 09:00:00+00 | 1       | projects are not what their tasks would say: project "/srv/q3"                                         | a slug that was chosen                   |
        | q3   | 2026-03-02 08:00:00+00 | nothing | nothing | nothing                | 2026-03-02 09:00:00+00 | 1       | projects are not what their tasks would say: project "/srv/q3"                                         | the time of a project                    |
        | q3   | 2026-03-02 09:00:00+00 | 55      | audit   | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | 1       | agents are not what their tasks would say: agent "Clerk", session 00000000-0000-4000-8000-000000000001 | a priority                               |
        | q3   | 2026-03-02 09:00:00+00 | nothing | nothing | nothing                | 2026-03-02 08:00:00+00 | 1       | agents are not what their tasks would say: agent "Clerk", session 00000000-0000-4000-8000-000000000001 | the time of an agent                     |

  @migrations-10
  Rule: Entries of a log become turns and events, in order, and none is lost
    @fixture.empty_database
    Example: Logs with entries of all kinds
      Given a database at revision "0013" with the accounts of Ada and Bram
      And the rows of "projects"
        | id | owner_id | path    | slug |
        | 1  | 1        | /srv/q3 | q3   |
      And the rows of "agents"
        | id | owner_id | project_id | session_uuid                         |
        | 1  | 1        | 1          | 00000000-0000-4000-8000-000000000001 |
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                                                                                                                                                                                    |
        | 1  | 1        | 1        | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 user command: Import\n2026-03-02 09:00:00 task.claimed {\"worker\": 3}\n2026-03-02 09:00:00 agent question: Which: a or b?\nŽluť 🐘\n\n2026-03-02 10:00:00.000001 user answer: b" |
        | 2  | 2        | nothing  | 2026-03-02 09:00:00+00 | "restarted by hand\n2026-03-02 08:00:00 task.paused null\n2026-02-30 10:00:00 user command: Never"                                                                                                     |
        | 3  | 1        | nothing  | 2026-03-02 09:00:00+00 | nothing                                                                                                                                                                                                |
        | 4  | 1        | nothing  | 2026-03-02 09:00:00+00 | "9999-12-31 23:59:59.999999 user shouted: Oh\n9999-12-31 23:59:59 task.done {\n9999-12-31 23:59:59 user command:  \n9999-12-31 23:59:59 log.line 1"                                                    |
      When the database is upgraded to revision "0015"
      Then the rows of "turns" are
        | id | owner_id | task_id | actor | intent   | text                        | created_at                    |
        | 1  | 1        | 1       | user  | command  | Import                      | 2026-03-02 09:00:00+00        |
        | 2  | 1        | 1       | agent | question | "Which: a or b?\nŽluť 🐘\n" | 2026-03-02 09:00:00+00        |
        | 3  | 1        | 1       | user  | answer   | b                           | 2026-03-02 10:00:00.000001+00 |
      And the rows of "events" are
        | id | owner_id | project_id | agent_id | task_id | turn_id | type         | payload                                                              | created_at                    |
        | 1  | 1        | 1          | 1        | 1       | 1       | task.claimed | {"worker": 3}                                                        | 2026-03-02 09:00:00+00        |
        | 2  | 2        | nothing    | nothing  | 2       | nothing | log.line     | {"text": "restarted by hand", "untimed": true}                       | 2026-03-02 09:00:00+00        |
        | 3  | 2        | nothing    | nothing  | 2       | nothing | task.paused  | null                                                                 | 2026-03-02 08:00:00+00        |
        | 4  | 2        | nothing    | nothing  | 2       | nothing | log.line     | {"text": "2026-02-30 10:00:00 user command: Never", "untimed": true} | 2026-03-02 08:00:00+00        |
        | 5  | 1        | nothing    | nothing  | 4       | nothing | log.line     | {"text": "user shouted: Oh"}                                         | 9999-12-31 23:59:59.999999+00 |
        | 6  | 1        | nothing    | nothing  | 4       | nothing | log.line     | {"text": "task.done {"}                                              | 9999-12-31 23:59:59+00        |
        | 7  | 1        | nothing    | nothing  | 4       | nothing | log.line     | {"text": "user command:  "}                                          | 9999-12-31 23:59:59+00        |
        | 8  | 1        | nothing    | nothing  | 4       | nothing | log.line     | {"text": "log.line 1"}                                               | 9999-12-31 23:59:59+00        |
      When the database is downgraded to revision "0013"
      Then the rows of "tasks" are
        | id | owner_id | agent_id | created_at             | log                                                                                                                                                                                                    |
        | 1  | 1        | 1        | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 user command: Import\n2026-03-02 09:00:00 task.claimed {\"worker\": 3}\n2026-03-02 09:00:00 agent question: Which: a or b?\nŽluť 🐘\n\n2026-03-02 10:00:00.000001 user answer: b" |
        | 2  | 2        | nothing  | 2026-03-02 09:00:00+00 | "restarted by hand\n2026-03-02 08:00:00 task.paused null\n2026-02-30 10:00:00 user command: Never"                                                                                                     |
        | 3  | 1        | nothing  | 2026-03-02 09:00:00+00 | nothing                                                                                                                                                                                                |
        | 4  | 1        | nothing  | 2026-03-02 09:00:00+00 | "9999-12-31 23:59:59.999999 user shouted: Oh\n9999-12-31 23:59:59 task.done {\n9999-12-31 23:59:59 user command:  \n9999-12-31 23:59:59 log.line 1"                                                    |

    @fixture.empty_database
    Example: Entries keep the order of their log, although their times run against it
      Given a database at revision "0014" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                                                                                             |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 | "2026-03-02 11:00:00 user command: Begin\n2026-03-02 10:00:00 agent progress: Half\n2026-03-02 09:00:00 seen 1" |
        | 2  | 2        | nothing  | 2026-03-02 08:00:00+00 | "2026-03-02 09:30:00 user command: Stop\n2026-03-02 08:30:00 seen 2"                                            |
      When the database is upgraded to revision "0015"
      Then the rows of "turns" are
        | id | owner_id | task_id | text  | created_at             |
        | 1  | 1        | 1       | Begin | 2026-03-02 11:00:00+00 |
        | 2  | 1        | 1       | Half  | 2026-03-02 10:00:00+00 |
        | 3  | 2        | 2       | Stop  | 2026-03-02 09:30:00+00 |
      And the rows of "events" are
        | id | owner_id | task_id | turn_id | type | payload | created_at             |
        | 1  | 1        | 1       | 2       | seen | 1       | 2026-03-02 09:00:00+00 |
        | 2  | 2        | 2       | 3       | seen | 2       | 2026-03-02 08:30:00+00 |

    @fixture.empty_database
    Example: What was said is kept as it is
      Given a database at revision "0013" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                                                                                                      |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 user command:   first  LINE\r\n\tsecond \n\n2026-03-02 09:00:00 user answer: e\u0301 \u212b \ufb01" |
        | 2  | 1        | nothing  | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 agent progress: " + "x" × 99999 + "y"                                                               |
        | 3  | 1        | nothing  | 2026-03-02 09:00:00+00 | "  by  HAND\r\n\te\u0301 \u212b \n2026-03-02 09:00:00   by  HAND\r\n\te\u0301 \u212b "                                   |
        | 4  | 1        | nothing  | 2026-03-02 09:00:00+00 | ""                                                                                                                       |
      When the database is upgraded to revision "0015"
      Then the rows of "turns" are
        | id | task_id | actor | intent   | text                           |
        | 1  | 1       | user  | command  | "  first  LINE\r\n\tsecond \n" |
        | 2  | 1       | user  | answer   | "e\u0301 \u212b \ufb01"        |
        | 3  | 2       | agent | progress | "x" × 99999 + "y"              |
      And the rows of "events" are
        | id | task_id | type     | payload                                                      |
        | 1  | 3       | log.line | {"text": "  by  HAND\r\n\te\u0301 \u212b ", "untimed": true} |
        | 2  | 3       | log.line | {"text": "  by  HAND\r\n\te\u0301 \u212b "}                  |
        | 3  | 4       | log.line | {"text": "", "untimed": true}                                |
      When the database is downgraded to revision "0013"
      Then the rows of "tasks" are
        | id | log                                                                                                                      |
        | 1  | "2026-03-02 09:00:00 user command:   first  LINE\r\n\tsecond \n\n2026-03-02 09:00:00 user answer: e\u0301 \u212b \ufb01" |
        | 2  | "2026-03-02 09:00:00 agent progress: " + "x" × 99999 + "y"                                                               |
        | 3  | "  by  HAND\r\n\te\u0301 \u212b \n2026-03-02 09:00:00   by  HAND\r\n\te\u0301 \u212b "                                   |
        | 4  | ""                                                                                                                       |

    @fixture.empty_database
    Scenario Outline: An event with the payload <payload> is kept as it is
      Given a database at revision "0013" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                        |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00 task.claimed <payload> |
      When the database is upgraded to revision "0015"
      Then the rows of "events" are
        | id | task_id | type         | payload   |
        | 1  | 1       | task.claimed | <payload> |
      When the database is downgraded to revision "0013"
      Then the rows of "tasks" are
        | id | log                                        |
        | 1  | 2026-03-02 09:00:00 task.claimed <payload> |

      Examples:
        | payload |
        | 0       |
        | ""      |
        | false   |
        | []      |
        | {}      |
        | null    |

    @fixture.empty_database
    Example: An event whose payload has a key twice stays a line of the log, so that neither is lost
      Given a database at revision "0013" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                                                                                                                     |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 task.claimed {\"a\": 1, \"a\": 2}\n2026-03-02 09:00:00 task.claimed [{\"b\": [{\"\\u003a\": 1, \"\\u003a\": 2}]}]" |
        | 2  | 1        | nothing  | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 task.claimed {\"a\": {\"a\": 1}, \"b\": {\"a\": \"a:a\"}}"                                                         |
      When the database is upgraded to revision "0015"
      Then the rows of "events" are
        | id | task_id | type         | payload                                                                |
        | 1  | 1       | log.line     | {"text": "task.claimed {\"a\": 1, \"a\": 2}"}                          |
        | 2  | 1       | log.line     | {"text": "task.claimed [{\"b\": [{\"\\u003a\": 1, \"\\u003a\": 2}]}]"} |
        | 3  | 2       | task.claimed | {"a": {"a": 1}, "b": {"a": "a:a"}}                                     |
      When the database is downgraded to revision "0013"
      Then the rows of "tasks" are
        | id | log                                                                                                                                     |
        | 1  | "2026-03-02 09:00:00 task.claimed {\"a\": 1, \"a\": 2}\n2026-03-02 09:00:00 task.claimed [{\"b\": [{\"\\u003a\": 1, \"\\u003a\": 2}]}]" |
        | 2  | "2026-03-02 09:00:00 task.claimed {\"a\": {\"a\": 1}, \"b\": {\"a\": \"a:a\"}}"                                                         |

    @fixture.empty_database
    Example: A log that was split once is not split again in another time zone
      Given a database at revision "0014" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                     |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00 user command: Begin |
      When the database is upgraded to revision "0015"
      And the database is downgraded to revision "0014" in a session with the time zone "Asia/Kathmandu"
      And the database is upgraded to revision "0015" in a session with the time zone "America/New_York"
      Then the rows of "turns" are
        | id | owner_id | task_id | actor | intent  | text  | created_at             |
        | 1  | 1        | 1       | user  | command | Begin | 2026-03-02 09:00:00+00 |

    @fixture.empty_database
    Example: A turn that is earlier than its task is named
      Given a database at revision "0014" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             | log                                                                                      |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 | "2026-03-02 09:00:00 user command: Begin\n2026-03-02 08:59:59.999999 agent progress: Go" |
      When the database is upgraded to revision "0015"
      Then the upgrade is refused: these turns are earlier than their task: task 1, "Go"
      And its revision, schema and rows are unchanged

    @fixture.empty_database
    Scenario Outline: A downgrade to a log would lose <what>
      Given a database at revision "0015" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | owner_id | agent_id | created_at             |
        | 1  | 1        | nothing  | 2026-03-02 09:00:00+00 |
      And the rows of "turns"
        | id | owner_id | task_id | actor | intent  | text   | created_at             |
        | 1  | 1        | 1       | user  | command | <text> | 2026-03-02 09:00:00+00 |
      And the rows of "events"
        | id | owner_id | project_id | agent_id | task_id | turn_id | type   | payload | created_at    |
        | 1  | 1        | nothing    | nothing  | <task>  | nothing | <type> | {}      | <happened at> |
      When the database is downgraded to revision "0013"
      Then the downgrade is refused: a log has no place for these <refusal>
      And its revision, schema and rows are unchanged

      Examples:
        | text                                     | task    | type        | happened at            | refusal                             | what                                  |
        | Begin                                    | nothing | user.joined | 2026-03-02 09:00:00+00 | events as they are: event 1         | an event of no task                   |
        | Begin                                    | 1       | log.line    | 2026-03-02 09:00:00+00 | events as they are: event 1         | the type of an event that was no line |
        | Begin                                    | 1       | task.done   | infinity               | events as they are: event 1         | an event at the time infinity         |
        | "A\n2026-03-02 09:00:00 user command: B" | 1       | task.done   | 2026-03-02 09:00:00+00 | turns as they are: turn 1 of task 1 | the end of a turn that looks like two |
