@transactions
Feature: Anomalies of decisions that are based on an earlier read
  In order to choose the isolation level that a transaction needs
  As a developer
  I want to know which anomalies each isolation level allows, and what prevents the others
  The names are those of Adya's thesis (Weak Consistency, MIT, 1999), of Berenson and others (A
  Critique of ANSI SQL Isolation Levels, SIGMOD 1995: P4) and of Kleppmann's Hermitage.

  Background:
    Given Ada has an account
    And Ada's agents have these priorities: Clerk 10, Scribe 20

  @transactions-20
  Rule: Predicate-many-preceders (PMP): a predicate is read twice, with a commit in between
    Example: The second read finds an added row at read committed
      When Ada's devices run this schedule at read committed
        | laptop                         | phone            |
        | reads those at 30: none        |                  |
        |                                | adds Usher at 30 |
        |                                | commits          |
        | reads those above 25: Usher 30 |                  |
        | commits                        |                  |
      Then the anomaly happens
      And the priorities are Clerk 10, Scribe 20, Usher 30

    Scenario Outline: Both reads find the same rows at <level>
      When Ada's devices run this schedule at <level>
        | laptop                     | phone            |
        | reads those at 30: none    |                  |
        |                            | adds Usher at 30 |
        |                            | commits          |
        | reads those above 25: none |                  |
        | commits                    |                  |
      Then the anomaly is prevented by reading one snapshot
      And the priorities are Clerk 10, Scribe 20, Usher 30
      And the result is that of the serial order laptop, phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-21
  Rule: Predicate-many-preceders of a write (PMP): a delete misses rows that were changed
    Example: The delete misses a row that matches at read committed
      When Ada's devices run this schedule at read committed
        | laptop           | phone                       |
        | raises all by 10 |                             |
        |                  | deletes those at 20 … waits |
        | commits          |                             |
        |                  | goes on: none               |
        |                  | reads those at 20: Clerk 20 |
        |                  | commits                     |
      Then the anomaly happens
      And the priorities are Clerk 20, Scribe 30

    Scenario Outline: The delete is refused at <level>
      When Ada's devices run this schedule at <level>
        | laptop           | phone                       |
        | raises all by 10 |                             |
        |                  | deletes those at 20 … waits |
        | commits          |                             |
        |                  | is refused                  |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 20, Scribe 30
      And the result is that of the serial order laptop

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-22
  Rule: Lost update (P4): two read the same version, and one overwrites the other's change
    Example: The first change is lost at read committed
      When Ada's devices run this schedule at read committed
        | laptop           | phone                    |
        | reads Clerk: 10  |                          |
        |                  | reads Clerk: 10          |
        | sets Clerk to 11 |                          |
        |                  | sets Clerk to 12 … waits |
        | commits          |                          |
        |                  | goes on                  |
        |                  | commits                  |
      Then the anomaly happens
      And the priorities are Clerk 12, Scribe 20

    Scenario Outline: The second change is refused at <level>
      When Ada's devices run this schedule at <level>
        | laptop           | phone                    |
        | reads Clerk: 10  |                          |
        |                  | reads Clerk: 10          |
        | sets Clerk to 11 |                          |
        |                  | sets Clerk to 12 … waits |
        | commits          |                          |
        |                  | is refused               |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 20
      And the result is that of the serial order laptop

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-23
  Rule: Read skew (G-single): two related values are read from different snapshots
    Example: One value is old and the other new at read committed
      When Ada's devices run this schedule at read committed
        | laptop           | phone             |
        | reads Clerk: 10  |                   |
        |                  | reads Clerk: 10   |
        |                  | reads Scribe: 20  |
        |                  | sets Clerk to 12  |
        |                  | sets Scribe to 18 |
        |                  | commits           |
        | reads Scribe: 18 |                   |
        | commits          |                   |
      Then the anomaly happens
      And the priorities are Clerk 12, Scribe 18

    Scenario Outline: Both values are old at <level>
      When Ada's devices run this schedule at <level>
        | laptop           | phone             |
        | reads Clerk: 10  |                   |
        |                  | reads Clerk: 10   |
        |                  | reads Scribe: 20  |
        |                  | sets Clerk to 12  |
        |                  | sets Scribe to 18 |
        |                  | commits           |
        | reads Scribe: 20 |                   |
        | commits          |                   |
      Then the anomaly is prevented by reading one snapshot
      And the priorities are Clerk 12, Scribe 18
      And the result is that of the serial order laptop, phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-24
  Rule: Read skew by a predicate (G-single): two predicates that exclude each other both hold
    Example: One agent is found by both predicates at read committed
      When Ada's devices run this schedule at read committed
        | laptop                                   | phone            |
        | reads those above 5: Clerk 10, Scribe 20 |                  |
        |                                          | sets Clerk to 25 |
        |                                          | commits          |
        | reads those above 22: Clerk 25           |                  |
        | commits                                  |                  |
      Then the anomaly happens
      And the priorities are Clerk 25, Scribe 20

    Scenario Outline: No agent is found by both predicates at <level>
      When Ada's devices run this schedule at <level>
        | laptop                                   | phone            |
        | reads those above 5: Clerk 10, Scribe 20 |                  |
        |                                          | sets Clerk to 25 |
        |                                          | commits          |
        | reads those above 22: none               |                  |
        | commits                                  |                  |
      Then the anomaly is prevented by reading one snapshot
      And the priorities are Clerk 25, Scribe 20
      And the result is that of the serial order laptop, phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-25
  Rule: Read skew before a write (G-single): a write is based on an earlier state
    Example: The delete misses the row that was to be deleted at read committed
      When Ada's devices run this schedule at read committed
        | laptop                    | phone                          |
        | reads Clerk: 10           |                                |
        |                           | reads all: Clerk 10, Scribe 20 |
        |                           | sets Clerk to 12               |
        |                           | sets Scribe to 18              |
        |                           | commits                        |
        | deletes those at 20: none |                                |
        | commits                   |                                |
      Then the anomaly happens
      And the priorities are Clerk 12, Scribe 18

    Scenario Outline: The delete based on an old snapshot is refused at <level>
      When Ada's devices run this schedule at <level>
        | laptop                           | phone                          |
        | reads Clerk: 10                  |                                |
        |                                  | reads all: Clerk 10, Scribe 20 |
        |                                  | sets Clerk to 12               |
        |                                  | sets Scribe to 18              |
        |                                  | commits                        |
        | deletes those at 20 … is refused |                                |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 12, Scribe 18
      And the result is that of the serial order phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-26
  Rule: Write skew (G2-item): two read the same two rows, and each changes a different one
    Scenario Outline: Both changes are committed at <level>
      When Ada's devices run this schedule at <level>
        | laptop                         | phone                          |
        | reads all: Clerk 10, Scribe 20 |                                |
        |                                | reads all: Clerk 10, Scribe 20 |
        | sets Clerk to 11               |                                |
        |                                | sets Scribe to 21              |
        | commits                        |                                |
        |                                | commits                        |
      Then the anomaly happens
      And the priorities are Clerk 11, Scribe 21

      Examples:
        | level           |
        | read committed  |
        | repeatable read |

    Example: The second commit is refused at serializable
      When Ada's devices run this schedule at serializable
        | laptop                         | phone                          |
        | reads all: Clerk 10, Scribe 20 |                                |
        |                                | reads all: Clerk 10, Scribe 20 |
        | sets Clerk to 11               |                                |
        |                                | sets Scribe to 21              |
        | commits                        |                                |
        |                                | commits … is refused           |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 20
      And the result is that of the serial order laptop

  @transactions-27
  Rule: Write skew by a predicate (G2): two find no row, and both insert one
    Scenario Outline: Both inserts are committed at <level>
      When Ada's devices run this schedule at <level>
        | laptop                     | phone                      |
        | reads those above 25: none |                            |
        |                            | reads those above 25: none |
        | adds Usher at 30           |                            |
        |                            | adds Warden at 42          |
        | commits                    |                            |
        |                            | commits                    |
      Then the anomaly happens
      And the priorities are Clerk 10, Scribe 20, Usher 30, Warden 42

      Examples:
        | level           |
        | read committed  |
        | repeatable read |

    Example: The second insert is refused at serializable
      When Ada's devices run this schedule at serializable
        | laptop                     | phone                      |
        | reads those above 25: none |                            |
        |                            | reads those above 25: none |
        | adds Usher at 30           |                            |
        |                            | adds Warden at 42          |
        | commits                    |                            |
        |                            | commits … is refused       |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 10, Scribe 20, Usher 30
      And the result is that of the serial order laptop

  @transactions-28
  Rule: Write skew seen by a reader (G2): a reader sees an order that no serial run has
    Two anti-dependencies and a reader: Fekete, O'Neil and O'Neil, A Read-Only Transaction Anomaly
    Under Snapshot Isolation, SIGMOD Record 2004.
    Scenario Outline: The reader commits, and so does a change based on an older read, at <level>
      When Ada's devices run this schedule at <level>
        | laptop                         | phone              | tablet                         |
        | reads all: Clerk 10, Scribe 20 |                    |                                |
        |                                | raises Scribe by 5 |                                |
        |                                | commits            |                                |
        |                                |                    | reads all: Clerk 10, Scribe 25 |
        |                                |                    | commits                        |
        | sets Clerk to 0                |                    |                                |
        | commits                        |                    |                                |
      Then the anomaly happens
      And the priorities are Clerk 0, Scribe 25

      Examples:
        | level           |
        | read committed  |
        | repeatable read |

    Example: The change based on an older read is refused at serializable
      When Ada's devices run this schedule at serializable
        | laptop                         | phone              | tablet                         |
        | reads all: Clerk 10, Scribe 20 |                    |                                |
        |                                | raises Scribe by 5 |                                |
        |                                | commits            |                                |
        |                                |                    | reads all: Clerk 10, Scribe 25 |
        |                                |                    | commits                        |
        | sets Clerk to 0 … is refused   |                    |                                |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 10, Scribe 25
      And the result is that of the serial order phone, tablet

  @transactions-29
  Rule: At READ COMMITTED a lock, a compare-and-swap or a single statement prevents lost updates
    Example: A read that locks the row first finds the change of the other transaction
      When Ada's devices run this schedule at read committed
        | laptop                    | phone                         |
        | locks and reads Clerk: 10 |                               |
        |                           | locks and reads Clerk … waits |
        | sets Clerk to 11          |                               |
        | commits                   |                               |
        |                           | goes on: 11                   |
        |                           | sets Clerk to 12              |
        |                           | commits                       |
      Then the priorities are Clerk 12, Scribe 20
      And the result is that of the serial order laptop, phone

    Example: A compare-and-swap changes no row after the change of the other transaction
      When Ada's devices run this schedule at read committed
        | laptop                          | phone                            |
        | reads Clerk: 10                 |                                  |
        |                                 | reads Clerk: 10                  |
        | sets Clerk from 10 to 11: 1 row |                                  |
        |                                 | sets Clerk from 10 to 12 … waits |
        | commits                         |                                  |
        |                                 | goes on: 0 rows                  |
        |                                 | rolls back                       |
      Then the priorities are Clerk 11, Scribe 20
      And the result is that of the serial order laptop

    Example: A single statement adds to the value of the other transaction
      When Ada's devices run this schedule at read committed
        | laptop            | phone                     |
        | raises Clerk by 1 |                           |
        |                   | raises Clerk by 2 … waits |
        | commits           |                           |
        |                   | goes on                   |
        |                   | commits                   |
      Then the priorities are Clerk 13, Scribe 20
      And the result is that of the serial order laptop, phone
