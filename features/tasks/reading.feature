@tasks
Feature: Reading and listing tasks
  In order to follow the progress of my tasks
  As a tenant
  I want to find each of them, in pages that neither skip nor repeat any

  Background:
    Given Ada has an account
    And Bram has an account

  @tasks-6
  Rule: A task is read with its current values
    Scenario Outline: A <status> task is read
      Given Ada has a task "Import Q3 figures" that is <status>
      When Ada reads the task "Import Q3 figures"
      Then the task "Import Q3 figures" was read as it is stored

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Example: A deleted task is not found
      Given Ada has a task "Import Q3 figures"
      And Ada deletes the task "Import Q3 figures"
      When Ada reads the task "Import Q3 figures"
      Then Ada is refused because there is no such task

    Example: Another tenant's task is not found
      Given Bram has a task "Import Q4 figures"
      When Ada reads the task "Import Q4 figures"
      Then Ada is refused because there is no such task

  @tasks-7
  Rule: Pages list every task of the owner once, oldest first
    Scenario Outline: <total> tasks in pages of <size> make pages of <pages>
      Given Ada has <total> tasks, each followed by one of Bram's
      When Ada lists her tasks in pages of <size>
      Then the pages have <pages> rows
      And all of Ada's tasks were listed once, oldest first

      Examples:
        | total | size | pages   |
        | 0     | 3    | 0       |
        | 2     | 3    | 2       |
        | 3     | 3    | 3       |
        | 4     | 3    | 3, 1    |
        | 7     | 3    | 3, 3, 1 |
        | 3     | 1    | 1, 1, 1 |
        | 3     | 100  | 3       |

    Example: Tasks are listed in the order in which they were stored, whatever their times
      Given Ada has 5 tasks, each an hour older than the one before
      When Ada lists her tasks in pages of 2
      Then the pages have 2, 2, 1 rows
      And all of Ada's tasks were listed once, in the order in which they were stored

    Scenario Outline: The <status> tasks are listed
      Given Ada has 2 tasks of each status
      When Ada lists her <status> tasks in pages of 1
      Then the pages have 1, 1 rows
      And all of Ada's <status> tasks were listed once, oldest first

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Example: The tasks of one agent are listed
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Import Q3 figures" for "Scribe"
      And Ada has a task "Tidy up"
      When Ada lists the tasks of "Scribe"
      Then only "Import Q3 figures" was listed

    Example: Tasks for an agent are listed among all others
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Import Q3 figures" for "Scribe"
      And Ada has a task "Tidy up"
      And Ada has a task "Sort" for "Scribe" that is completed
      When Ada lists her tasks in pages of 2
      Then the pages have 2, 1 rows
      And all of Ada's tasks were listed once, oldest first

    Example: Tasks for an agent are listed among those of their status
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Import Q3 figures" for "Scribe"
      And Ada has a task "Tidy up"
      And Ada has a task "Sort" for "Scribe" that is completed
      When Ada lists her pending tasks in pages of 2
      Then all of Ada's pending tasks were listed once, oldest first

    Example: The tasks of one agent in one status are listed in pages
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Sort" for "Scribe" that is failed
      And Ada has 3 tasks for "Scribe"
      And Ada has a task "Tidy up"
      When Ada lists her pending tasks of "Scribe" in pages of 2
      Then the pages have 2, 1 rows
      And only "Scribe's 1, Scribe's 2, Scribe's 3" were listed, in this order

    Scenario Outline: The <status> tasks of one agent are listed in pages of 1
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a project "q4" with an agent "Clerk"
      And Ada has 2 tasks of each status for "Scribe"
      And Ada has 2 tasks of each status for "Clerk"
      And Ada has 1 task of each status
      When Ada lists her <status> tasks of "Clerk" in pages of 1
      Then the pages have 1, 1 rows
      And exactly Ada's <status> tasks of "Clerk" were listed

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Example: All tasks of one agent are listed in pages of 3
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a project "q4" with an agent "Clerk"
      And Ada has 1 task of each status for "Scribe"
      And Ada has 1 task of each status for "Clerk"
      And Ada has 1 task of each status
      When Ada lists her tasks of "Scribe" in pages of 3
      Then the pages have 3, 1 rows
      And exactly Ada's tasks of "Scribe" were listed

  @tasks-8
  Rule: Pages are stable while tasks are added and deleted
    Scenario Outline: After the first page, <change>
      Given Ada has 4 tasks, each followed by one of Bram's
      And Ada has read the first page of 2 tasks
      And <change>
      When Ada lists her remaining tasks in pages of 2
      Then the pages have <pages> rows
      And all of Ada's remaining tasks were listed once, oldest first

      Examples:
        | change                         | pages   |
        | Ada submits "Sort"             | 2, 2, 1 |
        | Ada deletes the task "Ada's 1" | 2, 2    |
        | Ada deletes the task "Ada's 2" | 2, 2    |
        | Ada deletes the task "Ada's 3" | 2, 1    |
        | a worker claims a task         | 2, 2    |

  @asvs-2.2.1 @tasks-9
  Rule: A page has from 1 to 100 tasks
    Scenario Outline: A page of <size> tasks is refused
      Given Ada has a task "Import Q3 figures"
      When Ada lists her tasks in pages of <size>
      Then the limit is refused because it must be from 1 to 100

      Examples:
        | size |
        | 0    |
        | -1   |
        | 101  |

    Example: A page of 100 tasks is accepted
      Given Ada has a task "Import Q3 figures"
      When Ada lists her tasks in pages of 100
      Then the pages have 1 rows
