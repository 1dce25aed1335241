@examples
Feature: A complex scenario
  In order to rely on the outcome of a task
  As a tenant
  I want the first report on it to be stored, and any other to be refused

  Background:
    Given Ada has an account
    And Ada has a project "q3" with an agent "Scribe"
    And Ada has a task "Import Q3 figures" for "Scribe"

  @examples-3
  Rule: Of two concurrent reports on one task, the first is stored
    Example: A worker completes a task that another worker fails concurrently
      Given a worker claims a task
      And Ada reads the task "Import Q3 figures"
      And the first worker completes "Import Q3 figures" in an open transaction
      When the second worker fails "Import Q3 figures" concurrently
      Then the second worker has to wait for the first worker
      When the first worker commits
      Then the second worker is refused because the task is already finished
      And these tasks are stored
        | title             | agent  | status    | version | result             | error |
        | Import Q3 figures | Scribe | completed | 3       | {"imported": 1200} |       |
