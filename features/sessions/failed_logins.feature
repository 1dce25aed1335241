@sessions
Feature: Failed logins
  In order that nobody tries passwords until one fits, and nobody shuts me out by trying
  As a person with an account
  I want guessing held off for a while, and never for good

  Background:
    Given Ada has an account
    And Bram has an account

  @asvs-6.3.1 @sessions-22
  Rule: Five failures within fifteen minutes lock the account for fifteen minutes
    Scenario Outline: After <number> failures the right password <what>
      Given <number> logins to Ada's account have failed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | number | what            | outcome                                            |
        | 4      | logs in         | Ada is let in                                      |
        | 5      | does not log in | the login is refused because the account is locked |

    Scenario Outline: Four failures, and a fifth <time> later: the account <what>
      Given 4 logins to Ada's account have failed
      And <time> have passed
      And 1 login to Ada's account has failed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                   | what          | outcome                                            |
        | 14 minutes             | is locked     | the login is refused because the account is locked |
        | 899999999 microseconds | is locked     | the login is refused because the account is locked |
        | 15 minutes             | is not locked | Ada is let in                                      |

    Example: The window moves: what is older does not count, what is younger does
      Given 2 logins to Ada's account have failed
      And 10 minutes have passed
      And 2 logins to Ada's account have failed
      And 10 minutes have passed
      And 2 logins to Ada's account have failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Scenario Outline: <time> after it was locked, the account <what>
      Given 5 logins to Ada's account have failed
      And <time> have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then <outcome>

      Examples:
        | time                   | what               | outcome                                            |
        | 899999999 microseconds | is locked          | the login is refused because the account is locked |
        | 15 minutes             | recovers by itself | Ada is let in                                      |

    Example: Trying on does not prolong it
      Given 5 logins to Ada's account have failed
      And 10 minutes have passed
      And 5 logins to Ada's account were refused because it is locked
      And 5 minutes have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Example: A locked account refuses without writing anything
      Given 5 logins to Ada's account have failed
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the account is locked
      And nothing has changed

    Example: After it has recovered, it takes five failures again
      Given 5 logins to Ada's account have failed
      And 15 minutes have passed
      And 4 logins to Ada's account have failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

    Example: A temporary password cannot be guessed either
      Given an administrator has issued a temporary password to Ada
      And 5 logins to Ada's account have failed
      When Ada logs in with the temporary password
      Then the login is refused because the account is locked

  @sessions-23
  Rule: A successful login resets the failed logins before it
    Example: Four, then the right one, then four
      Given 4 logins to Ada's account have failed
      And Ada has logged in with "violet teapots hum at dusk"
      And 4 logins to Ada's account have failed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in
      And no failed login counts against Ada

  @asvs-6.3.1 @sessions-24
  Rule: A lock refuses logins to one account, and leaves its live sessions alone
    Example: The owner of a valid session is not thrown out
      Given Ada is logged in
      And 5 logins to Ada's account have failed
      When Ada's token is presented
      Then the bearer is Ada

    Example: Bram's account is not locked with Ada's
      Given 5 logins to Ada's account have failed
      When Bram logs in with "violet teapots hum at dusk"
      Then Bram is let in

  @asvs-16.5.3 @asvs-2.3.3 @sessions-25
  Rule: A failed login is recorded even if its unit of work is rolled back, and nothing else is
    Example: The work before it in the same unit of work is rolled back, the failure is not
      When Ada is renamed to "Mallory" and then fails to log in, in one unit of work
      Then the login is refused because the password is wrong
      And nothing has changed but a failed login that counts against Ada

    Example: It is remembered even if the refusal is swallowed
      When Ada fails to log in in a unit of work that goes on as if nothing had happened
      Then nothing has changed but a failed login that counts against Ada

    Example: Neither a swallowed refusal nor a failing unit of work keeps the account open
      Given 5 logins to Ada's account have failed in units of work that go on
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the account is locked

  @asvs-15.4.2 @sessions-26
  Rule: Concurrent failed logins are all counted
    Example: The second is counted after the first, not instead of it
      Given the laptop has begun to write down a failed login to Ada's account
      When a login to Ada's account fails on the phone at the same time
      Then the phone has to wait for the laptop
      When the laptop goes on
      Then both have been refused
      And 2 failed logins count against Ada

    Example: Of eight at once, five lock the account and none is lost
      Given somebody is busy with Ada's account
      When 8 logins to Ada's account with a wrong password are tried at once
      Then each of them has to wait
      When the account is free
      Then each of them is refused
      And Ada's account is locked

    Example: The right password, tried while the fifth failure is written down, comes too late
      Given 4 logins to Ada's account have failed
      And the laptop has begun to write down a failed login to Ada's account
      When Ada logs in on the phone at the same time
      Then the phone has to wait for the laptop
      When the laptop goes on
      Then the phone is refused because the account is locked
