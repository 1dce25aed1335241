@migrations
Feature: What commits on its way can be repeated
  In order to fill in a large table and to build an index while everybody goes on working
  As an operator
  I want the few revisions that commit before their end to go on from wherever they were broken off

  @migrations-20
  Rule: An interrupted revision is completed by the next upgrade
    Example: Every revision that commits on its way fails at each of its statements
      Given a database full of rows before each revision that commits on its way
      When each of them fails at each of its statements, and the upgrade is repeated
      Then after each failure the database was at the former revision, with all its rows
      And after each repetition schema and rows are what an undisturbed upgrade makes of them

    Example: An index is broken off while it is built
      Given a database full of rows before each revision that commits on its way
      When a client keeps each index waiting in the middle, and the upgrade is repeated
      Then after each failure the database was at the former revision, with all its rows
      And half an index was left of each, and none after the repetition
      And after each repetition schema and rows are what an undisturbed upgrade makes of them
