@migrations
Feature: A revision is applied as a whole or not at all
  In order to repeat an upgrade after a failure
  As an operator
  I want a failed upgrade to leave the database as it was

  @migrations-19
  Rule: A failed revision leaves the database unchanged
    @fixture.empty_database
    Scenario Outline: Each revision up to <last> fails at each of its statements
      Given <database>
      When each of revisions "<first>" to <last> fails at each of its statements on full tables, and then succeeds
      Then each failure leaves revision, schema and rows unchanged
      And the database is at <latter>
      And its schema is the one on record

      Examples:
        | database                      | first | last                | latter              |
        | an empty database             | 0001  | "0006"              | revision "0006"     |
        | a database at revision "0006" | 0007  | "0012"              | revision "0012"     |
        | a database at revision "0012" | 0013  | "0016"              | revision "0016"     |
        | a database at revision "0016" | 0017  | "0020"              | revision "0020"     |
        | a database at revision "0020" | 0021  | the latest revision | the latest revision |

    @fixture.empty_database
    Example: The revisions before the failed one stay
      Given an empty database
      When the database is upgraded to the latest revision while the second revision fails
      Then the database is at revision "0001"
      And its schema is the one on record
