@tenancy
Feature: A bound user ends with its transaction
  In order to share connections with tenants I know nothing of
  As a tenant
  I want the next user of my connection to see nothing of mine

  @asvs-8.4.1 @tenancy-5
  Rule: A pooled connection carries nothing from one user to the next, however the work ended
    Scenario Outline: Ada's work <ending>
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own
      When Ada's work in the only connection <ending>
      Then the next to use that very connection finds nobody bound, and no role taken
      And whoever binds nobody sees nothing in it at all
      And Bram sees nothing in it but what is his own

      Examples:
        | ending                        |
        | is committed                  |
        | is given up                   |
        | is refused by the service     |
        | breaks a rule of the database |
        | runs into a timeout           |
        | is cancelled                  |

    Example: A statement that was prepared in one role is planned anew in another
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own
      Then one prepared statement, run in turn, counts these tasks
        | role       | for    | tasks |
        | app_tenant | Ada    | 1     |
        | app_worker | nobody | 2     |
        | app_tenant | Bram   | 1     |
