@concurrency
Feature: Concurrent changes of one row
  In order to never lose a change that was accepted
  As a tenant
  I want every accepted change to be stored, whatever is changed concurrently
  Two participants, step by step, are in features/accounts, features/tasks and
  features/objectives.

  Background:
    Given Ada has an account
    And Ada has a task "Import"
    And Ada pursues "Close"

  @asvs-15.4.2 @concurrency-5
  Rule: Of changes based on one version the first succeeds, and no other
    Scenario Outline: Eight clients that have read one version change <what>
      When 8 clients concurrently read <what>, and then add a word each
      Then 1 of them is successful
      And 7 of them are refused because <reason>
      And there is no change that was accepted and lost
      And there is no version that was skipped or returned twice

      Examples:
        | what                      | reason                                      |
        | the name of Ada's account | the account has changed since it was read   |
        | the title of Ada's task   | the task has changed since it was read      |
        | Ada's objective           | the objective has changed since it was read |

  @asvs-15.4.2 @concurrency-6
  Rule: A client that reads again and retries succeeds in the end, and no change is lost
    Scenario Outline: Eight clients change <what>, each until it succeeds
      When 8 clients concurrently add a word each to <what>
      Then all of them are successful
      And there is no change that was accepted and lost
      And there is no version that was skipped or returned twice

      Examples:
        | what                      |
        | the name of Ada's account |
        | the title of Ada's task   |
        | Ada's objective           |

    Scenario Outline: Without comparing versions, changes of <what> are lost
      When 8 clients concurrently add a word each to <what> without comparing its version
      Then all of them are successful
      And there is a change that was accepted and lost

      Examples:
        | what                      |
        | the name of Ada's account |
        | the title of Ada's task   |
        | Ada's objective           |

    Example: A version that is read and written, but not compared, is returned twice
      When 8 clients concurrently add a word each to the name of Ada's account without comparing its version
      Then there is a version that was skipped or returned twice

    Example: Eight clients at repeatable read succeed in at most eight attempts
      Given retries.attempts is set to 8
      When 8 clients concurrently add a word each to the name of Ada's account at repeatable read
      Then all of them are successful
      And there is no change that was accepted and lost
      And there is no version that was skipped or returned twice

  @concurrency-7
  Rule: An objective has exactly one current entry at all times
    Example: Eight clients change the objective, and its current entries are counted all the time
      When 8 clients concurrently add a word each to Ada's objective
      Then there is no moment without exactly one current entry

    @fixture.database
    Example: Without a lock and without constraints, several entries are current
      Given the database has no unique index and triggers on objectives
      When 8 clients concurrently open an entry each in the history of Ada's objective without locking it
      Then there is a moment without exactly one current entry

    Example: Without a lock, the constraints let only one client open an entry
      When 8 clients concurrently open an entry each in the history of Ada's objective without locking it
      Then 1 of them is successful
      And 7 of them are refused by a constraint
      And there is no moment without exactly one current entry

  @concurrency-8
  Rule: Of clients in a deadlock one is aborted and retries
    Example: Two clients rename two accounts in opposite orders
      Given Bram has an account
      When 2 clients concurrently rename two accounts in opposite orders
      Then all of them are successful
      And in each pair at least one client retried
      And there is no change that was accepted and lost

    Example: Eight clients rename accounts in four pairs
      Given Bram has an account
      And there are 6 other accounts
      When 8 clients concurrently rename two accounts in opposite orders
      Then all of them are successful
      And in each pair at least one client retried
      And there is no change that was accepted and lost

  @concurrency-9
  Rule: A client that is aborted in every attempt is refused, and none of its work is stored
    Example: Without retries one of two clients in a deadlock is refused
      Given Bram has an account
      And retries.attempts is set to 1
      When 2 clients concurrently rename two accounts in opposite orders
      Then 1 of them is successful
      And 1 of them is refused because it conflicted with other transactions at every attempt
      And there is no change that was accepted and lost
      And there is no change that was refused and stored

    Example: A client is refused if another one is faster in every attempt
      Given retries.attempts is set to 3
      When Ada renames her account, which Chen renames after every read of it
      Then Ada is refused because it conflicted with other transactions at every attempt
      And the account of "ada@example.org" is called "Chen's 3"
