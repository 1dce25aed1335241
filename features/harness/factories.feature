@harness
Feature: Factories for every table
  In order to arrange a criterion in one line
  As a developer
  I want a factory that makes a valid row of any table in any status

  @harness-60
  Rule: A factory exists for every table, and rows are stored as they were made
    Example: Three rows of each kind
      When the factories make 3 rows of every kind
      Then a new session reads every row as it was made

    Example: A row of each kind in each of its statuses
      When the factories make a row of every kind in each of its statuses
      Then a new session reads every row as it was made
      And these statuses were made
        | table               | statuses                                                |
        | agents              | plain, prioritised                                      |
        | events              | plain, about_all                                        |
        | login_sessions      | plain, live, restricted, ended, expired, idle           |
        | objective_history   | plain                                                   |
        | objectives          | plain, changed, constrained                             |
        | password_history    | plain                                                   |
        | projects            | plain                                                   |
        | tasks               | plain, assigned, pending, processing, completed, failed |
        | temporary_passwords | plain, issued, used, expired                            |
        | turns               | plain, answered                                         |
        | users               | plain, deactivated, locked                              |
