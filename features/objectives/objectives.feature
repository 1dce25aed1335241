@objectives
Feature: Objectives and what they have been
  In order to judge later what somebody was after at the time
  As somebody whose aims change
  I want each objective to keep its history, without a gap and without a doubt

  Background:
    Given Ada has an account
    And Bram has an account

  @objectives-1
  Rule: A new objective has one entry in its history
    Example: Ada takes up an objective
      When Ada pursues "Close Q3" within "no overtime" and "under budget"
      Then these objectives are stored
        | owner | text     | constraints               | since | version |
        | Ada   | Close Q3 | no overtime, under budget | 12:00 | 1       |
      And the history of "Close Q3" is
        | text     | constraints               | from  | until |
        | Close Q3 | no overtime, under budget | 12:00 |       |

    Example: An objective needs no constraints
      When Ada pursues "Close Q3"
      Then these objectives are stored
        | owner | text     | constraints |
        | Ada   | Close Q3 |             |

    Scenario Outline: Ada reads an objective of <whose>
      Given Ada pursues "Close Q3"
      And Bram pursues "Close Q4"
      When Ada reads the objective "<text>"
      Then <answer>

      Examples:
        | whose  | text     | answer                                            |
        | hers   | Close Q3 | it is the objective "Close Q3" in every field     |
        | Bram's | Close Q4 | Ada is refused because there is no such objective |

  @objectives-2
  Rule: A change closes one entry of the history and opens the next, at the same time
    Example: Ada changes her objective
      Given Ada pursues "Close Q3" within "no overtime"
      And Ada pursues "Rest"
      And Bram pursues "Close Q4"
      And an hour has passed
      When Ada changes "Close Q3" to "Close Q3 and Q4" within "under budget"
      Then these objectives are stored
        | owner | text            | constraints  | since | version |
        | Ada   | Close Q3 and Q4 | under budget | 13:00 | 2       |
        | Ada   | Rest            |              | 12:00 | 1       |
        | Bram  | Close Q4        |              | 12:00 | 1       |
      And the history of "Close Q3" is
        | text            | constraints  | from  | until |
        | Close Q3        | no overtime  | 12:00 | 13:00 |
        | Close Q3 and Q4 | under budget | 13:00 |       |
      And the history of "Rest" is
        | text | constraints | from  | until |
        | Rest |             | 12:00 |       |
      And the history of "Close Q4" is
        | text     | constraints | from  | until |
        | Close Q4 |             | 12:00 |       |

    Example: Two changes at one time
      Given Ada pursues "Close Q3"
      When Ada changes "Close Q3" to "Close Q4"
      And Ada changes "Close Q3" to "Close Q1"
      Then the history of "Close Q3" is
        | text     | from  | until |
        | Close Q3 | 12:00 | 12:00 |
        | Close Q4 | 12:00 | 12:00 |
        | Close Q1 | 12:00 |       |

    Example: A change by a clock that is behind does not run backwards
      Given Ada pursues "Close Q3"
      And the worker's clock is an hour behind
      When Ada changes "Close Q3" to "Close Q4"
      Then the history of "Close Q3" is
        | text     | from  | until |
        | Close Q3 | 12:00 | 12:00 |
        | Close Q4 | 12:00 |       |

    Example: A change that fails later on leaves the history as it was
      Given Ada pursues "Close Q3"
      When Ada changes "Close Q3" to "Close Q4" in a unit of work that then fails
      Then nothing has changed

  @asvs-15.4.2 @objectives-3
  Rule: A change that is based on an outdated version is refused
    Scenario Outline: Somebody else changed the objective before Ada <changes>
      Given Ada pursues "Close Q3"
      And somebody else changes "Close Q3" to "Close Q2"
      When Ada <changes>
      Then Ada is refused because the objective has changed since it was read
      And nothing has changed

      Examples:
        | changes                          |
        | changes "Close Q3" to "Close Q4" |
        | gives up "Close Q3"              |

    Scenario Outline: Ada <changes>, which is not there for her
      Given Ada pursues "Close Q3"
      And Bram pursues "Close Q4"
      And Ada gives up "Close Q3"
      When Ada <changes>
      Then Ada is refused because there is no such objective
      And nothing has changed

      Examples:
        | changes                          |
        | changes "Close Q3" to "Close Q1" |
        | gives up "Close Q3"              |
        | changes "Close Q4" to "Close Q1" |
        | gives up "Close Q4"              |

    Example: Of two changes at once, the second is refused
      Given Ada pursues "Close Q3"
      And Ada has begun to change "Close Q3" to "Close Q4"
      When Chen changes Ada's "Close Q3" to "Close Q1" at the same time
      Then Chen has to wait for Ada
      When Ada commits
      Then Chen is refused because the objective has changed since it was read

  @objectives-4
  Rule: Deleting an objective deletes its history
    Example: Ada gives up an objective
      Given Ada pursues "Close Q3"
      And Ada pursues "Rest"
      And Bram pursues "Close Q4"
      When Ada gives up "Close Q3"
      Then these objectives are stored
        | owner | text     |
        | Ada   | Rest     |
        | Bram  | Close Q4 |
      And "Close Q3" has no history
      And no other user's rows have changed

  @asvs-2.2.1 @objectives-5
  Rule: An invalid objective is refused by name
    Scenario Outline: Ada cannot pursue <value> within <constraint>
      When Ada pursues <value> within the constraint <constraint>
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

    Example: There are not more than 100 constraints
      When Ada pursues "Close Q3" within 101 constraints
      Then the constraints is refused because it must be at most 100
      And nothing has changed
