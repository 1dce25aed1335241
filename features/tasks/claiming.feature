@tasks
Feature: Claiming a task
  In order to have every task done once
  As an operator
  I want each task claimed by exactly one worker, oldest first

  Background:
    Given Ada has an account
    And Bram has an account

  @tasks-10
  Rule: The oldest pending task of all tenants is claimed first
    Example: The task that has waited longest is claimed first
      Given Bram has a task "Import Q4 figures"
      And an hour has passed
      And Ada has a task "Import Q3 figures"
      When a worker claims 3 tasks
      Then a worker has claimed "Import Q4 figures, Import Q3 figures"

    Example: Of two tasks submitted at the same time the first is claimed first
      Given Ada has a task "Import Q3 figures"
      And Bram has a task "Import Q4 figures"
      When a worker claims a task
      Then a worker has claimed "Import Q3 figures"

    Example: The task that was submitted first is claimed first, although it was stored last
      Given Ada has a task "Import Q3 figures"
      And the clock is an hour behind
      And Bram has a task "Import Q4 figures"
      When a worker claims 2 tasks
      Then a worker has claimed "Import Q4 figures, Import Q3 figures"

    Example: Only pending tasks are claimed
      Given Ada has 1 task of each status
      When a worker claims 2 tasks
      Then a worker has claimed "pending 1"

    Example: Nothing is claimed if no task is pending
      When a worker claims a task
      Then a worker has claimed nothing
      And nothing has changed

  @tasks-11
  Rule: A claim returns the work to do, and is recorded
    Example: A claim returns the payload and starts the task
      Given Ada submits "Import Q3 figures" with {"rows": 1200}
      And an hour has passed
      When a worker claims a task
      Then the claim is of "Import Q3 figures" with {"rows": 1200}
      And these tasks are stored
        | owner | title             | status     | version | submitted | started | finished |
        | Ada   | Import Q3 figures | processing | 2       | 12:00     | 13:00   |          |
      And the side effects are
        | table | inserted | updated | deleted |
        | tasks | 0        | 1       | 0       |

    Example: A task does not start before it was submitted, although the clock is behind
      Given Ada has a task "Import Q3 figures"
      And the clock is an hour behind
      When a worker claims a task
      Then these tasks are stored
        | owner | title             | status     | submitted | started |
        | Ada   | Import Q3 figures | processing | 12:00     | 12:00   |

  @asvs-2.3.4 @tasks-12
  Rule: Each task is claimed by exactly one worker, however many there are
    Example: A worker skips a task that another worker is claiming
      Given Ada has a task "Import Q3 figures"
      And Bram has a task "Import Q4 figures"
      And the first worker claims a task in an open transaction
      When the second worker claims a task concurrently
      Then the second worker does not have to wait
      And the second worker has claimed "Import Q4 figures"
      When the first worker commits
      Then the first worker has claimed "Import Q3 figures"

    Example: A worker claims nothing if another worker is claiming the last task
      Given Ada has a task "Import Q3 figures"
      And the first worker claims a task in an open transaction
      When the second worker claims a task concurrently
      Then the second worker does not have to wait
      And the second worker has claimed nothing

    Example: A task can be claimed again after a claim was rolled back
      Given Ada has a task "Import Q3 figures"
      And the first worker claims a task in an open transaction
      And the first worker rolls back
      When the second worker claims a task concurrently
      Then the second worker has claimed "Import Q3 figures"

    Example: A task can be claimed while its owner adds a turn
      Given Ada has a task "Import Q3 figures"
      And Ada says "Hurry" about "Import Q3 figures" in an open transaction
      When the second worker claims a task concurrently
      Then the second worker does not have to wait
      And the second worker has claimed "Import Q3 figures"

  @tasks-25
  Rule: A task for an agent is claimed like any other, and stays with its agent
    Background:
      Given Ada has a project "q3" with an agent "Scribe"

    Example: Tasks for an agent are claimed by age, among those for no agent
      Given Ada has a task "Import Q1 figures"
      And an hour has passed
      And Ada has a task "Import Q2 figures" for "Scribe"
      And an hour has passed
      And Bram has a task "Import Q3 figures"
      And an hour has passed
      And Ada has a task "Import Q4 figures" for "Scribe"
      When a worker claims 5 tasks
      Then a worker has claimed "Import Q1 figures, Import Q2 figures, Import Q3 figures, Import Q4 figures"

    Example: A claim names the agent
      Given Ada has a task "Import Q3 figures" for "Scribe"
      When a worker claims a task
      Then the claim is of "Import Q3 figures" with {}
      And these tasks are stored
        | owner | title             | agent  | status     | version |
        | Ada   | Import Q3 figures | Scribe | processing | 2       |

    Example: A worker skips a task for an agent that another worker is claiming
      Given Ada has a task "Import Q3 figures" for "Scribe"
      And Ada has a task "Import Q4 figures" for "Scribe"
      And the first worker claims a task in an open transaction
      When the second worker claims a task concurrently
      Then the second worker does not have to wait
      And the second worker has claimed "Import Q4 figures"

    Example: A claim that was rolled back leaves the task to its agent, and to the next worker
      Given Ada has a task "Import Q3 figures" for "Scribe"
      And the first worker claims a task in an open transaction
      And the first worker rolls back
      When a worker claims a task
      Then the claim is of "Import Q3 figures" with {}

    Example: The tasks of a deleted agent are not claimed
      Given Ada has a task "Import Q3 figures" for "Scribe"
      And Ada deletes the agent "Scribe"
      When a worker claims a task
      Then a worker has claimed nothing
