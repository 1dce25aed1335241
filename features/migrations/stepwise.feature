@migrations
Feature: Every revision can be applied and reverted
  In order to install a version of the service and to return to the former one
  As an operator
  I want every revision to work in both directions

  @migrations-17
  Rule: An empty database is upgraded to the schema that the service needs
    @fixture.empty_database
    Example: A first installation
      Given an empty database
      When the database is upgraded to the latest revision
      Then the database is at the latest revision
      And its schema is the one on record

  @migrations-18
  Rule: A downgrade removes every trace of its revision
    @fixture.empty_database
    Scenario Outline: An upgrade, a downgrade and another upgrade by each revision up to <last>
      Given <database>
      When each of revisions "<first>" to <last> is applied to full tables, reverted and applied again
      Then no downgrade leaves anything of its revision behind
      And each revision makes the same schema both times

      Examples:
        | database                      | first | last                |
        | an empty database             | 0001  | "0009"              |
        | a database at revision "0009" | 0010  | "0015"              |
        | a database at revision "0015" | 0016  | "0021"              |
        | a database at revision "0021" | 0022  | the latest revision |
