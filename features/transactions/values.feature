@transactions
Feature: The service answers to any value
  In order to learn from an error what was wrong with a request
  As a developer
  I want every value to be accepted or refused by the service, and never by the database's driver

  @asvs-1.2.4 @asvs-1.4.2 @asvs-2.2.1 @transactions-38
  Rule: Every operation answers to any value of a parameter without an unexpected error
    Texts with quotes are among the values: each is a value, and never a part of a statement. Numbers
    are among them that no column can hold.
    Example: Every parameter of every operation is given unusable values
      Given every operation of the service has rows to work on
      When every operation is given unusable values, in every parameter
      Then every operation returns, or refuses the value by an error of the service
      And no row is found or changed by an id or a version that does not exist

  @transactions-40
  Rule: Every operation works at any time that its clock can represent
    Scenario Outline: Every operation works at the <end> time, with the longest durations
      Given all durations in the settings are the longest allowed
      And the clock shows <time>
      And every operation of the service has rows to work on
      When every operation is run at that time
      Then each has its usual result

      Examples: the rows are created in the two minutes before
        | end      | time                      |
        | earliest | 0100-12-09T00:00:00+00:00 |
        | latest   | 9900-01-23T23:57:59+00:00 |

    Scenario Outline: Operations that read the clock are refused at <time>, which is too <end>
      Given every operation of the service has rows to work on
      And the clock shows <time>
      When every operation is run at that time
      Then exactly those that read the clock are refused because of it
      And nothing has changed

      Examples:
        | time                             | end   | why                                |
        | 0001-01-02T00:00:00+00:00        | early | 30 days before it there is no time |
        | 0100-12-08T23:59:59.999999+00:00 | early | 100 years before it there is none  |
        | 9900-01-24T00:00:00+00:00        | late  | 100 years after it there is none   |
        | 9999-12-30T23:59:59+00:00        | late  | a day after it there is none       |

    Example: Every operation works although the clock is behind that of the server that stored the rows
      Given every operation of the service has rows to work on
      And tokens.leeway is set to 3600000 ms
      And the clock is an hour behind
      When every operation is run at that time
      Then each has its usual result

  @transactions-41
  Rule: Whatever belongs to one operation has one time
    The clock moves on with each reading, and shows the time of another zone each time. A session
    that ends because of a login ends when the new one begins; a token has the times of its session.
    Example: Every operation stores the times of one reading
      Given every operation of the service has rows to work on
      When every operation is run while the clock moves on with each reading
      Then all times that an operation stores and returns are of one reading

  @transactions-42
  Rule: Every column stores its values as they are
    Example: One row of each table, with ids of 33 bits, microseconds and long texts
      Then a client in another time zone stores a row of each table, and each value is as it was
