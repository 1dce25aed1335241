@before_feature_fails
Feature: before_feature fails

  Scenario: In a feature that cannot begin
    Given it passes

  Rule: It has a rule

    Scenario: In a rule of a feature that cannot begin
      Given it passes
