@tasks
Feature: Claiming a task
  In order to get every task done once
  As somebody who runs many workers
  I want each task handed to exactly one of them, oldest first

  Background:
    Given Ada has an account
    And Bram has an account

  @tasks-10
  Rule: The oldest pending task is claimed first, whoever owns it
    Example: A worker takes what has waited longest
      Given Bram has a task "Import Q4 figures"
      And an hour has passed
      And Ada has a task "Import Q3 figures"
      When a worker claims 3 tasks
      Then "Import Q4 figures, Import Q3 figures" were claimed, and nothing more

    Example: Of tasks submitted at the same time the first to arrive is claimed first
      Given Ada has a task "Import Q3 figures"
      And Bram has a task "Import Q4 figures"
      When a worker claims 1 task
      Then "Import Q3 figures" were claimed, and nothing more

    Example: Only pending tasks are claimed
      Given Ada has 1 task of each status
      When a worker claims 2 tasks
      Then "pending 1" were claimed, and nothing more

    Example: There is nothing to do
      When a worker claims 1 task
      Then nothing was claimed
      And nothing has changed

  @tasks-11
  Rule: A claim returns the work to do, and is recorded
    Example: A worker claims a task of Ada's
      Given Ada has a task "Import Q3 figures" with {"rows": 1200}
      And an hour has passed
      When a worker claims 1 task
      Then the claim is "Import Q3 figures" with {"rows": 1200}
      And these tasks are stored
        | owner | title             | status     | version | submitted | started | finished |
        | Ada   | Import Q3 figures | processing | 2       | 12:00     | 13:00   |          |

    Example: A worker whose clock is behind does not start before the task was submitted
      Given Ada has a task "Import Q3 figures"
      And the worker's clock is an hour behind
      When a worker claims 1 task
      Then these tasks are stored
        | owner | title             | status     | submitted | started |
        | Ada   | Import Q3 figures | processing | 12:00     | 12:00   |

  @asvs-2.3.4 @tasks-12
  Rule: Each task is claimed by exactly one worker, however many there are
    Example: What one worker is just claiming, another passes over without waiting
      Given Ada has a task "Import Q3 figures"
      And Bram has a task "Import Q4 figures"
      And the first worker has begun to claim a task
      When the second worker claims a task at the same time
      Then the second worker does not have to wait
      And the second worker has claimed "Import Q4 figures"
      When the first worker commits
      Then the first worker has claimed "Import Q3 figures"

    Example: When all that is left is just being claimed, there is nothing to do
      Given Ada has a task "Import Q3 figures"
      And the first worker has begun to claim a task
      When the second worker claims a task at the same time
      Then the second worker does not have to wait
      And the second worker has claimed nothing

    Example: A worker that gives up gives its task back
      Given Ada has a task "Import Q3 figures"
      And the first worker has begun to claim a task
      And the first worker rolls back
      When the second worker claims a task at the same time
      Then the second worker has claimed "Import Q3 figures"

    Example: A task that its owner is just talking about can be claimed all the same
      Given Ada has a task "Import Q3 figures"
      And Ada has begun to say "Hurry" about "Import Q3 figures"
      When the second worker claims a task at the same time
      Then the second worker does not have to wait
      And the second worker has claimed "Import Q3 figures"
