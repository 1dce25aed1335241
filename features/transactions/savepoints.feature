@transactions
Feature: A savepoint rolls back a part of a transaction, and no error is lost
  In order to try an operation without losing the rest, and never mistake a failure for a success
  As a developer
  I want savepoints that roll back their part, and no COMMIT of a transaction that was aborted

  Background:
    Given Ada has an account
    And Ada has a project "engine"
    And timeouts.lock is set to 50 ms
    And Ada has begun a transaction
    And the transaction submits "Water"

  @transactions-3
  Rule: A failure in a savepoint rolls back the savepoint alone, and the rest is stored
    Scenario Outline: Only the savepoint is rolled back if <fault>
      Given the transaction submits "Feed" in a savepoint
      When <fault>, and the savepoint is rolled back
      And the transaction submits "Lock up"
      And the transaction commits
      Then the transaction is not refused
      And exactly these tasks are stored: "Water", "Lock up"

      Examples:
        | fault                                  | why                                                |
        | the program raises an error            | the database does not notice it                    |
        | the service refuses an operation       | nor this                                           |
        | the database refuses a statement       | the server refuses all others until it rolls back  |
        | a task is edited to have a blank title | the session refuses all others until it rolls back |
        | a lock is not granted in time          | likewise                                           |

    Example: Of nested savepoints only the one that fails is rolled back
      Given the transaction submits "Feed" in a savepoint
      And the transaction submits "Lock up" in a savepoint
      When the database refuses a statement, and the savepoint is rolled back
      And the transaction commits
      Then the transaction is not refused
      And exactly these tasks are stored: "Water", "Feed"

    Example: A released savepoint is rolled back with its transaction
      Given the transaction submits "Feed" in a savepoint
      And the savepoint is released
      When the service refuses an operation
      Then the transaction is refused because there is no such task
      And nothing has changed

    Scenario Outline: Outside of the savepoint the service's own error is raised if <fault>
      Given the transaction submits "Feed" in a savepoint
      When <fault>, and the savepoint is rolled back
      Then the caller gets exactly that error

      Examples:
        | fault                                  |
        | a task is edited to have a blank title |
        | a lock is not granted in time          |

  @asvs-16.5.3 @transactions-4
  Rule: A unit of work that the database aborted is never reported as stored
    Scenario Outline: The commit is refused after an error is swallowed: <fault>
      When <fault>, and the error is swallowed
      And the transaction commits
      Then the transaction is refused because it swallowed an error of the database
      And nothing has changed

      Examples:
        | fault                                  | why                                       |
        | the database refuses a statement       | COMMIT would roll back without an error   |
        | a task is edited to have a blank title | the edit would never be stored            |
        | a lock is not granted in time          | a statement that is aborted is an error   |
        | the connection is lost                 | there is no server that could commit      |
        | a result is left unread                | the connection accepts no other statement |

    Scenario Outline: The next operation is refused after an error is swallowed: <fault>
      When <fault>, and the error is swallowed
      And the transaction submits "Feed"
      Then the transaction is refused because it swallowed an error of the database
      And nothing has changed

      Examples:
        | fault                                  |
        | the database refuses a statement       |
        | a task is edited to have a blank title |
        | the connection is lost                 |
        | a result is left unread                |

    Example: After a connection is lost in a savepoint there is no transaction to go on with
      Given the transaction submits "Feed" in a savepoint
      When the connection is lost, and the savepoint is rolled back
      And the transaction submits "Lock up"
      Then the transaction is refused because it swallowed an error of the database
      And nothing has changed

    Scenario Outline: The transaction commits after an error that the database does not notice: <fault>
      When <fault>, and the error is swallowed
      And the transaction commits
      Then the transaction is not refused
      And exactly these tasks are stored: "Water"

      Examples:
        | fault                            |
        | the program raises an error      |
        | the service refuses an operation |
