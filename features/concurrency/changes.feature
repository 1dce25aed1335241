@concurrency
Feature: Racing to change the same
  In order not to lose what I have changed
  As somebody who works on the same things as others
  I want every change that went through to be there afterwards, whoever was at it as well
  Two people at a time, step by step, are in features/accounts, features/tasks and
  features/objectives.

  Background:
    Given Ada has an account
    And Ada has a task "Import"
    And Ada pursues "Close"

  @asvs-15.4.2 @concurrency-5
  Rule: Of changes based on one version the first succeeds, and no other
    Scenario Outline: Eight people change <what> after one reading
      When 8 people at once add a word each to <what>, all after one reading
      Then 1 of them went through
      And 7 were refused because <reason>
      And there is no change that went through and is lost
      And there is no version that was left out or given twice

      Examples:
        | what                      | reason                                      |
        | the name of Ada's account | the account has changed since it was read   |
        | the title of Ada's task   | the task has changed since it was read      |
        | Ada's objective           | the objective has changed since it was read |

  @asvs-15.4.2 @concurrency-6
  Rule: A client that reads again and retries succeeds in the end, and no change is lost
    Scenario Outline: Eight people change <what>, each until it is done
      When 8 people at once add a word each to <what>
      Then all of them went through
      And there is no change that went through and is lost
      And there is no version that was left out or given twice

      Examples:
        | what                      |
        | the name of Ada's account |
        | the title of Ada's task   |
        | Ada's objective           |

    Scenario Outline: Without the version, changes of <what> are lost
      When 8 people at once add a word each to <what> without looking at its version
      Then all of them went through
      And there is a change that went through and is lost

      Examples:
        | what                      |
        | the name of Ada's account |
        | the title of Ada's task   |
        | Ada's objective           |

    Example: A version that is read and written, but not compared, is given twice
      When 8 people at once add a word each to the name of Ada's account without looking at its version
      Then there is a version that was left out or given twice

    Example: Eight people who see nothing of each other get through in at most eight attempts
      Given a unit of work is tried up to 8 times
      When 8 people at once add a word each to the name of Ada's account, each as if alone
      Then all of them went through
      And there is no change that went through and is lost
      And there is no version that was left out or given twice

  @concurrency-7
  Rule: An objective has exactly one current entry at all times
    Example: Eight people change it, and somebody counts the open entries all the time
      When 8 people at once add a word each to Ada's objective
      Then there is no moment without exactly one open entry

    @fixture.database
    Example: Without a lock and without the guards of the database, eight are open
      Given the database does not guard objectives against a second open entry
      When 8 people at once open an entry each in the history of Ada's objective
      Then there is a moment without exactly one open entry

    Example: The database lets only one of them open an entry even then
      When 8 people at once open an entry each in the history of Ada's objective
      Then 1 of them went through
      And 7 were stopped by the database
      And there is no moment without exactly one open entry

  @concurrency-8
  Rule: Of clients in a deadlock one is aborted and retries
    Example: Two people rename two accounts, in opposite orders
      Given Bram has an account
      When 2 people at once rename two accounts, in opposite orders
      Then all of them went through
      And one of them at least had to try again
      And there is no change that went through and is lost

    Example: Eight people in four pairs
      Given Bram has an account
      And there are 6 people
      When 8 people at once rename two accounts, in opposite orders
      Then all of them went through
      And one of each pair at least had to try again
      And there is no change that went through and is lost

  @concurrency-9
  Rule: A client that is aborted too often is told so, and none of its work is stored
    Example: Nobody tries again
      Given Bram has an account
      And a unit of work is tried 1 time, and not again
      When 2 people at once rename two accounts, in opposite orders
      Then 1 of them went through
      And 1 was refused because it conflicted with other transactions at every attempt
      And there is no change that went through and is lost
      And there is no change that was refused and is there

    Example: Somebody is faster every time
      Given a unit of work is tried up to 3 times
      When Ada renames her account, which Chen has renamed after every reading
      Then Ada is refused because it conflicted with other transactions at every attempt
      And the account of "ada@example.org" is called "Chen's 3"
