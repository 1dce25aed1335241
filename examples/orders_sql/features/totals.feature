Feature: Totals

  Scenario: An order adds up
    When Bea orders a mug for 450 cents and a plate for 600 cents
    Then the total is 1050 cents

  Scenario: Nothing is left of other scenarios
    Then there is no order
