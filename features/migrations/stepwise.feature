@migrations
Feature: Every revision goes up, and down again without a trace
  In order to install a version of the service, and to take it back
  As an operator
  I want every step of the schema's history to work in both directions

  @migrations-17
  Rule: An empty database is upgraded to the schema that the service needs
    @fixture.empty_database
    Example: The first installation
      Given a database that nobody has migrated
      When it is upgraded to the latest revision
      Then it is at the latest revision
      And its schema is the one on record

  @migrations-18
  Rule: A downgrade removes every trace of its revision
    @fixture.empty_database
    Example: Up, down and up again, with rows in every table
      Given a database that nobody has migrated
      When every revision is applied to full tables, taken back and applied again
      Then nothing is left of any revision that was taken back
      And applied again, each makes the same schema as the first time
