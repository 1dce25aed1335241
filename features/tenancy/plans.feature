@tenancy
Feature: Policies cost nobody a search through everybody's tasks
  In order to be served as fast among many tenants as I would be alone
  As a tenant
  I want what is mine found by an index

  Background:
    Given Ada is one of 50 tenants who have 300 finished and 30 pending tasks each

  @tenancy-10
  Rule: A page is read by an index that begins with the owner
    Scenario Outline: Ada reads <what>
      When Ada reads <what>
      Then the policy is a part of how the server goes about it
      And only what is hers is looked at, found by an index

      Examples:
        | what                             |
        | a page of her tasks              |
        | the next page of her tasks       |
        | a page of her pending tasks      |
        | a page of her tasks for an agent |

  @tenancy-11
  Rule: A claim reads pending tasks only
    Example: A worker claims a task beside many that are finished
      When a worker's claim is planned
      Then only pending tasks are looked at, found by an index
