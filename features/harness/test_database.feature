@harness
Feature: The test database
  In order to trust that a scenario passes or fails by itself
  As a developer
  I want each scenario to start from an empty database, and to be judged on real commits

  @harness-25
  Rule: Each scenario starts from empty tables and sequences
    Example: A scenario fills every table
      Given every table is empty
      And every sequence is at its start
      When a row of every kind is stored
      Then no table is empty

    Example: Another scenario fills every table
      Given every table is empty
      And every sequence is at its start
      When a row of every kind is stored
      Then no table is empty

  @harness-95
  Rule: What a scenario commits is really committed
    Example: Another connection sees a new account
      Given Ada has an account
      Then another connection sees 1 row

  @harness-5
  Rule: A reset empties every table of the service
    Example: Every table has rows
      Given a row of every kind is stored
      When the database is reset
      Then every table is empty
      And every sequence is at its start

  @harness-18
  Rule: A database that no run has created is never emptied
    Example: An unmarked database is not reset
      Given an unmarked database with a row
      When the unmarked database is reset
      Then the reset is refused because the database carries no mark
      And its row still exists

  @harness-96
  Rule: A run removes what it has created, and nothing else
    Example: Another run starts and ends on the same server
      Given an unmarked database with a row
      When another run starts and ends on the same server
      Then the server has the same databases as before
      And its row still exists
