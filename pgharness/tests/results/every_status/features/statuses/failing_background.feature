Feature: The background of a feature fails

  Background:
    Given it raises an error

  Scenario: With a background that fails
    Then it passes

  Rule: It has a rule with a background

    Background:
      Given it passes

    Scenario: With a background of its feature that fails
      Then it passes
