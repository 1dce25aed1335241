@examples
Feature: A simple query
  In order to see what is still to be done
  As a tenant
  I want a list of exactly the tasks that I ask for

  Background:
    Given Ada has an account
    And Bram has an account

  @examples-1
  Rule: A list by status has the tenant's tasks of that status, and no others
    Example: Only the pending task is listed
      Given Ada has a task "Import Q3 figures" that is pending
      And Ada has a task "Import Q2 figures" that is completed
      And Bram has a task "Water the plants" that is pending
      When Ada lists her pending tasks in pages of 10
      Then only "Import Q3 figures" was listed
