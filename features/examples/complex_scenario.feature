@examples
Feature: A complex scenario
  In order to trust that what I am told is what was done
  As somebody whose task several workers may take for theirs
  I want the first word about it to count, and to find everything about it afterwards

  Background:
    Given Ada has an account
    And Ada has a project "q3" with an agent "Scribe"
    And Ada has a task "Import Q3 figures" for "Scribe"

  @examples-3
  Rule: Of two workers who report on one task at the same time, the first decides
    Example: One completes it, and the other has failed
      Given a worker has claimed the oldest task
      And Ada is looking at the task "Import Q3 figures"
      And the first worker has begun to complete "Import Q3 figures"
      When the second worker fails "Import Q3 figures" at the same time
      Then the second worker has to wait for the first worker
      When the first worker commits
      Then the second worker is refused because the task is already finished
      And these tasks are stored
        | title             | agent  | status    | version | result             | error |
        | Import Q3 figures | Scribe | completed | 3       | {"imported": 1200} |       |
