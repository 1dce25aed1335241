@harness
Feature: Making what a criterion starts from
  In order to say in a line what a criterion starts from
  As an author of criteria
  I want to make anything that the service stores, right in every respect and in any status

  @harness-60
  Rule: A factory exists for every table, and rows are stored as they were made
    Example: Several of each kind
      When 3 of everything that the service stores are made
      Then a session that knows nothing of it finds all of it as it was made

    Example: One of each kind in every status
      When one of everything is made in every status that it may have
      Then a session that knows nothing of it finds all of it as it was made
      And these are the statuses
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
