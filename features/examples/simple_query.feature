@examples
Feature: A simple query
  In order to see what is still to be done
  As somebody who hands tasks to agents
  I want a listing that holds what I ask for, and nothing else

  Background:
    Given Ada has an account
    And Bram has an account

  @examples-1
  Rule: A listing by status holds the tasks of that status, and nobody else's
    Example: One of Ada's tasks waits
      Given Ada has a task "Import Q3 figures" that is pending
      And Ada has a task "Import Q2 figures" that is completed
      And Bram has a task "Water the plants" that is pending
      When Ada lists her pending tasks in pages of 10
      Then "Import Q3 figures" is all that was listed
