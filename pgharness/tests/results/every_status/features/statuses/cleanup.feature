Feature: Its cleanup fails

  Scenario: With a cleanup of the feature
    Given the cleanup of its feature fails
