@sessions
Feature: Failed logins
  In order that my password cannot be guessed, and that attempts do not lock me out for good
  As an account holder
  I want guessing refused for a limited time

  Background:
    Given Ada has an account
    And Bram has an account

  @asvs-6.3.1 @sessions-22
  Rule: Five failures within fifteen minutes lock the account for fifteen minutes
    Scenario Outline: After <number> failures the right password <what>
      Given <number> logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | number | what            | outcome                                            |
        | 4      | logs in         | Ada is let in                                      |
        | 5      | does not log in | the login is refused because the account is locked |

    Scenario Outline: After four failures and a fifth <time> later, the account <what>
      Given 4 logins to Ada's account failed
      And <time> have passed
      And 1 login to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                   | what          | outcome                                            |
        | 14 minutes             | is locked     | the login is refused because the account is locked |
        | 899999999 microseconds | is locked     | the login is refused because the account is locked |
        | 15 minutes             | is not locked | Ada is let in                                      |

    Example: Only failures within the last fifteen minutes count
      Given 2 logins to Ada's account failed
      And 10 minutes have passed
      And 2 logins to Ada's account failed
      And 10 minutes have passed
      And 2 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Example: Each failure counts from its own time
      Given 1 login to Ada's account failed
      And 10 minutes have passed
      And 3 logins to Ada's account failed
      And 6 minutes have passed
      And 2 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the account is locked

    Scenario Outline: A second lock lasts from the failure that caused it: the account <what> <time> later
      Given 5 logins to Ada's account failed
      And 1 hour has passed
      And 5 logins to Ada's account failed
      And <time> have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                   | what            | outcome                                            |
        | 899999999 microseconds | is still locked | the login is refused because the account is locked |
        | 15 minutes             | is unlocked     | Ada is let in                                      |

    Example: With a window of 0, failures at different times do not add up
      Given lockout.window is set to 0 ms
      And 4 logins to Ada's account failed
      And 1 microsecond has passed
      And 4 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Example: A lock that lasts 0 locks nothing
      Given lockout.lasts is set to 0 ms
      And 5 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Scenario Outline: The account <what> <time> after it was locked
      Given 5 logins to Ada's account failed
      And <time> have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                   | what            | outcome                                            |
        | 899999999 microseconds | is still locked | the login is refused because the account is locked |
        | 15 minutes             | is unlocked     | Ada is let in                                      |

    Scenario Outline: After failures in fourteen minutes the account <what> <time> after the last
      Given 2 logins to Ada's account failed
      And 7 minutes have passed
      And 2 logins to Ada's account failed
      And 7 minutes have passed
      And 1 login to Ada's account failed
      And <time> have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                   | what            | outcome                                            |
        | 899999999 microseconds | is still locked | the login is refused because the account is locked |
        | 15 minutes             | is unlocked     | Ada is let in                                      |

    Example: Of seven failures in twenty minutes the last five lock the account
      Given 2 logins to Ada's account failed
      And 10 minutes have passed
      And 2 logins to Ada's account failed
      And 10 minutes have passed
      And 3 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the account is locked

    Scenario Outline: An account that was locked at noon in London <what> when a clock elsewhere shows <time>
      Given 5 logins to Ada's account failed
      And the clock shows <time>
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                             | what            | outcome                                            |
        | 2026-03-02T14:14:59.999999+02:00 | is still locked | the login is refused because the account is locked |
        | 2026-03-02T14:15:00+02:00        | is unlocked     | Ada is let in                                      |
        | 2026-03-02T06:44:59.999999-05:30 | is still locked | the login is refused because the account is locked |
        | 2026-03-02T06:45:00-05:30        | is unlocked     | Ada is let in                                      |

    Example: Attempts during the lock do not prolong it
      Given 5 logins to Ada's account failed
      And 10 minutes have passed
      And 5 logins to Ada's account failed
      And 5 minutes have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Example: A login to a locked account changes nothing
      Given 5 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the account is locked
      And nothing has changed

    Example: After the lock, five failures are needed again
      Given 5 logins to Ada's account failed
      And 15 minutes have passed
      And 4 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Example: The lock also holds for a temporary password
      Given an administrator issues a temporary password to Ada
      And 5 logins to Ada's account failed
      When Ada logs in with the temporary password
      Then the login is refused because the account is locked

  @sessions-23
  Rule: A successful login resets the failed logins before it
    Example: Four failures, a login, and four failures do not lock the account
      Given 4 logins to Ada's account failed
      And Ada logs in with "violet teapots hum at dusk"
      And 4 logins to Ada's account failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in
      And no failed login counts against Ada

  @asvs-6.3.1 @sessions-24
  Rule: A lock refuses logins to one account, and leaves its live sessions alone
    Example: A live session of a locked account is accepted
      Given Ada is logged in
      And 5 logins to Ada's account failed
      When Ada presents her token
      Then the bearer is Ada

    Example: Bram logs in while Ada's account is locked
      Given 5 logins to Ada's account failed
      When Bram logs in with "violet teapots hum at dusk"
      Then Bram is let in

  @asvs-16.5.3 @asvs-2.3.3 @sessions-25
  Rule: A failed login is recorded even if its unit of work is rolled back, and nothing else is
    Example: A change before the failed login is rolled back, the failure is not
      When Ada logs in with a wrong password in a transaction that has renamed the account to "Ada King"
      Then the login is refused because the password is wrong
      And nothing has changed except that a failed login counts against Ada

    Example: The failure is recorded although the transaction ignores the refusal
      When Ada logs in with a wrong password in a transaction that ignores the refusal
      Then nothing has changed except that a failed login counts against Ada

    Example: All failures of one transaction are recorded, for each account
      When Ada logs in with a wrong password in a transaction that has ignored a refusal of Ada's login and one of Bram's
      Then the login is refused because the password is wrong
      And 2 failed logins count against Ada
      And 1 failed login counts against Bram

    Example: Failures of one transaction beyond the one that locks the account do not count
      Given 4 logins to Ada's account failed
      When Ada logs in with a wrong password in a transaction that has ignored a refusal of Ada's login and one of Bram's
      Then the login is refused because the password is wrong
      And Ada's account is locked
      And no failed login counts against Ada

    Example: A failure that the transaction ignores counts towards the lock
      Given 4 logins to Ada's account failed
      And Ada logs in with a wrong password in a transaction that ignores the refusal
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the account is locked

  @asvs-15.4.2 @sessions-26
  Rule: Concurrent failed logins are all counted
    Example: Two concurrent failures count as two
      Given the laptop is about to record a failed login to Ada's account
      When Ada logs in with a wrong password on her phone concurrently
      Then the phone has to wait for the laptop
      When the laptop continues
      Then the laptop is refused because the password is wrong
      And the phone is refused because the password is wrong
      And 2 failed logins count against Ada

    Example: Eight concurrent failures lock the account
      Given an administrator ends all of Ada's sessions in an open transaction
      When Ada logs in 8 times with a wrong password concurrently
      Then each login has to wait
      When the administrator commits
      Then each login is refused
      And Ada's account is locked

    Example: The right password is refused while the fifth failure is being recorded
      Given 4 logins to Ada's account failed
      And the laptop is about to record a failed login to Ada's account
      When Ada logs in on her phone concurrently
      Then the phone has to wait for the laptop
      When the laptop continues
      Then the phone is refused because the account is locked
