@transactions
Feature: A transaction that conflicts with another one is retried as a whole
  In order to write transactions without regard to concurrent ones
  As a developer
  I want conflicts to be retried, up to a limit, and all other errors to be raised immediately

  @transactions-8
  Rule: A conflict is retried as a whole, until it succeeds or the retry limit is reached
    Background:
      Given Ada has an account

    Scenario Outline: A transaction that meets <conflicts> takes <attempts>
      When Ada submits "Water" with retries, and meets <conflicts>
      Then Ada is not refused
      And it takes <attempts>
      And exactly these tasks are stored: "Water"

      Examples:
        | conflicts                          | attempts   | why                                     |
        | 0 deadlocks                        | 1 attempt  | nothing is repeated without a reason    |
        | 1 deadlock                         | 2 attempts | the server has aborted this transaction |
        | 2 serialization failures           | 3 attempts | twice in a row                          |
        | 2 serialization failures at COMMIT | 3 attempts | after all statements have succeeded     |
        | 5 serialization failures           | 6 attempts | the default limit                       |

    Scenario Outline: A transaction that conflicts in each of <limit> attempts is refused
      Given retries.attempts is set to <limit>
      When Ada submits "Water" with retries, and meets <conflicts>
      Then Ada is refused because it conflicted with other transactions at every attempt
      And it takes <limit> attempts
      And the limits of the waits between the attempts are <waits> ms
      And nothing has changed

      Examples:
        | limit | conflicts                | waits                         | why                                  |
        | 2     | 2 serialization failures | 10                            | no wait after the last attempt       |
        | 8     | 9 serialization failures | 10, 20, 40, 80, 160, 320, 500 | doubled each time, up to the longest |

    Example: By the system's clock, each wait is at least as long as its limit
      When Ada submits "Water" with retries by the system's clock, and meets 2 deadlocks
      Then Ada is not refused
      And it takes 3 attempts
      And each wait was at least as long as its limit

    Example: In 100 attempts no wait is longer than the setting retries.longest
      Given retries.attempts is set to 100
      When Ada submits "Water" with retries, and meets 99 deadlocks
      Then Ada is not refused
      And it takes 100 attempts
      And the limits of the waits between the attempts are 10, 20, 40, 80, 160, 320, 500 ms

  @transactions-9
  Rule: An error that a retry cannot resolve is raised by the first attempt
    Background:
      Given Ada has an account
      And Ada has a project "engine"
      And timeouts.lock is set to 50 ms

    Scenario Outline: A transaction is not retried if <fault>
      When Ada submits "Water" with retries, and <fault>
      Then the caller gets exactly that error
      And it takes 1 attempt
      And nothing has changed

      Examples:
        | fault                                  | why                                                 |
        | the program raises an error            | it is no conflict                                   |
        | the service refuses an operation       | nor is this                                         |
        | the database refuses a statement       | nor is this                                         |
        | a task is edited to have a blank title | nor is this                                         |
        | a lock is not granted in time          | it has waited for long enough                       |
        | the connection is lost                 | the caller decides whether to go on                 |
        | a result is left unread                | likewise: the connection accepts no more statements |

  @transactions-10
  Rule: No timeout and no retry limit can be set to zero or to infinity
    Scenario Outline: <setting> of <milliseconds> ms is refused
      When <setting> is set to <milliseconds> ms
      Then the setting <setting> is refused because it <problem>

      Examples: timeouts and retries
        | setting                      | milliseconds  | problem                               | why                                          |
        | timeouts.statement           | 0             | must be from 0.001 s to 24 days       | PostgreSQL takes it as no timeout            |
        | timeouts.lock                | 0             | must be from 0.001 s to 24 days       | likewise                                     |
        | timeouts.idle_in_transaction | 0             | must be from 0.001 s to 24 days       | likewise                                     |
        | timeouts.connect             | 999           | must be from 1 s to 24 days           | the driver counts in seconds                 |
        | timeouts.lock                | -1            | must be from 0.001 s to 24 days       | PostgreSQL refuses it at the next connection |
        | timeouts.statement           | 2073600001    | must be from 0.001 s to 24 days       | PostgreSQL counts in 31 bits                 |
        | retries.first                | -1            | must be between 0 and retries.longest | a wait cannot be negative                    |
        | retries.first                | 501           | must be between 0 and retries.longest | the waits grow                               |
        | retries.longest              | 3153600000001 | must be from 0 s to 36500 days        | a wait of a century is a mistake             |

      Examples: passwords and lockouts
        | setting                   | milliseconds  | problem                        | why                                     |
        | passwords.temporary_lasts | 999           | must be from 1 s to 36500 days | it could never be used                  |
        | passwords.temporary_lasts | 3153600000001 | must be from 1 s to 36500 days | its end could be beyond all times       |
        | lockout.window            | -1            | must be from 0 s to 36500 days | failed logins are in the past           |
        | lockout.window            | 3153600000001 | must be from 0 s to 36500 days | its beginning could be before all times |
        | lockout.lasts             | -1            | must be from 0 s to 36500 days | it would have ended already             |
        | lockout.lasts             | 3153600000001 | must be from 0 s to 36500 days | its end could be beyond all times       |

      Examples: sessions and tokens
        | setting              | milliseconds  | problem                        | why                                     |
        | sessions.lifetime    | 999           | must be from 1 s to 36500 days | tokens count in seconds                 |
        | sessions.lifetime    | 3153600000001 | must be from 1 s to 36500 days | its end could be beyond all times       |
        | sessions.idle        | 3153600000001 | must be from 0 s to 36500 days | its beginning could be before all times |
        | sessions.touch_every | -1            | must be from 0 s to 36500 days | uses are in the past                    |
        | sessions.kept_ended  | -1            | must be from 0 s to 36500 days | live sessions would be deleted          |
        | sessions.kept_ended  | 3153600000001 | must be from 0 s to 36500 days | its beginning could be before all times |
        | tokens.leeway        | -1            | must be from 0 s to 36500 days | valid tokens would be refused           |

    Scenario Outline: <setting> of <milliseconds> ms is accepted
      When <setting> is set to <milliseconds> ms
      Then the setting is not refused

      Examples: timeouts and retries
        | setting                      | milliseconds  |
        | timeouts.statement           | 1             |
        | timeouts.connect             | 1000          |
        | timeouts.idle_in_transaction | 2073600000    |
        | retries.first                | 0             |
        | retries.first                | 500           |
        | retries.longest              | 3153600000000 |

      Examples: passwords and lockouts
        | setting                   | milliseconds  |
        | passwords.temporary_lasts | 1000          |
        | passwords.temporary_lasts | 3153600000000 |
        | lockout.window            | 0             |
        | lockout.lasts             | 0             |
        | lockout.lasts             | 3153600000000 |

      Examples: sessions and tokens
        | setting              | milliseconds  |
        | sessions.lifetime    | 1000          |
        | sessions.lifetime    | 3153600000000 |
        | sessions.idle        | 3153600000000 |
        | sessions.touch_every | 0             |
        | sessions.kept_ended  | 0             |
        | sessions.kept_ended  | 3153600000000 |
        | tokens.leeway        | 0             |

    Example: A limit of 0 attempts is refused
      When retries.attempts is set to 0
      Then the setting retries.attempts is refused because it must be at least 1
