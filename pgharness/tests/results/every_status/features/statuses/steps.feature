@steps
Feature: Outcomes of steps

  Scenario: All steps pass
    Given it passes
    Then it passes for "Ada"

  @steps-1
  Rule: A rule whose examples end in several ways

    Scenario: An assertion fails
      Given it passes
      When 2 is one
      Then it passes

    Scenario: A table differs
      Then the table has
        | name | role   |
        | Ada  | member |
        | Bram | member |

    Scenario: A step raises an error
      When it raises an error
      Then it passes

    Scenario: A step is undefined
      Given it passes
      When nothing is like this
      Then it passes

    Scenario: A step is not implemented
      When it is not implemented

    Scenario: A step is pending
      When it is pending
      Then it passes

    Scenario: A step skips the rest
      Given it passes
      When the rest is skipped
      Then it passes

    @needs_a_printer
    Scenario: A hook skips it
      Given it passes

    Scenario: It has no steps

  @steps-2
  Rule: A rule with an outline

    Scenario Outline: One of three rows fails
      When <number> is one

      Examples:
        | number |
        | 1      |
        | 2      |
        | 1      |

  Rule: A rule that holds

    Scenario: Alone
      Then it passes
