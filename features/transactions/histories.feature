@transactions
Feature: Histories of concurrent transactions are serializable
  In order to rely on more than a few chosen interleavings
  As a developer
  I want the history of many concurrent transactions to be equivalent to a serial order
  The history of each run is searched for cycles of dependencies, in the manner of Elle (Kingsbury
  and Alvaro, VLDB 2020). The lower isolation levels show that the search finds cycles.

  Background:
    Given Ada has an account
    And Ada has 4 objectives without constraints

  @transactions-30
  Rule: Histories at SERIALIZABLE are equivalent to a serial order
    Example: The history at serializable has no anomalies
      When 8 devices concurrently read and extend Ada's objectives in 3 rounds at serializable
      Then all 24 constraints are stored, each once
      And the history has no anomalies

    Scenario Outline: The history at <level> has anomalies, but <anomalies>
      When 8 devices concurrently read and extend Ada's objectives in 3 rounds at <level>
      Then all 24 constraints are stored, each once
      And the history has <anomalies>

      Examples:
        | level           | anomalies            | why                                        |
        | repeatable read | only G2              | all reads are of one snapshot, but too old |
        | read committed  | only G-single and G2 | each read is of another snapshot           |
