@tenancy
Feature: Policies do not make queries read other tenants' tasks
  In order to be served as fast among many tenants as I would be alone
  As a tenant
  I want my tasks to be found by an index

  Background:
    Given Ada is one of 25 tenants, each with 300 finished and 30 pending tasks

  @tenancy-10
  Rule: A page is read by an index that begins with the owner
    Scenario Outline: The server plans <statement>
      When the server plans <statement>
      Then the plan contains the policy
      And the plan reads only her tasks, by an index

      Examples:
        | statement                        |
        | a page of her tasks              |
        | the next page of her tasks       |
        | a page of her pending tasks      |
        | a page of her tasks for an agent |

  @tenancy-11
  Rule: A claim reads pending tasks only
    Example: A worker claims a task among many finished ones
      When the server plans a worker's claim
      Then the plan reads only pending tasks, by an index
