@tasks
Feature: Reporting on a task
  In order to learn the outcome of my task
  As a tenant
  I want its result exactly as the worker reported it, or the error that stopped it

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
      And the side effects are
        | table | inserted | updated | deleted |
        | tasks | 0        | 1       | 0       |

    Example: A worker reports an error with details
      Given an hour has passed
      When a worker fails "Import Q3 figures" because of "the disk is full" with {"free": 0}
      Then these tasks are stored
        | owner | title             | status  | version | started | finished | result | error            | details     |
        | Bram  | Import Q4 figures | pending | 1       |         |          |        |                  |             |
        | Ada   | Import Q3 figures | failed  | 3       | 12:01   | 13:00    |        | the disk is full | {"free": 0} |

    Example: An error without details may have several lines
      When a worker fails "Import Q3 figures" because of "first\nthen\tthat\r\n"
      Then the error of "Import Q3 figures" reads back as "first\nthen\tthat\r\n"
      And these tasks are stored
        | title             | status  | details |
        | Import Q4 figures | pending |         |
        | Import Q3 figures | failed  |         |

    Example: A task does not finish before it started, although the clock is behind
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then these tasks are stored
        | owner | title             | started | finished |
        | Bram  | Import Q4 figures |         |          |
        | Ada   | Import Q3 figures | 12:01   | 12:01    |

  @tasks-17
  Rule: A result is read exactly as it was stored
    Scenario Outline: The result <result> is read as it was stored
      When a worker completes "Import Q3 figures" with <result>
      Then the result of "Import Q3 figures" reads back as <result>
      And "Import Q3 figures" is now completed

      Examples: Empty values and structures
        | result                     |
        | null                       |
        | true                       |
        | 0                          |
        | ""                         |
        | []                         |
        | {}                         |
        | {"": {"": [null, [], {}]}} |
        | {"a": null, "b": [null]}   |

      Examples: Text and keys
        | result                                         |
        | {"name": "Žluťoučký 日本語 🐘 \u200b e\u0301"} |
        | "line\nbreak, tab\t, quote\" and \\ \u0001"    |
        | {"b": 1, "a": 2, "B": 3, "aa": 4}              |

      Examples: Numbers
        | result                                   |
        | 9007199254740993                         |
        | -170141183460469231731687303715884105728 |
        | 0.1                                      |
        | 1.0                                      |
        | 1e23                                     |
        | 1.7976931348623157e308                   |
        | 5e-324                                   |

    Example: The result -0.0 is read as 0.0: PostgreSQL has no negative zero in JSON
      When a worker completes "Import Q3 figures" with -0.0
      Then the result of "Import Q3 figures" reads back as 0.0

    Example: A result of one megabyte is read as it was stored
      When a worker completes "Import Q3 figures" with one megabyte of nested data
      Then the result of "Import Q3 figures" reads back as one megabyte of nested data

    Example: A payload is read as it was stored
      When Ada submits "Tidy up" with {"n": [9007199254740993, 1e23, null, "é"]}
      Then the payload of "Tidy up" reads back as {"n": [9007199254740993, 1e23, null, "é"]}

  @asvs-2.2.1 @tasks-18
  Rule: A report that cannot be stored is refused before anything is written
    Scenario Outline: A result that contains <content> is refused
      When a worker completes "Import Q3 figures" with data that contains <content>
      Then the result is refused because it <problem>
      And nothing has changed

      Examples:
        | content         | problem                                |
        | NaN             | contains NaN or an infinity            |
        | a NUL character | contains a NUL character               |
        | a set           | contains a set, which JSON cannot hold |

    Example: Details that JSON cannot hold are refused
      When a worker fails "Import Q3 figures" because of "the disk is full" with data that contains a set
      Then the value of the details is refused because it contains a set, which JSON cannot hold
      And nothing has changed

    Scenario Outline: The error <value> is refused: it <problem>
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
    Example: A report on a deleted task is refused
      Given Ada deletes the task "Import Q3 figures"
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then the report is refused because there is no such task
      And nothing has changed

    Example: A report that is based on an outdated version is refused
      Given a worker knows only the version before of "Import Q3 figures"
      When a worker completes "Import Q3 figures" with {"imported": 1200}
      Then the report is refused because the task has changed since it was read
      And nothing has changed

    Example: Of two concurrent reports the second is refused
      Given the first worker completes "Import Q3 figures" in an open transaction
      When the second worker fails "Import Q3 figures" concurrently
      Then the second worker has to wait for the first worker
      When the first worker commits
      Then the second worker is refused because the task is already finished
      And "Import Q3 figures" is now completed

  @tasks-26
  Rule: A task for an agent is reported on like any other, and stays with its agent
    Background:
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Tidy up" for "Scribe" that is processing

    Scenario Outline: A task for an agent is now <status> because a worker <reports>
      When a worker <reports>
      Then these tasks are stored
        | title             | agent  | status     | version |
        | Import Q4 figures |        | pending    | 1       |
        | Import Q3 figures |        | processing | 2       |
        | Tidy up           | Scribe | <status>   | 3       |

      Examples:
        | reports             | status    |
        | completes "Tidy up" | completed |
        | fails "Tidy up"     | failed    |

    Example: A report on a task for an agent that is based on an outdated version is refused
      Given a worker knows only the version before of "Tidy up"
      When a worker completes "Tidy up"
      Then the report is refused because the task has changed since it was read
      And nothing has changed

    Example: A report on a task whose agent was deleted is refused
      Given Ada deletes the agent "Scribe"
      When a worker completes "Tidy up"
      Then the report is refused because there is no such task
      And nothing has changed
