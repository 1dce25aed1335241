Feature: Backgrounds

  Background:
    Given it passes for all

  Scenario: With a background that passes
    Then it passes

  Rule: The background of a rule fails

    Background:
      Given 4 is one

    Scenario: With a background of its rule that fails
      Then it passes
