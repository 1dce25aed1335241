@transactions
Feature: A unit of work that others got in the way of is done again as a whole
  In order to need not care who else is at work
  As an engineer who writes units of work
  I want conflicts to be tried again, within bounds, and everything else to be told at once

  @transactions-8
  Rule: A conflict is retried as a whole, until it succeeds or the retry limit is reached
    Scenario Outline: Others get in the way <times> times, by <how>
      Given Ada has an account
      When Ada submits "Water", and others are in the way <times> times: <how>
      Then the work is not refused
      And it was tried <tries> times
      And exactly these tasks are stored: "Water"

      Examples:
        | times | how                                | tries | why                                    |
        | 0     | a deadlock                         | 1     | nothing is done twice for no reason    |
        | 1     | a deadlock                         | 2     | the server has chosen it as the victim |
        | 2     | a serialization failure            | 3     | twice in a row                         |
        | 2     | a serialization failure at its end | 3     | when all seemed to be done             |
        | 5     | a serialization failure            | 6     | the last try that there is             |

    Scenario Outline: Others get in the way each of <bound> times
      Given Ada has an account
      And a unit of work is tried up to <bound> times
      When Ada submits "Water", and others are in the way <times> times: a serialization failure
      Then the work is refused because it conflicted with other transactions at every attempt
      And it was tried <bound> times
      And between the tries it waited up to <waits> ms
      And nothing has changed

      Examples:
        | bound | times | waits                         | why                               |
        | 2     | 2     | 10                            | it does not wait to give up       |
        | 8     | 9     | 10, 20, 40, 80, 160, 320, 500 | twice as long each time, up to it |

    Example: However often it is tried, it never waits longer than it is set to
      Given Ada has an account
      And a unit of work is tried up to 100 times
      When Ada submits "Water", and others are in the way 99 times: a deadlock
      Then the work is not refused
      And it was tried 100 times
      And between the tries it never waited longer than 500 ms

  @transactions-9
  Rule: An error that a retry cannot resolve is reported at once
    Scenario Outline: A unit of work is not retried when <something>
      Given Ada has an account and a project, and locks are given up at once
      When Ada submits "Water", to be tried again, and <something>
      Then Ada is told of that at once
      And nothing has changed

      Examples:
        | something                        | why it is there                        |
        | the program itself fails         | it is no conflict                      |
        | the service refuses something    | nor is this                            |
        | the database refuses a statement | nor is this                            |
        | what was edited cannot be stored | nor is this                            |
        | a lock cannot be had in time     | it has waited long enough              |
        | the connection is lost           | whoever asked decides whether to go on |
        | an answer is broken off halfway  | likewise: the connection is of no use  |

  @transactions-10
  Rule: No timeout and no retry limit can be set to zero or to infinity
    Scenario Outline: <group> whose <name> is <milliseconds> ms
      When the service is to be set up with <group> whose <name> is <milliseconds> ms
      Then the setting <group>.<name> is refused because it <problem>

      Examples:
        | group     | name                | milliseconds  | problem                               | why                              |
        | timeouts  | statement           | 0             | must be from 0.001 s to 24 days       | PostgreSQL takes it as no limit  |
        | timeouts  | lock                | 0             | must be from 0.001 s to 24 days       | likewise                         |
        | timeouts  | idle_in_transaction | 0             | must be from 0.001 s to 24 days       | likewise                         |
        | timeouts  | connect             | 999           | must be from 1 s to 24 days           | the driver counts in seconds     |
        | timeouts  | lock                | -1            | must be from 0.001 s to 24 days       | PostgreSQL refuses it later      |
        | timeouts  | statement           | 2073600001    | must be from 0.001 s to 24 days       | PostgreSQL counts in 31 bits     |
        | retries   | first               | -1            | must be between 0 and retries.longest | nobody waits backwards           |
        | retries   | first               | 501           | must be between 0 and retries.longest | the waits grow                   |
        | retries   | longest             | 3153600000001 | must be from 0 s to 36500 days        | nobody waits for a hundred years |
        | passwords | temporary_lasts     | 999           | must be from 1 s to 36500 days        | it could never be used           |
        | passwords | temporary_lasts     | 3153600000001 | must be from 1 s to 36500 days        | its end may be no time           |
        | lockout   | window              | -1            | must be from 0 s to 36500 days        | failures are in the past         |
        | lockout   | window              | 3153600000001 | must be from 0 s to 36500 days        | its beginning may be no time     |
        | lockout   | lasts               | -1            | must be from 0 s to 36500 days        | it would be over                 |
        | lockout   | lasts               | 3153600000001 | must be from 0 s to 36500 days        | its end may be no time           |
        | sessions  | lifetime            | 999           | must be from 1 s to 36500 days        | tokens count in seconds          |
        | sessions  | lifetime            | 3153600000001 | must be from 1 s to 36500 days        | its end may be no time           |
        | sessions  | idle                | 3153600000001 | must be from 0 s to 36500 days        | its beginning may be no time     |
        | sessions  | touch_every         | -1            | must be from 0 s to 36500 days        | uses are in the past             |
        | sessions  | kept_ended          | -1            | must be from 0 s to 36500 days        | sessions would go that live      |
        | sessions  | kept_ended          | 3153600000001 | must be from 0 s to 36500 days        | its beginning may be no time     |
        | tokens    | leeway              | -1            | must be from 0 s to 36500 days        | good tokens would be refused     |

    Scenario Outline: <group> whose <name> is just <milliseconds> ms
      When the service is to be set up with <group> whose <name> is <milliseconds> ms
      Then the service is not refused

      Examples:
        | group     | name                | milliseconds  |
        | timeouts  | statement           | 1             |
        | timeouts  | connect             | 1000          |
        | timeouts  | idle_in_transaction | 2073600000    |
        | retries   | first               | 0             |
        | retries   | first               | 500           |
        | retries   | longest             | 3153600000000 |
        | passwords | temporary_lasts     | 1000          |
        | passwords | temporary_lasts     | 3153600000000 |
        | lockout   | window              | 0             |
        | lockout   | lasts               | 0             |
        | lockout   | lasts               | 3153600000000 |
        | sessions  | lifetime            | 1000          |
        | sessions  | lifetime            | 3153600000000 |
        | sessions  | idle                | 3153600000000 |
        | sessions  | touch_every         | 0             |
        | sessions  | kept_ended          | 0             |
        | sessions  | kept_ended          | 3153600000000 |
        | tokens    | leeway              | 0             |

    Example: Never to be tried at all
      When the service is to be set up to try 0 times
      Then the setting retries.attempts is refused because it must be at least 1
