@harness
Feature: Scenarios and sessions that are rolled back
  In order to run a test in the time that a rollback takes
  As a developer
  I want nothing to be left of it, even if it commits

  @fixture.rollback @harness-54
  Rule: A rolled-back scenario sees its own work, and no other connection does
    Example: A scenario fills every table
      Given every table is empty
      When a row of every kind is stored
      Then no table is empty
      And another connection sees no row

    Example: Another scenario fills every table
      Given every table is empty
      When a row of every kind is stored
      Then no table is empty
      And another connection sees no row

  @harness-40
  Rule: Nothing is left of a test session, even if it commits
    Example: A session renames an account
      Given Ada has an account
      When a session renames Ada's account to "Ada King" and commits
      Then the session has read "Ada King"
      And nothing has changed

    Example: An asynchronous session renames an account
      Given Ada has an account
      When an asynchronous session renames Ada's account to "Ada King" and commits
      Then the session has read "Ada King"
      And nothing has changed
