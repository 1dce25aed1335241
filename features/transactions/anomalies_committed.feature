@transactions
Feature: What becomes of decisions that rest on a reading
  In order to let nobody decide by what is no longer so
  As somebody who answers for what the service does at the same time
  I want it known which anomalies each isolation level lets through, and what holds off the others
  The names are those of Adya's thesis (Weak Consistency, MIT, 1999), of Berenson and others (A
  Critique of ANSI SQL Isolation Levels, SIGMOD 1995: P4) and of Kleppmann's Hermitage.

  Background:
    Given Ada has an account
    And Ada's agents have these priorities: Clerk 10, Scribe 20

  @transactions-20
  Rule: Predicate-many-preceders (PMP): a predicate is read twice, with a commit in between
    Example: The second reading finds what was added at read committed
      When Ada's devices do this in turn at read committed
        | laptop                         | phone            |
        | reads those at 30: nobody      |                  |
        |                                | adds Usher at 30 |
        |                                | commits          |
        | reads those above 25: Usher 30 |                  |
        | commits                        |                  |
      Then the anomaly happens
      And the priorities are Clerk 10, Scribe 20, Usher 30

    Scenario Outline: The second reading finds what the first has found at <level>
      When Ada's devices do this in turn at <level>
        | laptop                       | phone            |
        | reads those at 30: nobody    |                  |
        |                              | adds Usher at 30 |
        |                              | commits          |
        | reads those above 25: nobody |                  |
        | commits                      |                  |
      Then the anomaly is prevented by reading one moment
      And the priorities are Clerk 10, Scribe 20, Usher 30
      And it is as if these had worked, one at a time: laptop, phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-21
  Rule: Predicate-many-preceders of a write (PMP): a delete misses rows that were changed
    Example: What is removed is still there at read committed
      When Ada's devices do this in turn at read committed
        | laptop           | phone                       |
        | raises all by 10 |                             |
        |                  | removes those at 20 … waits |
        | commits          |                             |
        |                  | goes on: nobody             |
        |                  | reads those at 20: Clerk 20 |
        |                  | commits                     |
      Then the anomaly happens
      And the priorities are Clerk 20, Scribe 30

    Scenario Outline: Whoever sought among what was is refused at <level>
      When Ada's devices do this in turn at <level>
        | laptop           | phone                       |
        | raises all by 10 |                             |
        |                  | removes those at 20 … waits |
        | commits          |                             |
        |                  | is refused                  |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 20, Scribe 30
      And it is as if these had worked, one at a time: laptop

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-22
  Rule: Lost update (P4): two read the same version, and one overwrites the other's change
    Example: One of the changes is lost at read committed
      When Ada's devices do this in turn at read committed
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

    Scenario Outline: Whoever would overwrite a change is refused at <level>
      When Ada's devices do this in turn at <level>
        | laptop           | phone                    |
        | reads Clerk: 10  |                          |
        |                  | reads Clerk: 10          |
        | sets Clerk to 11 |                          |
        |                  | sets Clerk to 12 … waits |
        | commits          |                          |
        |                  | is refused               |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 20
      And it is as if these had worked, one at a time: laptop

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-23
  Rule: Read skew (G-single): two related values are read from different moments
    Example: One is old and the other new at read committed
      When Ada's devices do this in turn at read committed
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

    Scenario Outline: Both are old at <level>
      When Ada's devices do this in turn at <level>
        | laptop           | phone             |
        | reads Clerk: 10  |                   |
        |                  | reads Clerk: 10   |
        |                  | reads Scribe: 20  |
        |                  | sets Clerk to 12  |
        |                  | sets Scribe to 18 |
        |                  | commits           |
        | reads Scribe: 20 |                   |
        | commits          |                   |
      Then the anomaly is prevented by reading one moment
      And the priorities are Clerk 12, Scribe 18
      And it is as if these had worked, one at a time: laptop, phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-24
  Rule: Read skew by a predicate (G-single): two predicates that exclude each other both hold
    Example: The one who was found low is found high as well at read committed
      When Ada's devices do this in turn at read committed
        | laptop                                   | phone            |
        | reads those above 5: Clerk 10, Scribe 20 |                  |
        |                                          | sets Clerk to 25 |
        |                                          | commits          |
        | reads those above 22: Clerk 25           |                  |
        | commits                                  |                  |
      Then the anomaly happens
      And the priorities are Clerk 25, Scribe 20

    Scenario Outline: Nobody is found high who was found low at <level>
      When Ada's devices do this in turn at <level>
        | laptop                                   | phone            |
        | reads those above 5: Clerk 10, Scribe 20 |                  |
        |                                          | sets Clerk to 25 |
        |                                          | commits          |
        | reads those above 22: nobody             |                  |
        | commits                                  |                  |
      Then the anomaly is prevented by reading one moment
      And the priorities are Clerk 25, Scribe 20
      And it is as if these had worked, one at a time: laptop, phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-25
  Rule: Read skew before a write (G-single): a write is based on an earlier state
    Example: What was to be removed is passed over at read committed
      When Ada's devices do this in turn at read committed
        | laptop                      | phone                          |
        | reads Clerk: 10             |                                |
        |                             | reads all: Clerk 10, Scribe 20 |
        |                             | sets Clerk to 12               |
        |                             | sets Scribe to 18              |
        |                             | commits                        |
        | removes those at 20: nobody |                                |
        | commits                     |                                |
      Then the anomaly happens
      And the priorities are Clerk 12, Scribe 18

    Scenario Outline: Whoever would write by an old reading is refused at <level>
      When Ada's devices do this in turn at <level>
        | laptop                           | phone                          |
        | reads Clerk: 10                  |                                |
        |                                  | reads all: Clerk 10, Scribe 20 |
        |                                  | sets Clerk to 12               |
        |                                  | sets Scribe to 18              |
        |                                  | commits                        |
        | removes those at 20 … is refused |                                |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 12, Scribe 18
      And it is as if these had worked, one at a time: phone

      Examples:
        | level           |
        | repeatable read |
        | serializable    |

  @transactions-26
  Rule: Write skew (G2-item): two read the same two rows, and each changes a different one
    Scenario Outline: Each decides by what the other undoes at <level>
      When Ada's devices do this in turn at <level>
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

    Example: The second to commit is refused at serializable
      When Ada's devices do this in turn at serializable
        | laptop                         | phone                          |
        | reads all: Clerk 10, Scribe 20 |                                |
        |                                | reads all: Clerk 10, Scribe 20 |
        | sets Clerk to 11               |                                |
        |                                | sets Scribe to 21              |
        | commits                        |                                |
        |                                | commits … is refused           |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 11, Scribe 20
      And it is as if these had worked, one at a time: laptop

  @transactions-27
  Rule: Write skew by a predicate (G2): two find no row, and both insert one
    Scenario Outline: Both find nobody, and two are there at <level>
      When Ada's devices do this in turn at <level>
        | laptop                       | phone                        |
        | reads those above 25: nobody |                              |
        |                              | reads those above 25: nobody |
        | adds Usher at 30             |                              |
        |                              | adds Warden at 42            |
        | commits                      |                              |
        |                              | commits                      |
      Then the anomaly happens
      And the priorities are Clerk 10, Scribe 20, Usher 30, Warden 42

      Examples:
        | level           |
        | read committed  |
        | repeatable read |

    Example: The second to add is refused at serializable
      When Ada's devices do this in turn at serializable
        | laptop                       | phone                        |
        | reads those above 25: nobody |                              |
        |                              | reads those above 25: nobody |
        | adds Usher at 30             |                              |
        |                              | adds Warden at 42            |
        | commits                      |                              |
        |                              | commits … is refused         |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 10, Scribe 20, Usher 30
      And it is as if these had worked, one at a time: laptop

  @transactions-28
  Rule: Write skew seen by a reader (G2): a reader sees an order that no serial run has
    Two anti-dependencies and a reader: Fekete, O'Neil and O'Neil, A Read-Only Transaction Anomaly
    Under Snapshot Isolation, SIGMOD Record 2004.
    Scenario Outline: The reader proves what was decided too early at <level>
      When Ada's devices do this in turn at <level>
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

    Example: Whoever decides too late is refused at serializable
      When Ada's devices do this in turn at serializable
        | laptop                         | phone              | tablet                         |
        | reads all: Clerk 10, Scribe 20 |                    |                                |
        |                                | raises Scribe by 5 |                                |
        |                                | commits            |                                |
        |                                |                    | reads all: Clerk 10, Scribe 25 |
        |                                |                    | commits                        |
        | sets Clerk to 0 … is refused   |                    |                                |
      Then the anomaly is prevented by a refusal
      And the priorities are Clerk 10, Scribe 25
      And it is as if these had worked, one at a time: phone, tablet

  @transactions-29
  Rule: At READ COMMITTED a lock, a compare-and-swap or a single statement prevents lost updates
    Example: Whoever locks before reading finds what the other has made of it
      When Ada's devices do this in turn at read committed
        | laptop                    | phone                         |
        | locks and reads Clerk: 10 |                               |
        |                           | locks and reads Clerk … waits |
        | sets Clerk to 11          |                               |
        | commits                   |                               |
        |                           | goes on: 11                   |
        |                           | sets Clerk to 12              |
        |                           | commits                       |
      Then the priorities are Clerk 12, Scribe 20
      And it is as if these had worked, one at a time: laptop, phone

    Example: Whoever compares while writing finds that it is no longer so
      When Ada's devices do this in turn at read committed
        | laptop                         | phone                            |
        | reads Clerk: 10                |                                  |
        |                                | reads Clerk: 10                  |
        | sets Clerk from 10 to 11: done |                                  |
        |                                | sets Clerk from 10 to 12 … waits |
        | commits                        |                                  |
        |                                | goes on: no longer so            |
        |                                | rolls back                       |
      Then the priorities are Clerk 11, Scribe 20
      And it is as if these had worked, one at a time: laptop

    Example: Whoever lets the database add it up loses nothing
      When Ada's devices do this in turn at read committed
        | laptop            | phone                     |
        | raises Clerk by 1 |                           |
        |                   | raises Clerk by 2 … waits |
        | commits           |                           |
        |                   | goes on                   |
        |                   | commits                   |
      Then the priorities are Clerk 13, Scribe 20
      And it is as if these had worked, one at a time: laptop, phone
