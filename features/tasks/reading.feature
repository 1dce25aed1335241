@tasks
Feature: Reading and listing tasks
  In order to see how my tasks are coming along
  As somebody who has submitted many
  I want to find each of them, by pages that neither skip nor repeat any

  Background:
    Given Ada has an account
    And Bram has an account

  @tasks-6
  Rule: A task is read with its current values
    Scenario Outline: Ada reads a <status> task
      Given Ada has a task "Import Q3 figures" that is <status>
      When Ada reads the task "Import Q3 figures"
      Then it is the task "Import Q3 figures" in every field

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Example: A task that is gone is not found
      Given Ada has a task "Import Q3 figures"
      And Ada has deleted the task "Import Q3 figures"
      When Ada reads the task "Import Q3 figures"
      Then Ada is refused because there is no such task

    Example: Bram's task is none for Ada
      Given Bram has a task "Import Q4 figures"
      When Ada reads the task "Import Q4 figures"
      Then Ada is refused because there is no such task

  @tasks-7
  Rule: Pages list every task of the owner once, oldest first
    Scenario Outline: <total> tasks in pages of <size>
      Given Ada has <total> tasks, each followed by one of Bram's
      When Ada lists her tasks in pages of <size>
      Then the pages hold <pages> things
      And every task of Ada's was listed once, oldest first

      Examples:
        | total | size | pages   | why                              |
        | 0     | 3    | 0       | nothing is there                 |
        | 2     | 3    | 2       | less than a page                 |
        | 3     | 3    | 3       | exactly a page, and no empty one |
        | 4     | 3    | 3, 1    | one more than a page             |
        | 7     | 3    | 3, 3, 1 | several pages                    |
        | 3     | 1    | 1, 1, 1 | the smallest page                |
        | 3     | 100  | 3       | the largest page                 |

    Scenario Outline: Ada lists her <status> tasks
      Given Ada has 2 tasks of each status
      When Ada lists her <status> tasks in pages of 1
      Then the pages hold 1, 1 things
      And every <status> task of Ada's was listed once, oldest first

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Example: Ada lists the tasks of one agent
      Given Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Import Q3 figures" for "Scribe"
      And Ada has a task "Tidy up"
      When Ada lists the tasks of "Scribe"
      Then "Import Q3 figures" is all that was listed

  @tasks-8
  Rule: Pages are stable while tasks are added and deleted
    Scenario Outline: While Ada pages, <change>
      Given Ada has 4 tasks, each followed by one of Bram's
      And Ada has read the first page of 2 tasks
      And <change>
      When Ada lists the rest of her tasks in pages of 2
      Then the pages hold <pages> things
      And every task of Ada's that is still there was listed once, oldest first

      Examples:
        | change                               | pages   | why                             |
        | Ada submits another task             | 2, 2, 1 | it comes last                   |
        | Ada's task 1 is deleted              | 2, 2    | it was on the page before       |
        | Ada's task 2 is deleted              | 2, 2    | the page before ended with it   |
        | Ada's task 3 is deleted              | 2, 1    | it would have been the next     |
        | a worker has claimed the oldest task | 2, 2    | a change is no coming and going |

  @asvs-2.2.1 @tasks-9
  Rule: A page has from 1 to 100 tasks
    Scenario Outline: A page of <size> tasks is refused
      Given Ada has a task "Import Q3 figures"
      When Ada lists her tasks in pages of <size>
      Then the limit is refused because it must be from 1 to 100

      Examples:
        | size | why                 |
        | 0    | a page of nothing   |
        | -1   | less than nothing   |
        | 101  | one above the limit |
