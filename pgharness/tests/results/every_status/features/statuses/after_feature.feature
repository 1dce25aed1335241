@after_feature_fails
Feature: after_feature fails

  Scenario: In a feature that cannot end
    Given it passes
