@harness
Feature: Scenarios that are rolled back
  In order to have criteria judged in the time that a rollback takes
  As an engineer who writes criteria
  I want a scenario to be one transaction, and to be told what cannot be shown in one

  @fixture.rollback @harness-54
  Rule: A scenario sees all that its units of work store, and nobody else sees any of it
    Example: What one unit of work stores, the next one finds
      Given Ada has an account
      And a unit of work of Ada's is committed
      When Ada renames her account to "Ada King"
      Then the account of "ada@example.org" is called "Ada King"
      And Ada has "Water the plants" to do, and no more
      And nobody outside the scenario sees anything of it

    Scenario Outline: A unit of work that <ending> is undone, and nothing else
      Given Ada has an account
      And a unit of work of Ada's is committed
      When a unit of work of Ada's <ending>
      Then Ada has "<tasks>" to do, and no more
      And nobody outside the scenario sees anything of it

      Examples:
        | ending                             | tasks                              | why                        |
        | fails                              | Water the plants                   | an error of its own        |
        | is refused by the database         | Water the plants                   | an error of the database's |
        | swallows a refusal of the database | Water the plants                   | as COMMIT would            |
        | undoes a part and is committed     | Water the plants, Water the plants | all but the part           |

  @fixture.rollback @harness-55
  Rule: No unit of work has the role, the tenant or the limits of an earlier one
    Scenario Outline: The one before <ending>
      Given Ada has an account
      When a unit of work of Ada's <ending>
      Then the next one finds the connection as it was
        | role    | works for | a statement | a wait for a lock | doing nothing |
        | its own | nobody    | 30s         | 10s               | 1min          |

      Examples:
        | ending                             | why                                         |
        | is committed                       | RELEASE SAVEPOINT alone would not undo them |
        | undoes a part and is committed     | nor with a savepoint in it                  |
        | fails                              | ROLLBACK TO SAVEPOINT does                  |
        | swallows a refusal of the database | also where the transaction was aborted      |

  @harness-56
  Rule: Nothing of a rolled-back scenario is left, however it ends
    Scenario Outline: It <ending>
      Given Ada has an account
      When a rolled-back scenario <ending>, and another one follows
      Then the other one saw nothing of the first
      And nothing has changed

      Examples:
        | ending                                | why                              |
        | ends well                             | everything in it was committed   |
        | fails in the middle of a unit of work | and the unit of work was undone  |
        | ends in the middle of a unit of work  | its connection is not given back |
        | ends in a transaction that is aborted | only a rollback is possible      |
        | loses its connection                  | the next one gets another        |

  @fixture.rollback @harness-57
  Rule: What takes a second connection or another transaction is refused
    Scenario Outline: A scenario wants <wish>
      Given Ada has an account
      When a scenario wants <wish>
      Then it is told "<reason>", and to leave the tag out

      Examples:
        | wish                                   | reason                                                                               | why                     |
        | Bram to work at the same time          | the scenario asks where the database is, for a further connection                    | he would see nothing    |
        | a unit of work while one is open       | a second unit of work is opened while one is open, from features/support/rolled_back | there is one connection |
        | a unit of work to be serializable      | a unit of work wants to be SERIALIZABLE                                              | it has begun already    |
        | to read while a unit of work is open   | the scenario reads what others see of a unit of work that is open                    | it would see too much   |
        | to go on after its connection was lost | the connection is lost, and the scenario's work with it                              | all of it is gone       |
