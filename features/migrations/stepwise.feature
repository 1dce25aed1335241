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
    Example: An upgrade, a downgrade and another upgrade by each revision
      Given an empty database
      When every revision is applied to full tables, reverted and applied again
      Then no downgrade leaves anything of its revision behind
      And each revision makes the same schema both times
