@transactions
Feature: The service answers to any value
  In order to learn from an error what was wrong with a request
  As whoever calls the service
  I want every value to be accepted or refused by the service, and never by the database's driver

  @asvs-2.2.1 @transactions-38
  Rule: Whatever value a parameter is given, the service itself answers
    Example: Values that no column holds, in every parameter of every operation
      Given there is something for every operation of the service to work on
      When every parameter of every operation is given values that cannot be held
      Then each time the service itself has answered
      And where an id or a version was one that no row has, nothing was found and nothing changed
