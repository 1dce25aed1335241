@transactions
Feature: Anomalies of uncommitted rows
  In order to rely on what a transaction reads while others write
  As a developer
  I want to know which anomalies each isolation level allows, and what prevents the others
  The names are those of Adya's thesis (Weak Consistency, MIT, 1999) and of Kleppmann's Hermitage,
  which tried them on many databases. `docs/transactions.md` has them all in one table.

  Background:
    Given Ada has an account
    And Ada's agents have these priorities: Clerk 10, Scribe 20

  @transactions-15
  Rule: Dirty write (G0): concurrent writes to the same rows are serialized
    Example: The second write waits for the first transaction at read committed
      When Ada's devices run this schedule at read committed
        | laptop            | phone                    |
        | sets Clerk to 11  |                          |
        |                   | sets Clerk to 12 … waits |
        | sets Scribe to 21 |                          |
        | commits           |                          |
        |                   | goes on                  |
        |                   | sets Scribe to 22        |
        |                   | commits                  |
      Then the anomaly is prevented by waiting
      And the priorities are Clerk 12, Scribe 22
      And the result is that of the serial order laptop, phone

    Scenario Outline: The second write is refused at <level>
      When Ada's devices run this schedule at <level>
        | laptop            | phone                    |
        | sets Clerk to 11  |                          |
        |                   | sets Clerk to 12 … waits |
        | sets Scribe to 21 |                          |
        | commits           |                          |
        |                   | is refused               |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 21
      And the result is that of the serial order laptop

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-16
  Rule: Aborted read (G1a): no transaction reads a value that is rolled back later
    Scenario Outline: A value that is rolled back is never read at <level>
      When Ada's devices run this schedule at <level>
        | laptop           | phone           |
        | sets Clerk to 99 |                 |
        |                  | reads Clerk: 10 |
        | rolls back       |                 |
        |                  | reads Clerk: 10 |
        |                  | commits         |
      Then the anomaly is prevented by reading <what>
      And the priorities are Clerk 10, Scribe 20
      And the result is that of the serial order phone

      Examples:
        | level           | what                |
        | read committed  | only committed rows |
        | repeatable read | one snapshot        |
        | serializable    | one snapshot        |

  @transactions-17
  Rule: Intermediate read (G1b): no transaction reads a value that is overwritten before COMMIT
    Example: Only the committed value is read at read committed
      When Ada's devices run this schedule at read committed
        | laptop           | phone           |
        | sets Clerk to 99 |                 |
        |                  | reads Clerk: 10 |
        | sets Clerk to 11 |                 |
        | commits          |                 |
        |                  | reads Clerk: 11 |
        |                  | commits         |
      Then the anomaly is prevented by reading only committed rows
      And the priorities are Clerk 11, Scribe 20

    Scenario Outline: The reader keeps the snapshot of its first read at <level>
      When Ada's devices run this schedule at <level>
        | laptop           | phone           |
        | sets Clerk to 99 |                 |
        |                  | reads Clerk: 10 |
        | sets Clerk to 11 |                 |
        | commits          |                 |
        |                  | reads Clerk: 10 |
        |                  | commits         |
      Then the anomaly is prevented by reading one snapshot
      And the priorities are Clerk 11, Scribe 20
      And the result is that of the serial order phone, laptop

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-18
  Rule: Circular information flow (G1c): no two transactions read each other's uncommitted values
    Scenario Outline: Neither transaction reads the other's change at <level>
      When Ada's devices run this schedule at <level>
        | laptop           | phone             |
        | sets Clerk to 11 |                   |
        |                  | sets Scribe to 22 |
        | reads Scribe: 20 |                   |
        |                  | reads Clerk: 10   |
        | commits          |                   |
        |                  | commits           |
      Then the anomaly is prevented by reading <what>
      And the priorities are Clerk 11, Scribe 22

      Examples:
        | level           | what                |
        | read committed  | only committed rows |
        | repeatable read | one snapshot        |

    Example: Neither reads the other's change, and the second commit is refused at serializable
      When Ada's devices run this schedule at serializable
        | laptop           | phone                |
        | sets Clerk to 11 |                      |
        |                  | sets Scribe to 22    |
        | reads Scribe: 20 |                      |
        |                  | reads Clerk: 10      |
        | commits          |                      |
        |                  | commits … is refused |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 20
      And the result is that of the serial order laptop

  @transactions-19
  Rule: Observed transaction vanishes (OTV): a later change, once read, stays visible
    Example: The later change becomes visible completely at read committed
      When Ada's devices run this schedule at read committed
        | laptop            | phone                    | tablet           |
        | sets Clerk to 11  |                          |                  |
        | sets Scribe to 19 |                          |                  |
        |                   | sets Clerk to 12 … waits |                  |
        | commits           |                          |                  |
        |                   | goes on                  |                  |
        |                   |                          | reads Clerk: 11  |
        |                   | sets Scribe to 18        |                  |
        |                   |                          | reads Scribe: 19 |
        |                   | commits                  |                  |
        |                   |                          | reads Scribe: 18 |
        |                   |                          | reads Clerk: 12  |
        |                   |                          | commits          |
      Then the anomaly is prevented by waiting
      And the priorities are Clerk 12, Scribe 18

    Scenario Outline: The later change is refused at <level>
      When Ada's devices run this schedule at <level>
        | laptop            | phone                    | tablet           |
        | sets Clerk to 11  |                          |                  |
        | sets Scribe to 19 |                          |                  |
        |                   | sets Clerk to 12 … waits |                  |
        | commits           |                          |                  |
        |                   | is refused               |                  |
        |                   |                          | reads Clerk: 11  |
        |                   |                          | reads Scribe: 19 |
        |                   |                          | commits          |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 19
      And the result is that of the serial order laptop, tablet

      Examples:
        | level           |
        | repeatable read |
        | serializable    |
