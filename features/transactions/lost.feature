@transactions
Feature: A lost connection undoes everything, and the caller knows what is known
  In order to do again what was not done, and never twice what was
  As an engineer whose program loses its connection
  I want to be told whether the work is certainly undone, and to go on with a new connection by itself

  Background:
    Given Ada has an account

  @transactions-5
  Rule: A connection lost in the middle undoes everything, and the caller is told
    Scenario Outline: In the middle of the work, the connection <loss>
      When the connection of Ada's work <loss> in the middle of it
      Then Ada is told that the connection was lost, and that nothing was changed
      And the server has forgotten that work
      And nothing has changed

      Examples:
        | loss                   | why it is there                         |
        | is ended by the server | the server says so before it goes       |
        | is cut                 | neither end hears a word from the other |

    Example: What the caller fails of is not hidden by the loss of the connection
      When the connection of Ada's work is lost unnoticed, and then the program fails
      Then the program's own failure is what Ada is told of
      And nothing has changed

  @transactions-6
  Rule: A connection lost during COMMIT is reported as undecided
    Example: The server has committed, and could not say so
      When the connection is cut while Ada's "Water" is being committed, which then succeeds
      Then Ada is told that the connection was lost, and that the outcome is undecided
      And exactly these tasks are stored: "Water"

    Example: The server has not committed, and could not say so
      When the connection is cut while Ada's "Water" is being committed, which then fails
      Then Ada is told that the connection was lost, and that the outcome is undecided
      And nothing has changed

    Scenario Outline: Just before the end of the work, the connection <loss>
      When the connection of Ada's work <loss> just before its end
      Then Ada is told that the connection was lost, and that the outcome is undecided
      And nothing has changed

      Examples:
        | loss                   | why it is there                                  |
        | is ended by the server | the caller cannot tell this from the other cases |
        | is cut                 | nor this                                         |

  @transactions-7
  Rule: The service opens new connections by itself
    Example: One connection is lost, and the next unit of work does not notice
      Given the only connection of the service's pool has been lost
      When Ada submits a task in a unit of work
      Then the work is not refused
      And exactly these tasks are stored: "Task 1"

    Example: All connections are lost at once
      Given all 5 connections of the service's pool have been lost
      When Ada submits 5 tasks in as many units of work, open side by side
      Then the work is not refused
      And exactly these tasks are stored: "Task 1", "Task 2", "Task 3", "Task 4", "Task 5"
      And 5 new connections are in the pool

  @transactions-39
  Rule: A value that the driver cannot decode is not reported as a lost connection
    Scenario Outline: A turn at <time>, written past the service
      Given Ada has a task "Import Q3 figures" with a turn at "<time>", written past the service
      When Ada lists what was said about "Import Q3 figures"
      Then the driver's own error goes up, and says "<says>"

      Examples:
        | time                   | says      |
        | infinity               | infinity  |
        | 10000-01-01 00:00:00+0 | too large |
