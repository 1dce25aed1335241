@migrations
Feature: Revisions that commit midway can be repeated
  In order to backfill a large table and to build an index while clients work
  As an operator
  I want a revision that was interrupted to be completed by another upgrade

  @migrations-20
  Rule: An interrupted revision is completed by the next upgrade
    Scenario Outline: Every revision up to <last> that commits midway fails at each of its statements
      Given a full database before each of revisions "<first>" to <last> that commits midway
      When each of these revisions fails at each of its statements, and the upgrade is repeated
      Then each failure leaves the database at the former revision, with all its rows
      And each repetition has the same result as an undisturbed upgrade

      Examples:
        | first | last                |
        | 0001  | "0009"              |
        | 0010  | "0013"              |
        | 0014  | "0016"              |
        | 0017  | "0019"              |
        | 0020  | the latest revision |

    Example: The build of each index is interrupted
      Given a full database before each of revisions "0001" to the latest revision that builds an index outside of a transaction
      When a program blocks each index build until the lock timeout, and the upgrade is repeated
      Then each failure leaves the database at the former revision, with all its rows
      And each interrupted build has left an invalid index
      And each repetition has the same result as an undisturbed upgrade
