@transactions
Feature: All of a unit of work happens, or none of it
  In order to never find half of something done
  As whoever relies on what is stored
  I want every operation to leave nothing behind when it fails, wherever it fails

  @asvs-2.3.3 @transactions-1
  Rule: A fault at any statement of any operation leaves no trace, and is reported as it is
    Scenario Outline: Every operation fails everywhere by <what>
      Given there is something for every operation of the service to work on
      When every operation is made to fail at every statement it sends, and at its end, by <what>
      Then each time everything in the database was as before
      And each time the caller was told of that failure, and of no other
      And these were made to fail, each as often as it sends statements and once more
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
        | what                          | why it is there                         |
        | an error of the service's own | the database knows nothing of it        |
        | an error of the server's      | the database has undone the work itself |
        | a connection that is lost     | nobody can be asked to undo anything    |

    Example: The other operations write nothing, so they have nothing to undo
      Given there is something for every operation of the service to work on
      When every operation is watched
      Then exactly these write nothing
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
    Scenario Outline: A wrong password undoes the work around it, and is counted: Ada <does>
      Given there is something for every operation of the service to work on
      When Ada <does> with a wrong password in the middle of other work
      Then Ada is told that it is refused
      And all that is stored of it is that Ada failed to log in at this time

      Examples:
        | does                 |
        | logs in              |
        | changes her password |

    Scenario Outline: Ada <does>, and counting that fails too, by <what>
      Given there is something for every operation of the service to work on
      When Ada <does> with a wrong password, failing everywhere by <what>
      Then it failed in <number> places
      And each time everything in the database was as before
      And each time the caller was told of that failure, and of no other

      Examples:
        | does                 | what                          | number |
        | logs in              | an error of the service's own | 9      |
        | logs in              | an error of the server's      | 9      |
        | logs in              | a connection that is lost     | 9      |
        | changes her password | an error of the service's own | 9      |
        | changes her password | an error of the server's      | 9      |
        | changes her password | a connection that is lost     | 9      |

    Example: Work that is stored is not done again because of what could not be remembered
      Given there is something for every operation of the service to work on
      When Ada's account is renamed although a login was refused meanwhile, and others get in the way of remembering that
      Then Ada is told that the work is stored, and not to do it again
      And Ada's account is called "Ada King", which was changed once
      And it was tried 1 times
