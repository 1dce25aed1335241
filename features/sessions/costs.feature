@sessions
Feature: The cost of logins and of authentication
  In order that requests are fast, and that the duration of a login discloses nothing
  As an operator
  I want the statements, connections and hashing of each bounded

  @sessions-29
  Rule: Authenticating costs one round trip beyond the transaction's own, and no hashing
    Scenario Outline: Authentication <time> after the login (<why>)
      Given Ada is logged in
      And <time> have passed
      And statements and hashing are counted
      When Ada presents her token
      Then the bearer is Ada
      And 1 statement was sent besides the one that sets the role
      And 0 passwords were verified and 0 hashed

      Examples:
        | time      | why                          |
        | 0 seconds | the last use is not recorded |
        | 2 minutes | the last use is recorded     |

    Example: A token with a wrong signature costs no statement
      Given Ada is logged in
      And statements and hashing are counted
      When Ada's token is presented signed with another key
      Then the token is refused because its signature is wrong
      And no statement was sent
      And 0 passwords were verified and 0 hashed

  @sessions-30
  Rule: A login costs one verification while all hashes have one cost, whatever its outcome
    Scenario Outline: <what> costs one verification
      Given Ada has an account
      And <state>
      And statements and hashing are counted
      When a client logs in as <email> with <password>
      Then <outcome>
      And 1 password was verified and 0 hashed

      Examples:
        | what                             | state                                               | email              | password                     | outcome                                                  |
        | A login                          | 0 logins to Ada's account failed                    | "ada@example.org"  | "violet teapots hum at dusk" | Ada is let in                                            |
        | A wrong password                 | 0 logins to Ada's account failed                    | "ada@example.org"  | "violet teapots hum at noon" | the login is refused because the password is wrong       |
        | An empty password                | 0 logins to Ada's account failed                    | "ada@example.org"  | ""                           | the login is refused because the password is wrong       |
        | A NUL character in the password  | 0 logins to Ada's account failed                    | "ada@example.org"  | "violet\u0000"               | the login is refused because the password is wrong       |
        | A password of a megabyte         | 0 logins to Ada's account failed                    | "ada@example.org"  | "x" × 1000000                | the login is refused because the password is wrong       |
        | An unknown address               | 0 logins to Ada's account failed                    | "chen@example.org" | "violet teapots hum at dusk" | the login is refused because no account has this address |
        | An invalid address               | 0 logins to Ada's account failed                    | "chen"             | "violet teapots hum at dusk" | the login is refused because no account has this address |
        | A locked account                 | 5 logins to Ada's account failed                    | "ada@example.org"  | "violet teapots hum at dusk" | the login is refused because the account is locked       |
        | A locked account, wrong password | 5 logins to Ada's account failed                    | "ada@example.org"  | "violet teapots hum at noon" | the login is refused because the account is locked       |
        | A deactivated account            | an administrator deactivates Ada's account          | "ada@example.org"  | "violet teapots hum at dusk" | the login is refused because the account is deactivated  |
        | A user with a temporary password | an administrator issues a temporary password to Ada | "ada@example.org"  | "violet teapots hum at dusk" | the login is refused because the password is wrong       |

    Scenario Outline: A temporary password that <what> costs one verification
      Given Ada has an account
      And an administrator issues a temporary password to Ada
      And <state>
      And statements and hashing are counted
      When Ada logs in with the temporary password
      Then <outcome>
      And 1 password was verified and 0 hashed

      Examples:
        | what            | state                                   | outcome                                                         |
        | is valid        | 0 seconds have passed                   | Ada is let in                                                   |
        | has expired     | 24 hours have passed                    | the login is refused because the temporary password has expired |
        | was used before | Ada logs in with the temporary password | the login is refused because the temporary password was used    |

    Example: A login sends six statements
      Find the account; set the role again, lock the account, look for a temporary password, end the
      oldest sessions, open the session.
      Given Ada has an account
      And statements and hashing are counted
      When a client logs in as "ada@example.org" with "violet teapots hum at dusk"
      Then Ada is let in
      And 6 statements were sent besides the one that sets the role

    Example: A login at an unknown address sends one statement
      Given Ada has an account
      And statements and hashing are counted
      When a client logs in as "chen@example.org" with "violet teapots hum at dusk"
      Then the login is refused because no account has this address
      And 1 statement was sent besides the one that sets the role

    Example: Without any account, a login is verified at the cost of new hashes
      Given the service hashes at m=64,t=2,p=1
      And statements and hashing are counted
      When a client logs in as "chen@example.org" with "violet teapots hum at dusk"
      Then the login is refused because no account has this address
      And a password was verified at the cost m=64,t=2,p=1

  @sessions-38
  Rule: After a change of the cost, a login is verified once at each cost that is stored
    Scenario Outline: <what> costs one verification at each stored cost
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And the service hashes at <service>
      And <state>
      And statements and hashing are counted
      When a client logs in as <email> with "violet teapots hum at noon"
      Then the login is refused because <why>
      And passwords were verified at the costs m=8,t=1,p=1 and m=64,t=2,p=1
      And 2 passwords were verified and 0 hashed

      Examples:
        | what                         | service      | state                                      | email              | why                         |
        | A wrong password (low cost)  | m=64,t=2,p=1 | 0 logins to Ada's account failed           | "ada@example.org"  | the password is wrong       |
        | A wrong password (high cost) | m=64,t=2,p=1 | 0 logins to Ada's account failed           | "bram@example.org" | the password is wrong       |
        | An unknown address           | m=64,t=2,p=1 | 0 logins to Ada's account failed           | "chen@example.org" | no account has this address |
        | An invalid address           | m=64,t=2,p=1 | 0 logins to Ada's account failed           | "chen"             | no account has this address |
        | A locked account             | m=64,t=2,p=1 | 5 logins to Ada's account failed           | "ada@example.org"  | the account is locked       |
        | A deactivated account        | m=64,t=2,p=1 | an administrator deactivates Ada's account | "ada@example.org"  | the account is deactivated  |
        | A lower cost of new hashes   | m=8,t=1,p=1  | 0 logins to Bram's account failed          | "bram@example.org" | the password is wrong       |
        | A cost that no hash has yet  | m=16,t=1,p=1 | 0 logins to Bram's account failed          | "chen@example.org" | no account has this address |

    Scenario Outline: A right password that is refused is not upgraded, and costs what a wrong one does: <what>
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And an administrator issues a temporary password to Bram
      And Bram logs in with the temporary password
      And the service hashes at m=64,t=2,p=1
      And <state>
      And statements and hashing are counted
      When <login>
      Then the login is refused because <why>
      And no connection was in use during 2 runs of Argon2

      Examples:
        | what                      | state                                      | login                                                                   | why                             |
        | a locked account          | 5 logins to Ada's account failed           | a client logs in as "ada@example.org" with "violet teapots hum at dusk" | the account is locked           |
        | a deactivated account     | an administrator deactivates Ada's account | a client logs in as "ada@example.org" with "violet teapots hum at dusk" | the account is deactivated      |
        | a used temporary password | 0 seconds have passed                      | Bram logs in with the temporary password                                | the temporary password was used |

    Scenario Outline: The costs of a temporary password and of the one it replaces both count for <email>
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And the service hashes at m=16,t=1,p=1
      And an administrator issues a temporary password to Ada
      And statements and hashing are counted
      When a client logs in as <email> with "violet teapots hum at noon"
      Then the login is refused because <why>
      And passwords were verified at the costs m=8,t=1,p=1, m=16,t=1,p=1 and m=64,t=2,p=1

      Examples:
        | email              | why                         |
        | "ada@example.org"  | the password is wrong       |
        | "bram@example.org" | the password is wrong       |
        | "chen@example.org" | no account has this address |

    Scenario Outline: The cost of a temporary password that <that> does not count when <who>
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      And an administrator issues a temporary password to Ada
      And <state>
      And statements and hashing are counted
      When <who>
      Then the login is refused because <why>
      And a password was verified at the cost m=8,t=1,p=1

      Examples:
        | that        | state                                   | who                                                                      | why                         |
        | was used    | Ada logs in with the temporary password | a client logs in as "chen@example.org" with "violet teapots hum at dusk" | no account has this address |
        | was used    | Ada logs in with the temporary password | Ada logs in with the temporary password                                  | the password is wrong       |
        | has expired | 24 hours have passed                    | a client logs in as "chen@example.org" with "violet teapots hum at dusk" | no account has this address |
        | has expired | 24 hours have passed                    | Ada logs in with the temporary password                                  | the password is wrong       |

    Example: The cost of a used temporary password counts while another one of this cost is valid
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      And an administrator issues a temporary password to Ada
      And an administrator issues a temporary password to Bram
      And Ada logs in with the temporary password
      And statements and hashing are counted
      When Ada logs in with the temporary password
      Then the login is refused because the temporary password was used
      And passwords were verified at the costs m=8,t=1,p=1 and m=64,t=2,p=1
      And 2 passwords were verified and 0 hashed

    Example: The cost of a used temporary password does not count while another one of another cost is valid
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And the service hashes at m=16,t=1,p=1
      And an administrator issues a temporary password to Bram
      And statements and hashing are counted
      When a client logs in as "chen@example.org" with "violet teapots hum at dusk"
      Then the login is refused because no account has this address
      And passwords were verified at the costs m=8,t=1,p=1 and m=16,t=1,p=1

    Example: A cost that no hash has any more does not count
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=64,t=2,p=1
      And Ada logs in with "violet teapots hum at dusk"
      And statements and hashing are counted
      When a client logs in as "chen@example.org" with "violet teapots hum at dusk"
      Then the login is refused because no account has this address
      And a password was verified at the cost m=64,t=2,p=1

  @asvs-15.2.2 @sessions-39
  Rule: While a login is verified, its connection is free for others
    Scenario Outline: <what> holds no connection while Argon2 runs
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=64,t=2,p=1
      And <state>
      And statements and hashing are counted
      When a client logs in as <email> with <password>
      Then <outcome>
      And no connection was in use during <runs> runs of Argon2

      Examples:
        | what                 | state                              | email              | password                     | runs | outcome                                                  |
        | A login              | the service hashes at m=8,t=1,p=1  | "ada@example.org"  | "violet teapots hum at dusk" | 2    | Ada is let in                                            |
        | An upgrade of a hash | the service hashes at m=64,t=2,p=1 | "ada@example.org"  | "violet teapots hum at dusk" | 3    | Ada is let in                                            |
        | A wrong password     | the service hashes at m=64,t=2,p=1 | "ada@example.org"  | "violet teapots hum at noon" | 2    | the login is refused because the password is wrong       |
        | An unknown address   | the service hashes at m=64,t=2,p=1 | "chen@example.org" | "violet teapots hum at dusk" | 2    | the login is refused because no account has this address |
        | A locked account     | 5 logins to Ada's account failed   | "ada@example.org"  | "violet teapots hum at dusk" | 2    | the login is refused because the account is locked       |

    Scenario Outline: A transaction that <does> keeps its connection
      Given Ada has an account
      And statements and hashing are counted
      When Ada logs in with her own password in a transaction that <does>
      Then Ada is let in
      And the account of "ada@example.org" is called "<name>"
      And 1 connection was in use during 1 run of Argon2

      Examples:
        | does                                  | name     |
        | has renamed the account to "Ada King" | Ada King |
        | has opened a savepoint                | Ada      |
        | is at repeatable read                 | Ada      |
        | is serializable                       | Ada      |
