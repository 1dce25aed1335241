@concurrency
Feature: Racing for tasks
  In order to have every task done once, and what was done kept
  As somebody who runs many workers
  I want workers and owners who meet at one task never to undo each other's work
  Two workers at a time, step by step, are in features/tasks.

  Background:
    Given Ada has an account
    And Bram has an account

  @asvs-2.3.4 @concurrency-1
  Rule: Each task goes to exactly one worker, and no worker is idle while tasks are pending
    Example: Eight workers empty the queue together
      Given Ada has 60 tasks, each followed by one of Bram's
      When 8 people at once claim and complete tasks until none is left
      Then all of them went through
      And there is no task that was claimed twice
      And there is no task that nobody claimed

    Example: Eight workers at eight tasks each get one, and none waits until another is done
      Given Ada has 4 tasks, each followed by one of Bram's
      When 8 people at once claim a task each and keep it until all have claimed
      Then all of them went through
      And there is no task that was claimed twice
      And there is no worker that went away empty-handed

    Example: Workers who do not lock what they take get the same task
      Given Ada has 4 tasks, each followed by one of Bram's
      When 8 people at once take the oldest task without locking it
      Then there is a task that was claimed twice
      And there is a task that nobody claimed

    Example: Workers who do not pass over what others take go away empty-handed
      Given Ada has 4 tasks, each followed by one of Bram's
      When 8 people at once take the oldest task, or nothing if somebody was faster
      Then there is a worker that went away empty-handed
      And there is a task that nobody claimed

  @asvs-2.3.4 @concurrency-2
  Rule: Of several reports on one task exactly one is accepted and stored
    Example: Eight workers report on five tasks
      Given Ada has 5 tasks that are being worked on
      When 8 people at once report on all of these tasks
      Then all of them went through
      And there is no report that was accepted and is lost
      And there is no task that nobody claimed

    @fixture.database
    Example: Without the version, all reports but the last are lost
      Given Ada has 1 task that is being worked on
      And the database does not guard finished tasks against reports
      When 8 people at once report on the task without looking at its version
      Then all of them went through
      And there is a report that was accepted and is lost

    Example: The database stops even those who do not look at the version
      Given Ada has 1 task that is being worked on
      When 8 people at once report on the task without looking at its version
      Then 1 of them went through
      And 7 were stopped by the database
      And there is no report that was accepted and is lost

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
    Example: Eight people work on what is going
      Given Ada has 20 tasks, each followed by one of Bram's
      When 8 people at once work on Ada's tasks while her account is deleted
      Then all of them went through
      And there is no row that belongs to nobody
      And there are 20 tasks of Bram's, and none of Ada's

    @fixture.database
    Example: Deleted task by task, an account leaves what was submitted meanwhile
      Given Ada has 20 tasks, each followed by one of Bram's
      And the database does not guard tasks against the loss of their owner
      When 8 people at once delete Ada's account task by task while she submits more
      Then there is a row that belongs to nobody

    Example: The database lets nothing be left even then
      Given Ada has 20 tasks, each followed by one of Bram's
      When 8 people at once delete Ada's account task by task while she submits more
      Then there is no row that belongs to nobody
      And there are 20 tasks of Bram's, and none of Ada's
