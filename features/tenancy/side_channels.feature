@tenancy
Feature: Side channels that a tenant can use by SQL of his own
  In order to know what policies do not promise
  As an administrator
  I want every side channel of the database listed, and closed where it can be closed

  @asvs-13.2.2 @asvs-8.4.1 @tenancy-12
  Rule: Every known side channel is closed, or listed with what it reveals
    Background:
      Given Ada and Bram have rows in every tenant table

    Example: The planner has statistics about numbers, times and enumerated values, not about texts
      Then the columns with statistics are exactly these
        | table             | about                                                                        |
        | agents            | created_at, id, owner_id, priority_at, priority_score, project_id            |
        | events            | agent_id, created_at, id, owner_id, project_id, task_id, turn_id             |
        | objective_history | id, objective_id, owner_id, valid_from, valid_until                          |
        | objectives        | id, owner_id, since, version                                                 |
        | projects          | created_at, id, owner_id                                                     |
        | tasks             | agent_id, created_at, finished_at, id, owner_id, started_at, status, version |
        | turns             | actor, created_at, id, intent, owner_id, task_id                             |
      And ANALYZE collects no other statistics

    Scenario Outline: The roles close <channel>
      When Bram observes <channel> while Ada works
      Then he learns nothing

      Examples:
        | channel                              | why                                                          |
        | the row estimates for titles         | there are no statistics about texts                          |
        | the common values of columns         | the views of statistics omit tables with policies            |
        | the last ids of sequences            | tenants have no privilege on sequences                       |
        | the statements of other sessions     | they belong to the role that logs in, not to that of tenants |
        | a function that repeats its argument | policies are applied before functions that may leak a row    |

    Scenario Outline: Nothing closes <channel>
      When Bram observes <channel> while Ada works
      Then he learns <finding>

      Examples:
        | channel                                   | finding                                                   |
        | the row estimate for an owner             | about how many tasks a user has                           |
        | the row estimate for a time               | about how many tasks were submitted before any moment     |
        | the number of rows that a filter removed  | exactly how many tasks all others have                    |
        | sessions of agents that a filter removed  | the session of another tenant's agent, digit by digit     |
        | tasks of one second that a filter removed | how many pending tasks others submitted in any second     |
        | the ids of his transactions               | how many transactions wrote to any database of the server |
        | a notification channel                    | that a session notifies a channel, and the message        |

    @fixture.database @requires.superuser
    Scenario Outline: An administrator closes <channel>
      When Bram observes <channel> while Ada works
      Then he learns <finding>
      When an administrator runs the SQL of docs/tenancy.md
      And Bram observes <channel> while Ada works
      Then he learns nothing

      Examples:
        | channel                     | finding                                                           |
        | a large object              | the content of every large object, and can change and remove it   |
        | the list of large objects   | how many large objects there are, and the roles that created them |
        | an advisory lock            | that a session holds an advisory lock, and can take it first      |
        | the table of locks          | that a transaction uses a table, and in which lock mode           |
        | the counters of writes      | how many rows all others insert, change and delete in each table  |
        | the list of connections     | that others are connected, with their roles and program names     |
        | the size of a table on disk | the size of each table, with the rows of all tenants              |

    @fixture.server @requires.superuser
    Example: An administrator keeps a tenant from filling the lock table of the server
      When Bram observes all advisory locks while Ada works
      Then he learns how to stop the work of all others
      When an administrator runs the SQL of docs/tenancy.md
      And Bram observes all advisory locks while Ada works
      Then he learns nothing

    @fixture.server @requires.superuser
    Example: The service needs nothing that an administrator closes
      When an administrator runs the SQL of docs/tenancy.md
      Then tenants and workers can still work
      And a role that is no superuser can still migrate a database in which the SQL was run

  @asvs-8.4.1 @tenancy-13
  Rule: A cached plan never returns another tenant's rows
    Scenario Outline: Bram executes a statement that was prepared for Ada, with <mode>
      Given Ada and Bram have rows in every tenant table
      When Bram executes what was prepared for Ada, with <mode>
      Then Bram sees his own rows in every table, and no others

      Examples:
        | mode           |
        | a generic plan |
        | custom plans   |
