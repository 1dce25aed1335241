@transactions
Feature: A part of a unit of work can fail alone, but never unnoticed
  In order to try something without giving up the rest, and never to take a failure for a success
  As an engineer who writes units of work
  I want savepoints that undo their part, and no commit of what the database has given up

  Background:
    Given Ada has an account and a project, and locks are given up at once

  @transactions-3
  Rule: A failure in a savepoint is undone alone, and the rest is stored
    Scenario Outline: In a savepoint, <something>
      When Ada submits "Water", then "Feed" in a savepoint in which <something>, then "Lock up"
      Then the work is not refused
      And exactly these tasks are stored: "Water", "Lock up"

      Examples:
        | something                        | why it is there                          |
        | the program itself fails         | the database knows nothing of it         |
        | the service refuses something    | nor of this                              |
        | the database refuses a statement | the server takes no more until it undoes |
        | what was edited cannot be stored | so does the session                      |
        | a lock cannot be had in time     | likewise                                 |

    Example: Of savepoints in each other, only the one that fails is undone
      When Ada submits "Water", and in savepoints in each other "Feed" and "Lock up"
      Then the work is not refused
      And exactly these tasks are stored: "Water", "Feed"

    Example: What a savepoint has let through goes when the rest fails
      When Ada submits "Water", and "Feed" in a savepoint that is released; then the service refuses something
      Then the work is refused because there is no such task
      And nothing has changed

    Scenario Outline: Outside of a savepoint one can tell that <something>
      When <something> in Ada's work, and it is caught outside of the savepoint
      Then it is caught as the service's own error of that

      Examples:
        | something                        |
        | what was edited cannot be stored |
        | a lock cannot be had in time     |

  @asvs-16.5.3 @transactions-4
  Rule: A unit of work that the database aborted is never reported as stored
    Scenario Outline: The error is swallowed when <something>
      When Ada submits "Water" and swallows the error when <something>
      Then the work is refused because it swallowed an error of the database
      And nothing has changed

      Examples:
        | something                        | why it is there                          |
        | the database refuses a statement | COMMIT would say nothing, and roll back  |
        | what was edited cannot be stored | what was to be written never is          |
        | a lock cannot be had in time     | a statement that was cut off is an error |
        | the connection is lost           | nobody is there to commit                |
        | an answer is broken off halfway  | the connection listens to nothing else   |

    Scenario Outline: The error is swallowed and more is done when <something>
      When Ada submits "Water", swallows the error when <something>, and then submits "Feed"
      Then the work is refused because it swallowed an error of the database
      And nothing has changed

      Examples:
        | something                        |
        | the database refuses a statement |
        | what was edited cannot be stored |
        | the connection is lost           |
        | an answer is broken off halfway  |

    Example: The connection is lost in a savepoint, and there is nothing left to go back to
      When Ada submits "Water", then "Feed" in a savepoint in which the connection is lost, then "Lock up"
      Then the work is refused because it swallowed an error of the database
      And nothing has changed

    Scenario Outline: The transaction is not aborted when <something>
      When Ada submits "Water" and swallows the error when <something>
      Then the work is not refused
      And exactly these tasks are stored: "Water"

      Examples:
        | something                     |
        | the program itself fails      |
        | the service refuses something |
