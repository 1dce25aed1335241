@transactions
Feature: A transaction happens completely or not at all
  In order to never find an operation half done
  As a developer
  I want every operation to leave no trace when it fails, at whichever statement

  Background:
    Given every operation of the service has rows to work on

  @asvs-2.3.3 @transactions-1
  Rule: A fault at any statement of any operation leaves no trace, and is reported as it is
    Scenario Outline: Every operation fails at every statement by <fault>
      When every operation fails at each statement and at COMMIT, by <fault>
      Then no failure has changed any row
      And the caller gets the error of each failure
      And exactly these operations fail, once per statement and once at COMMIT
        | for      | operation                   | statements |
        | identity | accounts.change_email       | 2          |
        | identity | accounts.deactivate         | 3          |
        | identity | accounts.delete             | 2          |
        | identity | accounts.reactivate         | 2          |
        | identity | accounts.register           | 2          |
        | identity | accounts.rename             | 2          |
        | identity | passwords.change            | 10         |
        | identity | passwords.issue_temporary   | 4          |
        | identity | passwords.replace_temporary | 12         |
        | identity | sessions.authenticate       | 2          |
        | identity | sessions.end                | 4          |
        | identity | sessions.end_all            | 3          |
        | identity | sessions.end_others         | 4          |
        | identity | sessions.list               | 3          |
        | identity | sessions.log_in             | 7          |
        | identity | sessions.log_out            | 4          |
        | identity | sessions.purge              | 2          |
        | tenant   | objectives.change           | 4          |
        | tenant   | objectives.delete           | 2          |
        | tenant   | objectives.pursue           | 3          |
        | tenant   | tasks.assign                | 4          |
        | tenant   | tasks.delete                | 2          |
        | tenant   | tasks.retitle               | 4          |
        | tenant   | tasks.submit                | 2          |
        | tenant   | workspace.add_agent         | 2          |
        | tenant   | workspace.clear_priority    | 2          |
        | tenant   | workspace.create_project    | 2          |
        | tenant   | workspace.delete_agent      | 2          |
        | tenant   | workspace.delete_project    | 2          |
        | tenant   | workspace.prioritise        | 2          |
        | tenant   | workspace.record            | 2          |
        | tenant   | workspace.say               | 2          |
        | worker   | tasks.claim                 | 2          |
        | worker   | tasks.complete              | 2          |
        | worker   | tasks.fail                  | 2          |
        | worker   | tasks.report                | 2          |

      Examples:
        | fault                   | why                                    |
        | an error of the program | the database does not notice it        |
        | an error of the server  | the database has rolled back by itself |
        | a lost connection       | no ROLLBACK can be sent                |

    Example: All other operations only read, so they have nothing to roll back
      When every operation is run and rolled back
      Then exactly these operations write nothing
        | for      | operation             |
        | identity | accounts.get          |
        | identity | accounts.get_by_email |
        | identity | accounts.list         |
        | tenant   | objectives.get        |
        | tenant   | objectives.history    |
        | tenant   | objectives.list       |
        | tenant   | tasks.get             |
        | tenant   | tasks.list            |
        | tenant   | workspace.agent       |
        | tenant   | workspace.agents      |
        | tenant   | workspace.event       |
        | tenant   | workspace.events      |
        | tenant   | workspace.project     |
        | tenant   | workspace.projects    |
        | tenant   | workspace.turn        |
        | tenant   | workspace.turns       |

  @asvs-6.3.1 @transactions-2
  Rule: Of a refused password exactly the failure is recorded, completely or not at all
    Scenario Outline: The failure of <operation> is recorded, and the rest of the transaction is rolled back
      When a transaction renames Ada's account and tries <operation>
      Then <subject> is refused because the password is wrong
      And exactly one failed login of Ada's is stored

      Examples:
        | operation                             | subject                    |
        | a login with a wrong password         | the login                  |
        | a change of password with a wrong one | the change of the password |

    Scenario Outline: The recording of <operation> fails by <fault>
      When <operation> fails at each statement and at COMMIT, by <fault>
      Then no failure has changed any row
      And the caller gets the error of each failure
      And exactly these operations fail, once per statement and once at COMMIT
        | for      | operation   | statements |
        | identity | <operation> | 8          |

      Examples:
        | operation                             | fault                   |
        | a login with a wrong password         | an error of the program |
        | a login with a wrong password         | an error of the server  |
        | a login with a wrong password         | a lost connection       |
        | a change of password with a wrong one | an error of the program |
        | a change of password with a wrong one | an error of the server  |
        | a change of password with a wrong one | a lost connection       |

    Example: A committed transaction is not retried if recording a refusal in it fails
      When a transaction with retries renames Ada's account and ignores a refused login, whose recording meets 1 deadlock
      Then it is reported as committed, without the failed login
      And Ada's account was renamed to "Ada King" exactly once
      And it takes 1 attempt
