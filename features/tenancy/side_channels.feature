@tenancy
Feature: What a tenant learns who sends SQL of his own
  In order to know what policies do not promise
  As whoever answers for the data
  I want every side channel of the database listed here, and closed where it can be closed

  @asvs-13.2.2 @asvs-8.4.1 @tenancy-12
  Rule: Every known side channel is closed, or listed with what it reveals
    Background:
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own

    Example: The planner keeps statistics about numbers, times and states, and about no words
      When the catalogue is asked what the planner keeps statistics about
      Then it names exactly these, and an ANALYZE brings no others
        | table             | about                                                                        |
        | agents            | created_at, id, owner_id, priority_at, priority_score, project_id            |
        | events            | agent_id, created_at, id, owner_id, project_id, task_id, turn_id             |
        | objective_history | id, objective_id, owner_id, valid_from, valid_until                          |
        | objectives        | id, owner_id, since, version                                                 |
        | projects          | created_at, id, owner_id                                                     |
        | tasks             | agent_id, created_at, finished_at, id, owner_id, started_at, status, version |
        | turns             | actor, created_at, id, intent, owner_id, task_id                             |

    Scenario Outline: The roles close <channel>
      When Bram asks in SQL for <channel>, with Ada about
      Then he learns nothing

      Examples:
        | channel                                  | because                                                   |
        | the row estimates for titles             | there are no statistics about words                       |
        | the common values of columns             | the views of statistics leave out tables with policies    |
        | the last ids of sequences                | tenants have no right to sequences                        |
        | the statements of other sessions         | they belong to the role that logs in, not to the tenants' |
        | a function that repeats what it is given | policies come before conditions that may tell of a row    |

    Scenario Outline: Nothing closes <channel>
      When Bram asks in SQL for <channel>, with Ada about
      Then he learns <what>

      Examples:
        | channel                                   | what                                                                  |
        | the row estimate for an owner             | how many tasks a user has, about                                      |
        | the row estimate for a time               | how many tasks were submitted before any moment, about                |
        | the number of rows that a filter removed  | how many tasks all others have, to the last one                       |
        | sessions of agents that a filter removed  | how the session of another's agent reads, digit by digit              |
        | tasks of one second that a filter removed | how many tasks others submitted in any second, while they are pending |
        | the numbers of his transactions           | how many transactions wrote something, in all databases of the server |
        | a notification channel                    | that somebody notifies a channel, and what is said there              |

    @fixture.database @requires.superuser
    Scenario Outline: An administrator closes <channel>
      When Bram asks in SQL for <channel>, with Ada about
      Then he learns <what>
      When an administrator runs the SQL of docs/tenancy.md
      And Bram asks in SQL for <channel>, with Ada about
      Then he learns nothing

      Examples:
        | channel                     | what                                                             |
        | a large object              | how every large object reads, and can change and remove it       |
        | the list of large objects   | how many large objects there are, and whose role made them       |
        | an advisory lock            | that somebody holds an advisory lock, and can take it first      |
        | the table of locks          | that somebody is at work in a table, and in which way            |
        | the counters of writes      | how many rows all others insert, change and delete in each table |
        | the list of connections     | that others are connected, under which role and program name     |
        | the size of a table on disk | how much all tenants store in each table                         |

    @fixture.server @requires.superuser
    Example: An administrator keeps a tenant from using up the locks of all
      When Bram asks in SQL for all advisory locks, with Ada about
      Then he learns how to keep all others from working
      When an administrator runs the SQL of docs/tenancy.md
      And Bram asks in SQL for all advisory locks, with Ada about
      Then he learns nothing

    @fixture.server @requires.superuser
    Example: The service needs nothing of what an administrator closes
      When an administrator runs the SQL of docs/tenancy.md
      Then tenants and workers work as before
      And a role that is no superuser can migrate its database where the same was closed

  @asvs-8.4.1 @tenancy-13
  Rule: A cached plan never returns another tenant's rows
    Scenario Outline: Bram's connection has prepared <plans> for Ada
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own
      When Bram runs what was prepared for Ada, with <plans>
      Then Bram sees his own rows in every table, and no others

      Examples:
        | plans            |
        | one plan for all |
        | a plan each time |
