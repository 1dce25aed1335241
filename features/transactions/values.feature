@transactions
Feature: The service answers to any value
  In order to learn from an error what was wrong with a request
  As whoever calls the service
  I want every value to be accepted or refused by the service, and never by the database's driver

  @asvs-2.2.1 @transactions-38
  Rule: Every operation answers to any value of a parameter without an unexpected error
    Example: Values that no column holds, in every parameter of every operation
      Given there is something for every operation of the service to work on
      When every parameter of every operation is given values that cannot be held
      Then each time the service itself has answered
      And where an id or a version was one that no row has, nothing was found and nothing changed

  @transactions-40
  Rule: Every operation works at any time that its clock can represent
    Scenario Outline: The clock shows its <end> times, and durations are at their longest
      Given all durations of the settings are as long as they may be
      And the clock shows <time>
      And there is something for every operation of the service to work on
      When every operation is done at that time, and a wrong password is given
      Then each is answered as at any other time

      Examples: What there is for the operations to work on is made in the two minutes before
        | end      | time                      |
        | earliest | 0100-12-09T00:00:00+00:00 |
        | latest   | 9900-01-23T23:57:59+00:00 |

    Scenario Outline: The clock shows <time>, which is too <what>
      Given there is something for every operation of the service to work on
      And the clock shows <time>
      When every operation is done at that time, and a wrong password is given
      Then each that asks for the time is refused because of the clock, and no other is refused
      And nothing has changed

      Examples:
        | time                             | what  | why                                |
        | 0001-01-02T00:00:00+00:00        | early | 30 days before it there is no time |
        | 0100-12-08T23:59:59.999999+00:00 | early | 100 years before it there is none  |
        | 9900-01-24T00:00:00+00:00        | late  | 100 years after it there is none   |
        | 9999-12-30T23:59:59+00:00        | late  | a day after it there is none       |
