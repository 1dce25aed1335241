Feature: A feature that comes later

  Rule: It has a rule

    Scenario: In another feature
      Given it passes
