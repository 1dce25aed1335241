@harness
Feature: Making what a criterion starts from
  In order to say in a line what a criterion starts from
  As an author of criteria
  I want to make anything that the service stores, right in every respect and in any status

  @harness-60
  Rule: Everything that the service stores can be made, and is stored as it was made
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

  @harness-61
  Rule: The service takes what was made for what it was said to be
    Example: Accounts, temporary passwords, sessions and tasks
      When one of everything is made in every status that it may have
      Then the service takes these for what they are
        | table               | status      | taken for         |
        | login_sessions      | plain       | let in            |
        | login_sessions      | live        | let in            |
        | login_sessions      | restricted  | to set a password |
        | login_sessions      | ended       | ended             |
        | login_sessions      | expired     | expired           |
        | login_sessions      | idle        | idle              |
        | tasks               | plain       | pending           |
        | tasks               | assigned    | pending           |
        | tasks               | pending     | pending           |
        | tasks               | processing  | processing        |
        | tasks               | completed   | completed         |
        | tasks               | failed      | failed            |
        | temporary_passwords | plain       | to set a password |
        | temporary_passwords | issued      | to set a password |
        | temporary_passwords | used        | temporary used    |
        | temporary_passwords | expired     | temporary expired |
        | users               | plain       | logged in         |
        | users               | deactivated | deactivated       |
        | users               | locked      | locked            |

  @harness-62
  Rule: What something belongs to is made with it, and all of it is one owner's
    Example: An event about a whole chain
      When an event about a project, its agent, its task and its turn is made
      Then this is all there is, and all of it is one owner's
        | accounts | projects | agents | tasks | turns | events |
        | 1        | 1        | 1      | 1     | 1     | 1      |

    Example: What is handed in is not made again
      Given Ada has an account
      When a task for an agent of Ada's is made
      Then this is all there is, and all of it is one owner's
        | accounts | projects | agents | tasks | turns | events |
        | 1        | 1        | 1      | 1     | 0     | 0      |

    Example: The task of one for the agent of another
      Given Ada has an account
      And Bram has an account
      When a task of Ada's for an agent of Bram's is made
      Then it is not made, because of "fk_tasks_owner_id_agent_id_agents"
      And this is all there is, and all of it is one owner's
        | accounts | projects | agents | tasks | turns | events |
        | 2        | 0        | 0      | 0     | 0     | 0      |

    Example: An objective has an entry for each of its versions
      When an objective that was changed is made
      Then the entries of its history follow one another, and the last one is what it is

  @harness-63
  Rule: Nothing is committed but by whoever handed the session in
    Scenario Outline: What others see of a task
      Given somebody has made a task and not said what is to become of it
      When whoever made it <ends>
      Then others have seen <before> tasks before and see <after> now

      Examples:
        | ends       | before | after | why                        |
        | commits    | 0      | 1     | it was the maker's to give |
        | rolls back | 0      | 0     | nothing is left behind     |

  @harness-64
  Rule: Every time has a zone, and comes from whoever makes it
    Example: The same an hour later
      When one of everything is made in every status at noon, and again at one
      Then every time is an hour later, and none is without a zone

    Example: A time without a zone
      When a task is made whose time has no zone
      Then it is not made, because of "a time with a zone"
      And this is all there is, and all of it is one owner's
        | accounts | projects | agents | tasks | turns | events |
        | 0        | 0        | 0      | 0     | 0     | 0      |

  @harness-65
  Rule: Many are made in few statements
    Example: Ten thousand tasks
      Given Ada has an account
      When 10000 tasks of Ada's are made at once
      Then that took at most 10 statements
      And a session that knows nothing of it finds all of it as it was made

  @harness-66
  Rule: The usual password is hashed once, and is everybody's
    Example: Twenty accounts
      When 20 accounts are made at once
      Then one hash serves all of them
      And each of them logs in with the usual password
