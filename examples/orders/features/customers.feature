Feature: Customers

  Scenario: An address that is taken is refused
    Given the customer bea@example.org
    When a customer registers as bea@example.org
    Then the request is refused: the address is taken
    And there is 1 customer

  Scenario: Two requests for one address at the same time register one customer
    When two requests register bea@example.org at the same time
    Then one of them is refused: the address is taken
    And there is 1 customer

  @fixture.rollback
  Scenario: A customer's orders go with the customer
    Given the customer bea@example.org
    And an order of 2 mugs at 450 cents
    When the customer is removed
    Then there are 0 customers
    And there are 0 orders
    And there are 0 order lines
