@concurrency
Feature: Concurrent work on tasks
  In order to have every task done once, and its result stored
  As an operator
  I want workers and tenants that change one task concurrently to never undo each other's work
  Two workers, step by step, are in features/tasks.

  Background:
    Given Ada has an account
    And Bram has an account

  @asvs-2.3.4 @concurrency-1
  Rule: Each task goes to exactly one worker, and no worker is idle while tasks are pending
    Example: Eight workers empty the queue together
      Given Ada has 24 tasks, each followed by one of Bram's
      When 8 clients concurrently claim and complete tasks until none is left
      Then all of them are successful
      And there is no task that was claimed twice
      And there is no task that was never claimed

    Example: Eight workers empty a queue in which half of the tasks are for an agent
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has 6 tasks, each followed by one of Bram's
      And Ada has 12 tasks for "Scribe"
      When 8 clients concurrently claim and complete tasks until none is left
      Then all of them are successful
      And there is no task that was claimed twice
      And there is no task that was never claimed

    Example: Eight workers each claim one of eight tasks, without waiting for each other
      Given Ada has 4 tasks, each followed by one of Bram's
      When 8 clients concurrently claim a task each, in transactions that are all open
      Then all of them are successful
      And there is no task that was claimed twice
      And there is no worker that has claimed nothing

    Example: Workers that claim without a lock get the same task
      Given Ada has 4 tasks, each followed by one of Bram's
      When 8 clients concurrently claim the oldest task without locking it
      Then there is a task that was claimed twice
      And there is a task that was never claimed

    Example: Workers that do not skip locked tasks claim nothing
      Given Ada has 4 tasks, each followed by one of Bram's
      When 8 clients concurrently claim the oldest task without locking it, if it is still pending
      Then there is a worker that has claimed nothing
      And there is a task that was never claimed

  @asvs-2.3.4 @concurrency-2
  Rule: Of several reports on one task exactly one is accepted and stored
    Example: Eight workers report on five tasks
      Given Ada has 5 tasks in progress
      When 8 clients concurrently report on all of these tasks
      Then all of them are successful
      And there is no report that was accepted and lost
      And there is no task that was never claimed

    @fixture.database
    Example: Without comparing versions, all reports but the last are lost
      Given Ada has 1 task in progress
      And the database has no triggers on tasks
      When 8 clients concurrently report on the task without comparing its version
      Then all of them are successful
      And there is a report that was accepted and lost

    Example: Without comparing versions, the triggers let only one client report
      Given Ada has 1 task in progress
      When 8 clients concurrently report on the task without comparing its version
      Then 1 of them is successful
      And 7 of them are refused by a constraint
      And there is no report that was accepted and lost

  @asvs-15.4.2 @concurrency-3
  Rule: A report and the deletion of its task are serialized
    Background:
      Given Ada has a task "Import Q3 figures" that is processing

    Example: A deletion is refused after a concurrent report on the task
      Given the first worker completes "Import Q3 figures" in an open transaction
      When Ada deletes the task "Import Q3 figures" concurrently
      Then Ada has to wait for the first worker
      When the first worker commits
      Then Ada is refused because the task has changed since it was read
      And "Import Q3 figures" is now completed

    Example: A report is refused after a concurrent deletion of its task
      Given Ada deletes the task "Import Q3 figures" in an open transaction
      When the first worker fails "Import Q3 figures" concurrently
      Then the first worker has to wait for Ada
      When Ada commits
      Then the first worker is refused because there is no such task

    Example: A report is stored if the concurrent deletion of its task is rolled back
      Given Ada deletes the task "Import Q3 figures" in an open transaction
      When the first worker fails "Import Q3 figures" concurrently
      Then the first worker has to wait for Ada
      When Ada rolls back
      And the first worker commits
      Then "Import Q3 figures" is now failed

    Example: An account is deleted after a concurrent report on its task
      Given the first worker completes "Import Q3 figures" in an open transaction
      When Ada deletes her account concurrently
      Then Ada has to wait for the first worker
      When the first worker commits
      And Ada commits
      Then no table holds anything of Ada's

    Example: A report is refused after a concurrent deletion of the account
      Given Ada deletes her account in an open transaction
      When the first worker fails "Import Q3 figures" concurrently
      Then the first worker has to wait for Ada
      When Ada commits
      Then the first worker is refused because there is no such task
      And no table holds anything of Ada's

  @asvs-2.3.3 @concurrency-4
  Rule: Deleting an account leaves none of its rows, whatever runs concurrently
    Example: Eight clients work on the tasks of an account that is deleted
      Given Ada has 20 tasks, each followed by one of Bram's
      When 8 clients concurrently work on Ada's tasks while her account is deleted
      Then all of them are successful
      And there is no row that refers to a missing one
      And there are 20 tasks of Bram's, and none of Ada's

    @fixture.database
    Example: Deleted task by task, an account leaves tasks that were submitted concurrently
      Given Ada has 20 tasks, each followed by one of Bram's
      And the database has no foreign key from tasks to users
      When 8 clients concurrently delete Ada's account task by task, or submit more tasks of hers
      Then there is a row that refers to a missing one

    Example: Deleted task by task, an account leaves nothing because of the foreign key
      Given Ada has 20 tasks, each followed by one of Bram's
      When 8 clients concurrently delete Ada's account task by task, or submit more tasks of hers
      Then there is no row that refers to a missing one
      And there are 20 tasks of Bram's, and none of Ada's
