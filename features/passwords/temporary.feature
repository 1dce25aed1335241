@passwords
Feature: Temporary passwords
  In order to let a user who has lost their password log in again
  As an administrator
  I want to issue a random password that is valid for one login

  Background:
    Given Ada is logged in on her laptop
    And Ada is logged in on her phone
    And Bram is logged in

  @asvs-6.4.1 @asvs-6.4.6 @asvs-6.5.2 @asvs-6.5.3 @asvs-6.5.4 @passwords-19
  Rule: A temporary password is random, satisfies the policy, and is shown once
    Example: Thirty temporary passwords are all different, and each satisfies the policy
      When an administrator issues 30 temporary passwords to Ada
      Then Ada's temporary passwords are all different
      And each of Ada's temporary passwords has at least 112 random bits
      And each of Ada's temporary passwords satisfies the policy

    Example: A random password that happens to contain the user's name is not issued
      Given the service's first random password is "7bram-xk9qe-tz4wc-h2vfp-mg6dr"
      And an administrator issues a temporary password to Bram
      When Bram logs in with the temporary password
      Then Bram is let in
      And each of Bram's temporary passwords satisfies the policy

    Example: A temporary password is stored as a hash at the service's cost, and only so
      Given the service hashes at the default cost
      When an administrator issues a temporary password to Ada
      Then no table contains the temporary password
      And the hash of Ada's temporary password begins with "$argon2id$v=19$m=65536,t=3,p=4$"
      And the representation of the issued password does not contain it

    Example: The hashes of temporary passwords have salts of their own
      When an administrator issues a temporary password to Ada
      And an administrator issues a temporary password to Bram
      Then no two temporary passwords have the same salt

  @asvs-6.4.6 @asvs-6.5.6 @passwords-20
  Rule: A temporary password replaces the user's own, which no longer logs in
    Example: The temporary password logs in
      Given an administrator issues a temporary password to Ada
      When Ada logs in with the temporary password
      Then Ada is let in

    Example: The login says that a password must be set
      Given an administrator issues a temporary password to Ada
      When Ada logs in with the temporary password
      Then Ada is let in
      And the login was answered with what is stored of the session

    Example: The user's own password does not log in
      Given an administrator issues a temporary password to Ada
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the password is wrong

    Example: The user's own password does not log in after the temporary one was used
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the password is wrong

    Example: All sessions of the user end, and no other user's
      When an administrator issues a temporary password to Ada
      Then Ada's session on her laptop has ended because she was given a temporary password
      And Ada's session on her phone has ended because she was given a temporary password
      And Bram's session on his laptop is live

    Example: A temporary password is deleted with the account
      Given an administrator issues a temporary password to Ada
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

    Example: For a deleted account, no temporary password is issued
      Given Ada deletes her account
      When an administrator issues a temporary password to Ada
      Then the change is refused because there is no such account
      And nothing has changed

  @asvs-6.4.1 @asvs-6.5.1 @passwords-21
  Rule: A temporary password is valid for one login within a day
    Scenario Outline: A temporary password <what> <time> after it was issued
      Given an administrator issues a temporary password to Ada
      And <time> have passed
      When Ada logs in with the temporary password
      Then <outcome>

      Examples:
        | time                     | what            | outcome                                                         |
        | 23 hours                 | logs in         | Ada is let in                                                   |
        | 86399999999 microseconds | logs in         | Ada is let in                                                   |
        | 24 hours                 | does not log in | the login is refused because the temporary password has expired |

    Example: A temporary password that expires during the login is used in time
      Given an administrator issues a temporary password to Ada
      And 86398 seconds have passed
      And the clock moves on by 1 second with each reading
      When Ada logs in with the temporary password
      Then Ada is let in

    Example: A temporary password is used although the clock is behind
      Given an administrator issues a temporary password to Ada
      And the clock is an hour behind
      When Ada logs in with the temporary password
      Then Ada is let in

    Example: A second login with a temporary password is refused
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada logs in with the temporary password
      Then the login is refused because the temporary password was used
      And nothing has changed except that a failed login counts against Ada

    Example: A temporary password that was replaced by another is a wrong password
      Given an administrator issues a temporary password to Ada
      And an administrator issues a temporary password to Ada
      When Ada logs in with the first temporary password
      Then the login is refused because the password is wrong
      And nothing has changed except that a failed login counts against Ada

    Example: The second temporary password logs in although the first was used
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And an administrator issues a temporary password to Ada
      When Ada logs in with the second temporary password
      Then Ada is let in

    Example: A temporary password logs in within the transaction that has issued it
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And the service's first random password is "7hern-xk9qe-tz4wc-h2vfp-mg6dr"
      When Ada logs in with "7hern-xk9qe-tz4wc-h2vfp-mg6dr" in a transaction that was refused the first one and has issued another
      Then Ada is let in

    Example: A login that is rolled back does not use the temporary password
      Given an administrator issues a temporary password to Ada
      When Ada logs in with the temporary password in a transaction that is rolled back
      Then nothing has changed

    Scenario Outline: A temporary password that is issued again <what> <time> later
      Given an administrator issues a temporary password to Ada
      And 10 hours have passed
      And an administrator issues a temporary password to Ada
      And <time> have passed
      When Ada logs in with the temporary password
      Then <outcome>

      Examples:
        | time     | what            | outcome                                                         |
        | 23 hours | logs in         | Ada is let in                                                   |
        | 24 hours | does not log in | the login is refused because the temporary password has expired |

    Example: A temporary password that is issued again has times of its own
      Given an administrator issues a temporary password to Ada
      And 2 hours have passed
      And Ada logs in with the temporary password
      And 8 hours have passed
      When an administrator issues a temporary password to Ada
      Then Ada's temporary password was issued at 22:00, is valid for 24 hours, and was not used
      And the administrator was told whose it is, and how long it is valid

  @asvs-6.4.1 @passwords-22
  Rule: After a login with a temporary password the user can only set a new password
    Scenario Outline: After a login with a temporary password, this is refused: <operation>
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When <operation>
      Then the operation is refused because a new password must be set first
      And nothing has changed

      Examples:
        | operation                                                   |
        | Ada presents her token                                      |
        | Ada replaces her password with "amber kettles sing at dawn" |
        | Ada lists her sessions                                      |
        | Ada ends the session of her phone                           |
        | Ada ends all other sessions                                 |

    Example: Ada sets a new password, and logs in with it
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And Ada sets "amber kettles sing at dawn" as her own password
      When Ada logs in with "amber kettles sing at dawn"
      Then Ada is let in

    Example: Setting a new password ends the session and deletes the temporary password
      Given an administrator issues a temporary password to Bram
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada sets "amber kettles sing at dawn" as her own password
      Then Ada's session on her laptop has ended because her password was changed
      And Ada's password is "amber kettles sing at dawn"
      And Ada has no temporary password
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |
      And no other user's rows have changed

    Scenario Outline: The new password <new> is kept as it was given (<why>)
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada sets <new> as her own password
      Then Ada's password is <new>

      Examples:
        | new                              | why                       |
        | "  amber kettles sing at dawn  " | spaces around it          |
        | "Amber  KETTLES sing  at dawn"   | spaces and case within it |

    Example: Ada can also log out
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada logs out on her laptop
      Then Ada's session on her laptop has ended because she logged out

    Example: A session without a temporary password has none to replace
      When Ada sets "amber kettles sing at dawn" as her own password
      Then Ada is refused because there is no temporary password to replace
      And nothing has changed

    Example: A session that was not opened with the temporary password cannot replace it
      Given a script gives Ada a temporary password
      When Ada sets "amber kettles sing at dawn" as her own password
      Then Ada is refused because there is no temporary password to replace
      And nothing has changed

    Example: A session with a temporary password that a script has deleted has none to replace
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And a script deletes Ada's temporary password
      When Ada sets "amber kettles sing at dawn" as her own password
      Then Ada is refused because there is no temporary password to replace
      And nothing has changed

    Example: A session with a temporary password becomes idle like any other
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And 30 minutes have passed
      When Ada sets "amber kettles sing at dawn" as her own password
      Then the token is refused because the session was idle
      And nothing has changed

  @asvs-6.4.1 @asvs-6.4.6 @passwords-23
  Rule: The new password may be neither the temporary one nor a former one
    Example: The temporary password is refused as the new one
      Given an administrator issues a temporary password to Bram
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada sets the temporary password as her own password
      Then Ada is refused because the password is the temporary one
      And nothing has changed

    Scenario Outline: The <which> password is refused as the new one
      Given Chen's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | nine herons wade upstream |
      And an administrator issues a temporary password to Chen
      And Chen logs in with the temporary password
      When Chen sets "<password>" as his own password
      Then Chen is refused because the password was used before
      And nothing has changed

      Examples:
        | which  | password                  |
        | last   | nine herons wade upstream |
        | former | amber kettles sing at one |

    Example: A common password is refused as the new one
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      When Ada sets "correct horse battery staple" as her own password
      Then the password is refused because it is a common one
      And nothing has changed

  @asvs-15.4.2 @asvs-2.3.4 @asvs-6.5.1 @passwords-24
  Rule: Of two concurrent logins with one temporary password, one succeeds
    Example: When the first login commits, the second is refused
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password on her laptop in an open transaction
      When Ada logs in with the temporary password on her phone concurrently
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is refused because the temporary password was used

    Example: When the first login rolls back, the second succeeds
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password on her laptop in an open transaction
      When Ada logs in with the temporary password on her phone concurrently
      Then the phone has to wait for the laptop
      When the laptop rolls back
      And the phone commits
      Then Ada's temporary password has been used
