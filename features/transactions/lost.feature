@transactions
Feature: A lost connection rolls back, and the caller knows whether it was before COMMIT
  In order to repeat what was not committed, and never what was
  As a developer
  I want to know whether a transaction was certainly rolled back, and go on with a new connection

  Background:
    Given Ada has an account

  @asvs-16.5.2 @transactions-5
  Rule: A connection lost before COMMIT rolls back the transaction, and is reported
    Background:
      Given Ada has begun a transaction
      And the transaction submits "Water"

    Scenario Outline: In the middle of a transaction <loss>
      When <loss>
      And the transaction submits "Feed"
      Then the transaction is refused because the connection was lost before COMMIT
      And the error says "nothing was changed, try again"
      And the server has ended the session of the lost connection
      And nothing has changed

      Examples:
        | loss                           | why                                       |
        | the server ends the connection | the server says so before it disconnects  |
        | the connection is cut          | neither end receives anything from now on |

    Example: An error of the program is not replaced by that of a failed ROLLBACK
      When the driver is kept from rolling back
      And the program raises an error
      Then the caller gets exactly that error
      And the server has ended the session of the lost connection
      And nothing has changed

    Example: An error of the program is not replaced by the loss of the connection
      When the server ends the connection
      And the program raises an error
      Then the caller gets exactly that error
      And nothing has changed

  @transactions-43
  Rule: A connection that cannot be opened is reported as lost before COMMIT
    Background:
      Given the server cannot be reached
      And Ada has begun a transaction

    Example: The first statement of a transaction is refused
      When a connection cannot be opened
      Then the transaction is refused because the connection was lost before COMMIT
      And the error says "nothing was changed, try again"

    Scenario Outline: A transaction that swallows this, and then <goes on>, is refused
      When a connection cannot be opened, and the error is swallowed
      And the transaction <goes on>
      Then the transaction is refused because it swallowed an error of the database
      And nothing has changed

      Examples:
        | goes on        |
        | submits "Feed" |
        | commits        |

    Example: A transaction that sends nothing needs no connection
      When the transaction commits
      Then the transaction is not refused

  @transactions-6
  Rule: A connection lost during COMMIT is reported as undecided
    Background:
      Given Ada has begun a transaction
      And the transaction submits "Water"

    Example: The server has committed, and could not report it
      When the connection is cut during COMMIT, which then succeeds
      Then the transaction is refused because the connection was lost during COMMIT
      And the error says "the outcome is undecided; read the data before you try again"
      And exactly these tasks are stored: "Water"

    Example: The server has not committed, and could not report it
      When the connection is cut during COMMIT, which then fails
      Then the transaction is refused because the connection was lost during COMMIT
      And the error says "the outcome is undecided; read the data before you try again"
      And nothing has changed

    Scenario Outline: Just before COMMIT <loss>, which the caller cannot tell from a loss during COMMIT
      When <loss>
      And the transaction commits
      Then the transaction is refused because the connection was lost during COMMIT
      And the error says "the outcome is undecided; read the data before you try again"
      And nothing has changed

      Examples:
        | loss                           |
        | the server ends the connection |
        | the connection is cut          |

  @asvs-16.5.2 @transactions-7
  Rule: The service opens new connections by itself
    Example: One connection is lost, and the next transaction does not notice
      Given the service's pool has lost 1 connection
      And Ada has begun a transaction
      When the transaction submits "Water"
      And the transaction commits
      Then the transaction is not refused
      And exactly these tasks are stored: "Water"

    Example: All connections are lost, and no transaction notices
      Given the service's pool has lost 3 connections
      When Ada submits 3 tasks in overlapping transactions
      Then Ada is not refused
      And exactly these tasks are stored: "Task 1", "Task 2", "Task 3"
      And the service's pool has opened 3 connections

  @transactions-39
  Rule: A value that the driver cannot decode is not reported as a lost connection
    Scenario Outline: A turn at <time>, added by a script, raises the driver's error
      Given Ada has a task "Import Q3 figures", and a script has added a turn at "<time>"
      When Ada lists the turns of "Import Q3 figures"
      Then the caller gets the driver's error DataError
      And the error says "<words>"

      Examples:
        | time                   | words     |
        | infinity               | infinity  |
        | 10000-01-01 00:00:00+0 | too large |
