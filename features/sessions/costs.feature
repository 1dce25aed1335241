@sessions
Feature: What logging in and being let in cost
  In order that requests are quick, and that the time a login takes tells nobody anything
  As the operator of the service
  I want the work counted, not guessed at

  @sessions-29
  Rule: Authenticating costs one round trip beyond the transaction's own, and no hashing
    Scenario Outline: <time> after the login
      Given Ada is logged in
      And <time> have passed
      When Ada's token is presented, and the work is counted
      Then the bearer is Ada
      And 1 statement was sent beyond the one that takes the role
      And nothing was hashed or verified

      Examples:
        | time      | why                 |
        | 0 seconds | nothing is noted    |
        | 2 minutes | it is noted as well |

    Example: A token that is not ours costs no statement at all
      Given Ada is logged in
      When Ada's token is presented with another key's signature, and the work is counted
      Then the token is refused because its signature is wrong
      And no statement was sent
      And nothing was hashed or verified

  @asvs-6.3.8 @sessions-30
  Rule: A login costs one verification while all hashes have one cost, whatever its outcome
    Scenario Outline: <what> costs one verification
      Given Ada has an account with "ada@example.org"
      And <state>
      When somebody logs in at <email> with <password>, and the work is counted
      Then <outcome>
      And one password was verified and none was hashed

      Examples: With one's own password
        | what                           | state                                                   | email              | password                     | outcome                                                  |
        | A login                        | 0 logins to Ada's account have failed                   | "ada@example.org"  | "violet teapots hum at dusk" | Ada has a session                                        |
        | A wrong password               | 0 logins to Ada's account have failed                   | "ada@example.org"  | "violet teapots hum at noon" | the login is refused because the password is wrong       |
        | No password                    | 0 logins to Ada's account have failed                   | "ada@example.org"  | ""                           | the login is refused because the password is wrong       |
        | A NUL in the password          | 0 logins to Ada's account have failed                   | "ada@example.org"  | "violet\u0000"               | the login is refused because the password is wrong       |
        | A megabyte of password         | 0 logins to Ada's account have failed                   | "ada@example.org"  | "x" × 1000000                | the login is refused because the password is wrong       |
        | An unknown address             | 0 logins to Ada's account have failed                   | "chen@example.org" | "violet teapots hum at dusk" | the login is refused because no account has this address |
        | No address at all              | 0 logins to Ada's account have failed                   | "chen"             | "violet teapots hum at dusk" | the login is refused because no account has this address |
        | A locked account               | 5 logins to Ada's account have failed                   | "ada@example.org"  | "violet teapots hum at dusk" | the login is refused because the account is locked       |
        | A locked account, wrong        | 5 logins to Ada's account have failed                   | "ada@example.org"  | "violet teapots hum at noon" | the login is refused because the account is locked       |
        | A deactivated account          | Ada's account has been deactivated                      | "ada@example.org"  | "violet teapots hum at dusk" | the login is refused because the account is deactivated  |
        | A temporary password stands in | an administrator has issued a temporary password to Ada | "ada@example.org"  | "violet teapots hum at dusk" | the login is refused because the password is wrong       |

    Scenario Outline: A temporary password <what>
      Given Ada has an account
      And an administrator has issued a temporary password to Ada
      And <state>
      When Ada logs in with the temporary password, and the work is counted
      Then <outcome>
      And one password was verified and none was hashed

      Examples:
        | what            | state                                         | outcome                                                         |
        | logs in         | 0 seconds have passed                         | Ada is let in                                                   |
        | has expired     | 24 hours have passed                          | the login is refused because the temporary password has expired |
        | was used before | Ada has logged in with the temporary password | the login is refused because the temporary password was used    |

    Example: A login sends six statements: find; the role anew, hold, is there a temporary one, make room, open
      Given Ada has an account with "ada@example.org"
      When somebody logs in at "ada@example.org" with "violet teapots hum at dusk", and the work is counted
      Then Ada has a session
      And 6 statements were sent beyond the one that takes the role

    Example: What is verified for nobody costs what the service's own hashes cost
      Given the service hashes at m=64,t=2,p=1
      When somebody logs in at "chen@example.org" with "violet teapots hum at dusk", and the work is counted
      Then the login is refused because no account has this address
      And what was verified had cost m=64,t=2,p=1

  @asvs-6.3.8 @sessions-38
  Rule: After a change of the cost, a login is verified once at each cost that is stored
    Scenario Outline: <what> costs one verification at each stored cost
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And the service hashes at <service>
      And <state>
      When somebody logs in at <email> with "violet teapots hum at noon", and the work is counted
      Then the login is refused because <why>
      And what was verified had cost m=8,t=1,p=1 and m=64,t=2,p=1, and nothing was hashed

      Examples:
        | what                              | service      | state                                  | email              | why                         |
        | A wrong password for a cheap hash | m=64,t=2,p=1 | 0 logins to Ada's account have failed  | "ada@example.org"  | the password is wrong       |
        | A wrong password for a dear hash  | m=64,t=2,p=1 | 0 logins to Ada's account have failed  | "bram@example.org" | the password is wrong       |
        | An unknown address                | m=64,t=2,p=1 | 0 logins to Ada's account have failed  | "chen@example.org" | no account has this address |
        | No address at all                 | m=64,t=2,p=1 | 0 logins to Ada's account have failed  | "chen"             | no account has this address |
        | A locked account                  | m=64,t=2,p=1 | 5 logins to Ada's account have failed  | "ada@example.org"  | the account is locked       |
        | A deactivated account             | m=64,t=2,p=1 | Ada's account has been deactivated     | "ada@example.org"  | the account is deactivated  |
        | A service that hashes cheaply now | m=8,t=1,p=1  | 0 logins to Bram's account have failed | "bram@example.org" | the password is wrong       |
        | A cost that no hash has yet       | m=16,t=1,p=1 | 0 logins to Bram's account have failed | "chen@example.org" | no account has this address |

    Scenario Outline: The hash of a temporary password counts, and so does the one it stands in for: <email>
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And the service hashes at m=16,t=1,p=1
      And an administrator has issued a temporary password to Ada
      When somebody logs in at <email> with "violet teapots hum at noon", and the work is counted
      Then the login is refused because <why>
      And what was verified had cost m=8,t=1,p=1, m=16,t=1,p=1 and m=64,t=2,p=1

      Examples:
        | email              | why                         |
        | "ada@example.org"  | the password is wrong       |
        | "bram@example.org" | the password is wrong       |
        | "chen@example.org" | no account has this address |

    Scenario Outline: A temporary password <that> counts no more
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      And an administrator has issued a temporary password to Ada
      And <state>
      When <who>, and the work is counted
      Then the login is refused because <why>
      And what was verified had cost m=8,t=1,p=1

      Examples:
        | that        | state                                         | who                                                                      | why                         |
        | was used    | Ada has logged in with the temporary password | somebody logs in at "chen@example.org" with "violet teapots hum at dusk" | no account has this address |
        | was used    | Ada has logged in with the temporary password | Ada logs in with the temporary password                                  | the password is wrong       |
        | has expired | 24 hours have passed                          | somebody logs in at "chen@example.org" with "violet teapots hum at dusk" | no account has this address |
        | has expired | 24 hours have passed                          | Ada logs in with the temporary password                                  | the password is wrong       |

    Example: A temporary password that was used counts while others of its cost are good
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      And an administrator has issued a temporary password to Ada
      And an administrator has issued a temporary password to Bram
      And Ada has logged in with the temporary password
      When Ada logs in with the temporary password, and the work is counted
      Then the login is refused because the temporary password was used
      And what was verified had cost m=8,t=1,p=1 and m=64,t=2,p=1, and nothing was hashed

    Example: A cost that no hash has any more is paid no more
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in
      When somebody logs in at "chen@example.org" with "violet teapots hum at dusk", and the work is counted
      Then the login is refused because no account has this address
      And what was verified had cost m=64,t=2,p=1

  @sessions-39
  Rule: While a login is verified, its connection is free for others
    Scenario Outline: No connection is kept by <what>
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And <state>
      When somebody logs in at <email> with <password>, and the work is counted
      Then <outcome>
      And no connection was in use while Argon2 ran, which was <runs> times

      Examples:
        | what                  | state                                 | email              | password                     | runs | outcome                                                  |
        | a login               | the service hashes at m=8,t=1,p=1     | "ada@example.org"  | "violet teapots hum at dusk" | 2    | Ada has a session                                        |
        | a hash that is raised | the service hashes at m=64,t=2,p=1    | "ada@example.org"  | "violet teapots hum at dusk" | 3    | Ada has a session                                        |
        | a wrong password      | the service hashes at m=64,t=2,p=1    | "ada@example.org"  | "violet teapots hum at noon" | 2    | the login is refused because the password is wrong       |
        | an unknown address    | the service hashes at m=64,t=2,p=1    | "chen@example.org" | "violet teapots hum at dusk" | 2    | the login is refused because no account has this address |
        | a locked account      | 5 logins to Ada's account have failed | "ada@example.org"  | "violet teapots hum at dusk" | 2    | the login is refused because the account is locked       |

    Scenario Outline: A unit of work that <does> keeps its transaction
      Given Ada has an account with "ada@example.org"
      When Ada logs in in a unit of work that <does>, and the work is counted
      Then Ada has a session
      And the account of "ada@example.org" is called "<name>"
      And 1 connection was in use while Argon2 ran, which was once

      Examples:
        | does                  | name     |
        | has renamed somebody  | Ada King |
        | is in a savepoint     | Ada      |
        | is at repeatable read | Ada      |
        | is serializable       | Ada      |
