Feature: A run that ends early

  Scenario: Before
    Given it passes

  Scenario: During
    Given it passes
    When the run ends
    Then it passes

  Scenario: After
    Given it passes
