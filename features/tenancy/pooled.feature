@tenancy
Feature: Whatever a unit of work does to its session ends with it
  In order to share connections with tenants I do not know
  As a tenant
  I want to find each connection as if it were new

  @asvs-8.4.1 @tenancy-15
  Rule: Nothing that a unit of work leaves in its session reaches the next one
    Scenario Outline: Ada's work creates <leftover> and leaves it
      Given Ada has an account
      When Ada's work in the pool's only connection leaves <leftover>
      Then the next to use the connection finds nothing of it

      Examples:
        | leftover                  |
        | a temporary table         |
        | a temporary view          |
        | a temporary function      |
        | a temporary type          |
        | a prepared statement      |
        | an open cursor            |
        | a channel with a listener |
        | an advisory lock          |

    Scenario Outline: Ada's work changes <leftover> and leaves it changed
      Given Ada has an account
      When Ada's work in the pool's only connection leaves <leftover>
      Then the next to use the connection finds nothing of it

      Examples:
        | leftover                     |
        | a setting                    |
        | a custom setting             |
        | another user bound           |
        | another statement timeout    |
        | another encoding             |
        | another application name     |
        | read-only transactions       |
        | a search path                |
        | a role                       |
        | a seed for random numbers    |
        | the last value of a sequence |

    Example: Ada's work leaves everything at once
      Given Ada has an account
      When Ada's work in the pool's only connection leaves everything that can be left
      Then the next to use the connection finds nothing of it

    Example: No random number that the next draws is known
      Given Ada has an account
      When Ada's work in the pool's only connection leaves a seed for random numbers
      Then the next three to use the connection draw three different random numbers

    Example: A connection that cannot be reset is closed
      Given Ada has an account
      When the pool's only connection is returned in a state that cannot be reset
      Then the next to use the pool gets another connection

  @asvs-8.4.1 @tenancy-16
  Rule: A temporary table cannot take the place of a table
    Example: Ada's work leaves a temporary table with the name of the table of projects
      Given Ada has an account
      And Bram has an account
      When Ada's work in the pool's only connection leaves a temporary table
      And Bram creates the project "garden" in the same connection
      Then these projects are stored
        | owner | path    | slug   |
        | Bram  | /garden | garden |

    Example: Ada creates a project beside a temporary table of that name
      Given Ada has an account
      When Ada creates a temporary table of projects and the project "garden" in one work
      Then these projects are stored
        | owner | path    | slug   |
        | Ada   | /garden | garden |
