@tasks
Feature: Reporting on a task
  In order to learn what became of my task
  As somebody who waits for it
  I want its result exactly as the worker gave it, or the error that stopped it

  Background:
    Given Ada has an account
    And Bram has an account
    And Bram has a task "Import Q4 figures"
    And Ada has a task "Import Q3 figures" that is processing

  @tasks-16
  Rule: A report finishes a task with a result or an error, and the time
    Example: A worker completes a task
      Given an hour has passed
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then these tasks are stored
        | owner | title             | status    | version | started | finished | result             | error | details |
        | Bram  | Import Q4 figures | pending   | 1       |         |          |                    |       |         |
        | Ada   | Import Q3 figures | completed | 3       | 12:01   | 13:00    | {"imported": 1200} |       |         |

    Example: A worker gives up on a task
      Given an hour has passed
      When a worker fails "Import Q3 figures" with "the disk is full" and {"free": 0}
      Then these tasks are stored
        | owner | title             | status  | version | started | finished | result | error            | details     |
        | Bram  | Import Q4 figures | pending | 1       |         |          |        |                  |             |
        | Ada   | Import Q3 figures | failed  | 3       | 12:01   | 13:00    |        | the disk is full | {"free": 0} |

    Example: An error needs no details, and may have several lines
      When a worker fails "Import Q3 figures" because of "first\nthen\tthat\r\n"
      Then Ada finds "Import Q3 figures" failed because of "first\nthen\tthat\r\n"

    Example: A worker whose clock is behind does not finish before it started
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then these tasks are stored
        | owner | title             | started | finished |
        | Bram  | Import Q4 figures |         |          |
        | Ada   | Import Q3 figures | 12:01   | 12:01    |

  @tasks-17
  Rule: A result is read exactly as it was stored
    Scenario Outline: A result that is <why>
      When a worker completes "Import Q3 figures" with <result>
      Then Ada finds "Import Q3 figures" completed with exactly <result>

      Examples:
        | result                                         | why                               |
        | null                                           | nothing, which is a result too    |
        | true                                           | a yes                             |
        | 0                                              | a number that counts as false     |
        | ""                                             | an empty text                     |
        | []                                             | an empty list                     |
        | {}                                             | an empty object                   |
        | {"": {"": [null, [], {}]}}                     | nested, empty and null            |
        | {"a": null, "b": [null]}                       | full of nulls                     |
        | {"name": "Žluťoučký 日本語 🐘 \u200b e\u0301"} | Unicode, composed and not         |
        | "line\nbreak, tab\t, quote\" and \\ \u0001"    | full of what has to be escaped    |
        | 9007199254740993                               | one more than 2^53                |
        | -170141183460469231731687303715884105728       | a number of 128 bits              |
        | 0.1                                            | no binary fraction                |
        | 1.0                                            | a whole number with a point       |
        | 1e23                                           | not what a decimal reader expects |
        | 1.7976931348623157e308                         | the largest float                 |
        | 5e-324                                         | the smallest float                |
        | {"b": 1, "a": 2, "B": 3, "aa": 4}              | keys in any order                 |

    Example: The one number that does not: minus zero, which PostgreSQL stores as zero
      When a worker completes "Import Q3 figures" with -0.0
      Then Ada finds "Import Q3 figures" completed with exactly 0.0

    Example: A result of one megabyte
      When a worker completes "Import Q3 figures" with one megabyte of nested data
      Then Ada finds the megabyte in "Import Q3 figures", unchanged

    Example: A payload comes back exactly as it was stored, too
      When Ada submits "Tidy up" with {"n": [9007199254740993, 1e23, null, "é"]}
      Then Ada finds "Tidy up" with exactly {"n": [9007199254740993, 1e23, null, "é"]}

  @asvs-2.2.1 @tasks-18
  Rule: A report that cannot be stored is refused before anything is written
    Scenario Outline: A result with <unfit> is refused
      When a worker completes "Import Q3 figures" with <unfit> in the result
      Then the result is refused because it <problem>
      And nothing has changed

      Examples:
        | unfit           | problem                                |
        | NaN             | contains NaN or an infinity            |
        | a NUL character | contains a NUL character               |
        | a set           | contains a set, which JSON cannot hold |

    Example: Details that JSON cannot hold are refused
      When a worker fails "Import Q3 figures" with a set in the details
      Then the details is refused because it contains a set, which JSON cannot hold
      And nothing has changed

    Scenario Outline: The error <value> is refused
      When a worker fails "Import Q3 figures" because of <value>
      Then the error is refused because it <problem>
      And nothing has changed

      Examples:
        | value       | problem                         |
        | ""          | is blank                        |
        | "\u200b\n"  | is blank                        |
        | "x" × 10001 | is longer than 10000 characters |
        | "A\u0000"   | contains a NUL character        |
        | nothing     | is missing                      |

  @tasks-19
  Rule: A report must be about the task as it was claimed
    Example: A task that is gone
      Given Ada has deleted the task "Import Q3 figures"
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then the report is refused because there is no such task
      And nothing has changed

    Example: A reading that is out of date
      Given a worker knows "Import Q3 figures" only as it was before
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then the report is refused because the task has changed since it was read
      And nothing has changed

    Example: Of two reports at once the second finds the task finished
      Given the first worker has begun to complete "Import Q3 figures"
      When the second worker fails "Import Q3 figures" at the same time
      Then the second worker has to wait for the first worker
      When the first worker commits
      Then the second worker is refused because the task is already finished
      And "Import Q3 figures" is now completed
