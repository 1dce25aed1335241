@migrations
Feature: Tasks are kept by every revision
  In order to find every task and its result, however old it is
  As an operator
  I want every revision to keep the tasks, whatever spelling or time zone they use

  @migrations-6
  Rule: A time without a zone was UTC, whatever zone the upgrade runs in
    @fixture.empty_database
    Scenario Outline: Times are the same instants after an upgrade in <zone>
      Given a database at revision "0006"
      And the rows of "users"
        | id | email            | created_at                 | objective | objective_since     |
        | 1  | ada@example.org  | 0001-01-01 00:00:00        | Close Q3  | 2026-03-29 02:30:00 |
        | 2  | bram@example.org | 9999-12-31 23:59:59.999999 | nothing   | nothing             |
      And the rows of "password_history"
        | id | user_id | retired_at                 |
        | 1  | 1       | 2026-10-25 01:30:00.000001 |
      And the rows of "tasks"
        | id | created_at          | started_at                 | finished_at         |
        | 1  | 2026-03-29 02:30:00 | nothing                    | nothing             |
        | 2  | 1970-01-01 00:00:00 | 2026-10-25 02:30:00.000001 | infinity            |
        | 3  | -infinity           | 1900-01-01 00:00:00        | 2026-11-01 01:30:00 |
      When the database is upgraded to revision "0007" in a session with the time zone "<zone>"
      Then the rows of "users" are
        | id | created_at                    | objective_since        |
        | 1  | 0001-01-01 00:00:00+00        | 2026-03-29 02:30:00+00 |
        | 2  | 9999-12-31 23:59:59.999999+00 | nothing                |
      And the rows of "password_history" are
        | id | retired_at                    |
        | 1  | 2026-10-25 01:30:00.000001+00 |
      And the rows of "tasks" are
        | id | created_at             | started_at                    | finished_at            |
        | 1  | 2026-03-29 02:30:00+00 | nothing                       | nothing                |
        | 2  | 1970-01-01 00:00:00+00 | 2026-10-25 02:30:00.000001+00 | infinity               |
        | 3  | -infinity              | 1900-01-01 00:00:00+00        | 2026-11-01 01:30:00+00 |
      When the database is downgraded to revision "0006" in a session with the time zone "<zone>"
      Then the rows of "users" are
        | id | created_at                 | objective_since     |
        | 1  | 0001-01-01 00:00:00        | 2026-03-29 02:30:00 |
        | 2  | 9999-12-31 23:59:59.999999 | nothing             |
      And the rows of "tasks" are
        | id | created_at          | started_at                 | finished_at         |
        | 1  | 2026-03-29 02:30:00 | nothing                    | nothing             |
        | 2  | 1970-01-01 00:00:00 | 2026-10-25 02:30:00.000001 | infinity            |
        | 3  | -infinity           | 1900-01-01 00:00:00        | 2026-11-01 01:30:00 |

      Examples:
        | zone             | why                                              |
        | UTC              | no time is shifted                               |
        | Europe/Amsterdam | hours that daylight saving time skips or repeats |
        | America/New_York | another day, and other changes of the hour       |
        | Asia/Kathmandu   | three quarters of an hour                        |

  @migrations-7
  Rule: A status is mapped to one of four values in any spelling, and others are refused
    @fixture.empty_database
    Example: All known spellings are mapped
      Given a database at revision "0007" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | status      |
        | 1  | pending     |
        | 2  | PENDING     |
        | 3  | " Open\n"   |
        | 4  | new         |
        | 5  | ToDo        |
        | 6  | queued      |
        | 7  | waiting     |
        | 8  | processing  |
        | 9  | in progress |
        | 10 | In-Progress |
        | 11 | IN_PROGRESS |
        | 12 | running     |
        | 13 | started     |
        | 14 | completed   |
        | 15 | complete    |
        | 16 | Done        |
        | 17 | finished    |
        | 18 | OK          |
        | 19 | failed      |
        | 20 | Failure     |
        | 21 | error       |
        | 22 | aborted     |
      When the database is upgraded to revision "0009"
      Then the rows of "tasks" are
        | id | status     |
        | 1  | pending    |
        | 2  | pending    |
        | 3  | pending    |
        | 4  | pending    |
        | 5  | pending    |
        | 6  | pending    |
        | 7  | pending    |
        | 8  | processing |
        | 9  | processing |
        | 10 | processing |
        | 11 | processing |
        | 12 | processing |
        | 13 | processing |
        | 14 | completed  |
        | 15 | completed  |
        | 16 | completed  |
        | 17 | completed  |
        | 18 | completed  |
        | 19 | failed     |
        | 20 | failed     |
        | 21 | failed     |
        | 22 | failed     |

    @fixture.empty_database
    Example: A downgrade turns each status into text
      Given a database at revision "0009" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | status     |
        | 1  | pending    |
        | 2  | processing |
        | 3  | completed  |
        | 4  | failed     |
      When the database is downgraded to revision "0007"
      Then the rows of "tasks" are
        | id | status     |
        | 1  | pending    |
        | 2  | processing |
        | 3  | completed  |
        | 4  | failed     |

    @fixture.empty_database
    Example: Unknown statuses are named, with their tasks
      Given a database at revision "0008" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id                  | status         |
        | 1                   | Done           |
        | 2                   | almost done    |
        | 3                   | done!          |
        | 4                   | ""             |
        | 9223372036854775807 | "won't \"do\"" |
      When the database is upgraded to revision "0009"
      Then the upgrade is refused: no task can be like this: "almost done" of task 2; "done!" of task 3; "" of task 4; "won't \"do\"" of task 9223372036854775807
      And its revision, schema and rows are unchanged

  @migrations-8
  Rule: Text that is JSON becomes JSON, and any other text is kept
    @fixture.empty_database
    Example: Payloads and results of all kinds
      Given a database at revision "0009" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | payload                                 | result                      |
        | 1  | {"rows": [1200, null, "Žluť 🐘"]}       | nothing                     |
        | 2  | null                                    | null                        |
        | 3  | "\"a string\""                          | 12345678901234567890.123456 |
        | 4  | all of them, as last time               | ""                          |
        | 5  | ""                                      | " "                         |
        | 6  | {"a": 1,                                | {'a': 1}                    |
        | 7  | {"text": "12"}                          | {"text": "\u00e9"}          |
        | 8  | 1e999999                                | NaN                         |
        | 9  | {"a": {"b": "x:y", "c": [{"d": "::"}]}} | [true, [false, []], {}]     |
      When the database is upgraded to revision "0011"
      Then the rows of "tasks" are
        | id | payload                                 | result                      |
        | 1  | {"rows": [1200, null, "Žluť 🐘"]}       | nothing                     |
        | 2  | null                                    | null                        |
        | 3  | "a string"                              | 12345678901234567890.123456 |
        | 4  | {"text": "all of them, as last time"}   | {"text": ""}                |
        | 5  | {"text": ""}                            | {"text": " "}               |
        | 6  | {"text": "{\"a\": 1,"}                  | {"text": "{'a': 1}"}        |
        | 7  | {"text": "12"}                          | {"text": "é"}               |
        | 8  | {"text": "1e999999"}                    | {"text": "NaN"}             |
        | 9  | {"a": {"b": "x:y", "c": [{"d": "::"}]}} | [true, [false, []], {}]     |
      When the database is downgraded to revision "0009"
      Then the rows of "tasks" are
        | id | payload                                 | result                      |
        | 1  | {"rows": [1200, null, "Žluť 🐘"]}       | nothing                     |
        | 2  | null                                    | null                        |
        | 3  | "\"a string\""                          | 12345678901234567890.123456 |
        | 4  | all of them, as last time               | ""                          |
        | 5  | ""                                      | " "                         |
        | 6  | {"a": 1,                                | {'a': 1}                    |
        | 7  | {"text": "12"}                          | é                           |
        | 8  | 1e999999                                | NaN                         |
        | 9  | {"a": {"b": "x:y", "c": [{"d": "::"}]}} | [true, [false, []], {}]     |

    @fixture.empty_database
    Example: Payloads and results that are JSON of nothing
      Given a database at revision "0009" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | payload | result  |
        | 1  | 0       | false   |
        | 2  | false   | 0       |
        | 3  | "\"\""  | []      |
        | 4  | []      | {}      |
        | 5  | {}      | "\"\""  |
        | 6  | 0.0     | null    |
        | 7  | null    | nothing |
      When the database is upgraded to revision "0011"
      Then the rows of "tasks" are
        | id | payload | result  |
        | 1  | 0       | false   |
        | 2  | false   | 0       |
        | 3  | ""      | []      |
        | 4  | []      | {}      |
        | 5  | {}      | ""      |
        | 6  | 0.0     | null    |
        | 7  | null    | nothing |
      When the database is downgraded to revision "0009"
      Then the rows of "tasks" are
        | id | payload | result  |
        | 1  | 0       | false   |
        | 2  | false   | 0       |
        | 3  | "\"\""  | []      |
        | 4  | []      | {}      |
        | 5  | {}      | "\"\""  |
        | 6  | 0.0     | null    |
        | 7  | null    | nothing |

    @fixture.empty_database
    Example: Text that is not JSON is kept as it is
      Given a database at revision "0009" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | payload                              | result                               |
        | 1  | "  All  of THEM\r\n\tas before\r\n " | "Žluť e\u0301 \u212b \ufb01"         |
        | 2  | "Žluť e\u0301 \u212b \ufb01"         | "  All  of THEM\r\n\tas before\r\n " |
      When the database is upgraded to revision "0011"
      Then the rows of "tasks" are
        | id | payload                                        | result                                         |
        | 1  | {"text": "  All  of THEM\r\n\tas before\r\n "} | {"text": "Žluť e\u0301 \u212b \ufb01"}         |
        | 2  | {"text": "Žluť e\u0301 \u212b \ufb01"}         | {"text": "  All  of THEM\r\n\tas before\r\n "} |
      When the database is downgraded to revision "0009"
      Then the rows of "tasks" are
        | id | payload                              | result                               |
        | 1  | "  All  of THEM\r\n\tas before\r\n " | "Žluť e\u0301 \u212b \ufb01"         |
        | 2  | "Žluť e\u0301 \u212b \ufb01"         | "  All  of THEM\r\n\tas before\r\n " |

    @fixture.empty_database
    Example: Long text that is not JSON is kept whole
      Given a database at revision "0009" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | payload            | result             |
        | 1  | "x" × 100000 + "y" | "x" × 100000 + "z" |
      When the database is upgraded to revision "0011"
      And the database is downgraded to revision "0009"
      Then the rows of "tasks" are
        | id | payload            | result             |
        | 1  | "x" × 100000 + "y" | "x" × 100000 + "z" |

    @fixture.empty_database
    Example: JSON that jsonb would change is kept as text
      Given a database at revision "0009" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | payload                          | result                           |
        | 1  | "{\"a\": \"A\\u0000B\"}"         | {"a": 1, "a": 2}                 |
        | 2  | [{"b": {"a:": 1, "a:": 2}}]      | "{\"a\": \"\\u003a\", \"a\": 1}" |
        | 3  | "[" × 9000 + "]" × 9000          | "{\"a\": \"\\ud800\"}"           |
        | 4  | "{\"a\": \"\\u003a\", \"b\": 1}" | nothing                          |
      When the database is upgraded to revision "0011"
      And the database is downgraded to revision "0009"
      Then the rows of "tasks" are
        | id | payload                     | result                           |
        | 1  | "{\"a\": \"A\\u0000B\"}"    | {"a": 1, "a": 2}                 |
        | 2  | [{"b": {"a:": 1, "a:": 2}}] | "{\"a\": \"\\u003a\", \"a\": 1}" |
        | 3  | "[" × 9000 + "]" × 9000     | "{\"a\": \"\\ud800\"}"           |
        | 4  | {"a": ":", "b": 1}          | nothing                          |

    @fixture.empty_database
    Example: A downgrade would lose the details of errors
      Given a database at revision "0011" with the accounts of Ada and Bram
      And the rows of "tasks"
        | id | error_details |
        | 1  | nothing       |
        | 2  | null          |
        | 3  | {"line": 7}   |
        | 4  | {}            |
        | 5  | []            |
        | 6  | ""            |
        | 7  | 0             |
        | 8  | false         |
      When the database is downgraded to revision "0009"
      Then the downgrade is refused: the details of an error have no place: task 2; task 3; task 4; task 5; task 6; task 7; task 8
      And its revision, schema and rows are unchanged
