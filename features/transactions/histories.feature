@transactions
Feature: What many saw of each other's work
  In order to rely on more than the interleavings that somebody has thought of
  As somebody who answers for what the service does at the same time
  I want whatever many devices see of each other's work to be possible one at a time
  The history of each run is searched for circles of dependencies, in the manner of Elle (Kingsbury
  and Alvaro, VLDB 2020). The lower levels are the control: there the search must find some.

  Background:
    Given Ada has an account
    And Ada has 4 objectives without constraints

  @transactions-30
  Rule: Histories at SERIALIZABLE are equivalent to a serial order
    Example: No circle is found at serializable
      When 8 devices each read some of Ada's objectives and extend another, all at once, 6 times at serializable
      Then all 48 constraints are there, each once
      And what they saw could have been one at a time

    Scenario Outline: There are circles at <level>, and none worse than <kinds>
      When 8 devices each read some of Ada's objectives and extend another, all at once, 6 times at <level>
      Then all 48 constraints are there, each once
      And what they saw could not have been one at a time, for <kinds> only

      Examples:
        | level           | kinds           | why                                 |
        | repeatable read | G2              | all read one moment, but an old one |
        | read committed  | G-single and G2 | each reading is of another moment   |
