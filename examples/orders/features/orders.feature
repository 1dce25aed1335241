@fixture.rollback
Feature: Orders

  Background:
    Given the customer bea@example.org

  Scenario: An order adds up
    When an order of 2 mugs at 450 cents is placed
    Then the request is answered with a total of 900

  Scenario: An order of no mugs is refused
    When an order of 0 mugs at 450 cents is placed
    Then the request is refused: the order cannot be placed
    And there are 0 orders

  Scenario: An order is paid once
    Given an order of 2 mugs at 450 cents
    When the order is paid
    And the order is paid
    Then the request is refused: there is no such order to be paid
