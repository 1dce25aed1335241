@tenancy
Feature: A user is bound to one transaction only
  In order to share connections with tenants I do not know
  As a tenant
  I want the next user of my connection to see no row of mine

  @asvs-8.4.1 @tenancy-5
  Rule: A pooled connection carries nothing from one user to the next, however the work ended
    Scenario Outline: Ada's work <ending> before Bram uses the connection
      Given Ada and Bram have rows in every tenant table
      When Ada's work in the pool's only connection <ending>
      Then the connection carries neither a tenant nor a role
      And without a tenant no table shows a row in it
      And Bram sees his own rows in every table, and no others

      Examples:
        | ending                    |
        | commits                   |
        | rolls back                |
        | is refused by the service |
        | violates a constraint     |
        | exceeds a timeout         |
        | is cancelled              |

    Example: A statement that was prepared in one role obeys the policies of another
      Given Ada and Bram have rows in every tenant table
      Then one prepared statement counts these tasks, by role and user
        | role       | user | tasks |
        | app_tenant | Ada  | 1     |
        | app_worker | none | 2     |
        | app_tenant | Bram | 1     |
