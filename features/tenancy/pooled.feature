@tenancy
Feature: What is done to a connection ends with the unit of work
  In order to share connections with tenants I know nothing of
  As a tenant
  I want to find each of them as if nobody had had it before me

  @asvs-8.4.1 @tenancy-15
  Rule: Nothing that a unit of work leaves in its session reaches the next one
    Scenario Outline: Ada's work leaves <leftover>
      Given Ada has an account
      When Ada's work in the only connection leaves <leftover>
      Then the next to use that very connection finds nothing of it

      Examples:
        | leftover                    |
        | where a sequence was        |
        | a temporary table           |
        | a temporary view            |
        | a temporary function        |
        | a temporary type            |
        | a setting                   |
        | a setting of her own        |
        | another user bound          |
        | another limit on statements |
        | another encoding            |
        | another name                |
        | transactions that only read |
        | a prepared statement        |
        | an open cursor              |
        | a channel she listens to    |
        | a lock                      |
        | a seed for random numbers   |
        | a search path               |
        | a role                      |

    Example: Ada's work leaves all of it
      Given Ada has an account
      When Ada's work in the only connection leaves all that can be left
      Then the server tells the same of that very connection as before

    Example: A connection that cannot be cleared is given to nobody
      Given Ada has an account
      When the only connection is given back in a state that cannot be cleared
      Then the next gets another connection

  @asvs-8.4.1 @tenancy-16
  Rule: A temporary table cannot take the place of a table
    Example: Ada's work has left one that is called like the table of projects
      Given Ada has an account
      And Bram has an account
      When Ada's work in the only connection leaves a temporary table
      And Bram creates the project "garden" in that connection
      Then the project "garden" of Bram's is stored

    Example: Ada's own work goes past the one that it has made
      Given Ada has an account
      When Ada's work makes a temporary table of projects, and then the project "garden"
      Then the project "garden" of Ada's is stored
