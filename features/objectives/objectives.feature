@objectives
Feature: Objectives and their history
  In order to judge past decisions by the objectives of their time
  As a tenant
  I want each objective to keep its history, without a gap or an overlap

  Background:
    Given Ada has an account
    And Bram has an account

  @objectives-1
  Rule: A new objective has one entry in its history
    Example: An objective is created with two constraints
      When Ada pursues "Close Q3" within "no overtime" and "under budget"
      Then these objectives are stored
        | owner | text     | constraints               | since | version |
        | Ada   | Close Q3 | no overtime, under budget | 12:00 | 1       |
      And the history of "Close Q3" is
        | text     | constraints               | from  | until |
        | Close Q3 | no overtime, under budget | 12:00 |       |
      And the side effects are
        | owner | table             | inserted | updated | deleted |
        | Ada   | objectives        | 1        | 0       | 0       |
        | Ada   | objective_history | 1        | 0       | 0       |

    Example: An objective needs no constraints
      When Ada pursues "Close Q3"
      Then these objectives are stored
        | owner | text     | constraints |
        | Ada   | Close Q3 |             |

    Scenario Outline: The objective <value> is kept as it was given (<why>)
      When Ada pursues <value>
      Then Ada's only objective reads back with the text <value>

      Examples:
        | value                                  | why                 |
        | "  at both ends  "                     | spaces around it    |
        | "\n\tfirst  line\r\nSECOND\rthird\n\n" | lines and tabs      |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18"   | nothing is composed |
        | "x" × 1999 + "y"                       | its last character  |

    Scenario Outline: The constraints <values> are kept as they were given (<why>)
      When Ada pursues "Close Q3" within <values>
      Then Ada's only objective is within <values>

      Examples:
        | values                                            | why                     |
        | "  at both ends  " and "at both ends"             | spaces around it        |
        | "Two  SPACES" and "two spaces" and "Two  SPACES"  | case, order, repetition |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" and "\u00e9" | nothing is composed     |
        | "x" × 999 + "y" and "x" × 999 + "z"               | the last character      |

    Scenario Outline: Ada <what> the objective "<text>", which is <whose>
      Given Ada pursues "Close Q3"
      And Bram pursues "Close Q4"
      When Ada reads the objective "<text>"
      Then <outcome>

      Examples:
        | what        | whose  | text     | outcome                                           |
        | reads       | hers   | Close Q3 | the objective "Close Q3" was read as it is stored |
        | cannot read | Bram's | Close Q4 | Ada is refused because there is no such objective |

  @objectives-2
  Rule: A change closes one entry of the history and opens the next, at the same time
    Example: An objective and its constraints are changed
      Given Ada pursues "Close Q3" within "no overtime"
      And Ada pursues "Rest"
      And Bram pursues "Close Q4"
      And an hour has passed
      When Ada changes the objective "Close Q3" to "Close Q3 and Q4" within "under budget"
      Then these objectives are stored
        | owner | text            | constraints  | since | version |
        | Ada   | Close Q3 and Q4 | under budget | 13:00 | 2       |
        | Ada   | Rest            |              | 12:00 | 1       |
        | Bram  | Close Q4        |              | 12:00 | 1       |
      And the history of "Close Q3" is
        | text            | constraints  | from  | until |
        | Close Q3        | no overtime  | 12:00 | 13:00 |
        | Close Q3 and Q4 | under budget | 13:00 |       |
      And the side effects are
        | owner | table             | inserted | updated | deleted |
        | Ada   | objectives        | 0        | 1       | 0       |
        | Ada   | objective_history | 1        | 1       | 0       |

    Example: A second change has a time of its own, and leaves the first as it was
      Given Ada pursues "Close Q3"
      And 1 hour has passed
      And Ada changes the objective "Close Q3" to "Close Q4"
      And 1 hour has passed
      When Ada changes the objective "Close Q3" to "Close Q1"
      Then these objectives are stored
        | owner | text     | since | version |
        | Ada   | Close Q1 | 14:00 | 3       |
      And the history of "Close Q3" is
        | text     | from  | until |
        | Close Q3 | 12:00 | 13:00 |
        | Close Q4 | 13:00 | 14:00 |
        | Close Q1 | 14:00 |       |

    Scenario Outline: An objective is changed to <value>, as it was given (<why>)
      Given Ada pursues "Close Q3"
      When Ada changes the objective "Close Q3" to <value>
      Then Ada's only objective reads back with the text <value>

      Examples:
        | value                                | why                 |
        | "  at both ends  "                   | spaces around it    |
        | "\n\tfirst  LINE\r\nsecond\r"        | lines and tabs      |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed |
        | "x" × 1999 + "y"                     | its last character  |

    Example: Two changes at the same time have an entry each
      Given Ada pursues "Close Q3"
      When Ada changes the objective "Close Q3" to "Close Q4"
      And Ada changes the objective "Close Q3" to "Close Q1"
      Then the history of "Close Q3" is
        | text     | from  | until |
        | Close Q3 | 12:00 | 12:00 |
        | Close Q4 | 12:00 | 12:00 |
        | Close Q1 | 12:00 |       |

    Example: An entry does not end before it began, although the clock is behind
      Given Ada pursues "Close Q3"
      And the clock is an hour behind
      When Ada changes the objective "Close Q3" to "Close Q4"
      Then the history of "Close Q3" is
        | text     | from  | until |
        | Close Q3 | 12:00 | 12:00 |
        | Close Q4 | 12:00 |       |

    Example: A change that is rolled back leaves the history unchanged
      Given Ada pursues "Close Q3"
      When Ada changes the objective "Close Q3" to "Close Q4" in a transaction that is rolled back
      Then nothing has changed

  @asvs-15.4.2 @objectives-3
  Rule: A change that is based on an outdated version is refused
    Scenario Outline: After a change by another client, this is refused: Ada <changes>
      Given Ada pursues "Close Q3"
      And another client changes the objective "Close Q3" to "Close Q2"
      When Ada <changes>
      Then Ada is refused because the objective has changed since it was read
      And nothing has changed

      Examples:
        | changes                                        |
        | changes the objective "Close Q3" to "Close Q4" |
        | deletes the objective "Close Q3"               |

    Scenario Outline: Of an objective that <is>, this is refused: Ada <changes>
      Given Ada pursues "Close Q3"
      And Bram pursues "Close Q4"
      And Ada deletes the objective "Close Q3"
      When Ada <changes>
      Then Ada is refused because there is no such objective
      And nothing has changed

      Examples:
        | is          | changes                                        |
        | was deleted | changes the objective "Close Q3" to "Close Q1" |
        | was deleted | deletes the objective "Close Q3"               |
        | is Bram's   | changes the objective "Close Q4" to "Close Q1" |
        | is Bram's   | deletes the objective "Close Q4"               |

    Example: Of two concurrent changes the second is refused
      Given Ada pursues "Close Q3"
      And Ada changes the objective "Close Q3" to "Close Q4" in an open transaction
      When another client changes the objective "Close Q3" to "Close Q1" concurrently
      Then the other client has to wait for Ada
      When Ada commits
      Then the other client is refused because the objective has changed since it was read

  @objectives-4
  Rule: Deleting an objective deletes its history
    Example: An objective is deleted with its history
      Given Ada pursues "Close Q3"
      And Ada pursues "Rest"
      And Bram pursues "Close Q4"
      When Ada deletes the objective "Close Q3"
      Then these objectives are stored
        | owner | text     |
        | Ada   | Rest     |
        | Bram  | Close Q4 |
      And the side effects are
        | owner | table             | inserted | updated | deleted |
        | Ada   | objectives        | 0        | 0       | 1       |
        | Ada   | objective_history | 0        | 0       | 1       |

  @asvs-2.2.1 @objectives-5
  Rule: An invalid objective is refused by name
    Scenario Outline: The objective <value> within <constraint> is refused
      When Ada pursues <value> within <constraint>
      Then the <field> is refused because it <problem>
      And nothing has changed

      Examples:
        | value      | constraint | field      | problem                        |
        | ""         | "x"        | text       | is blank                       |
        | "\ufeff"   | "x"        | text       | is blank                       |
        | "x" × 2001 | "x"        | text       | is longer than 2000 characters |
        | "A\u0000"  | "x"        | text       | contains a NUL character       |
        | "x"        | ""         | constraint | is blank                       |
        | "x"        | "\u00ad"   | constraint | is blank                       |
        | "x"        | "x" × 1001 | constraint | is longer than 1000 characters |
        | "x"        | "A\nB"     | constraint | contains a control character   |

    Example: An objective with 101 constraints is refused
      When Ada pursues "Close Q3" within 101 constraints
      Then the number of constraints is refused because it must be at most 100
      And nothing has changed
