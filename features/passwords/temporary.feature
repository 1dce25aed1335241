@passwords
Feature: Temporary passwords
  In order to let somebody back in who has lost their password, or shut out whoever has found it
  As an administrator
  I want the service to give out a password that nobody chose and that is good for one login

  Background:
    Given Ada is logged in on her laptop
    And Ada is logged in on her phone
    And Bram is logged in

  @asvs-6.4.1 @asvs-6.5.3 @passwords-19
  Rule: A temporary password is random, satisfies the policy, and is shown once
    Example: Fifty of them are all different, and every one would pass as a password
      When an administrator issues 50 temporary passwords to Ada
      Then no two of them are the same
      And each of them has at least 112 random bits
      And each of them satisfies the policy for Ada

    Example: It is nowhere in clear, and hashed at the service's cost
      Given the service hashes as it does unless told otherwise
      When an administrator issues a temporary password to Ada
      Then no table holds the temporary password in clear
      And Ada's temporary password is hashed as "$argon2id$v=19$m=65536,t=3,p=4$"
      And what was issued does not show the password in its representation

  @asvs-6.4.6 @passwords-20
  Rule: A temporary password replaces the user's own, which no longer logs in
    Example: The temporary password logs in
      Given an administrator has issued a temporary password to Ada
      When Ada logs in with the temporary password
      Then Ada is let in

    Example: The user's own password does not log in any more
      Given an administrator has issued a temporary password to Ada
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the password is wrong

    Example: Neither does it while the temporary one has been used and not been replaced
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the password is wrong

    Example: All of the user's sessions end, and nobody else's
      When an administrator issues a temporary password to Ada
      Then Ada's session on her laptop has ended because she was given a temporary password
      And Ada's session on her phone has ended because she was given a temporary password
      And Bram's session on his laptop goes on

    Example: It goes with the account
      Given an administrator has issued a temporary password to Ada
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

    Example: Nobody can be given one who is not there
      Given Ada has deleted her account
      When an administrator issues a temporary password to Ada
      Then the change is refused because there is no such account
      And nothing has changed

  @asvs-6.4.1 @passwords-21
  Rule: A temporary password is valid for one login within a day
    Scenario Outline: <time> after it was issued it <what>
      Given an administrator has issued a temporary password to Ada
      And <time> have passed
      When Ada logs in with the temporary password
      Then <outcome>

      Examples:
        | time                     | what            | outcome                                                         |
        | 23 hours                 | logs in         | Ada is let in                                                   |
        | 86399999999 microseconds | still logs in   | Ada is let in                                                   |
        | 24 hours                 | logs in no more | the login is refused because the temporary password has expired |

    Example: A second login with it is refused
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada logs in with the temporary password
      Then the login is refused because the temporary password was used
      And nothing has changed but a failed login that counts against Ada

    Example: One that was replaced by another is like any wrong password
      Given an administrator has issued a temporary password to Ada
      And an administrator has issued a temporary password to Ada
      When Ada logs in with the first temporary password
      Then the login is refused because the password is wrong
      And nothing has changed but a failed login that counts against Ada

    Example: The one that replaced it logs in, even if the first was used
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      And an administrator has issued a temporary password to Ada
      When Ada logs in with the second temporary password
      Then Ada is let in

    Example: A login that fails with the work around it does not use it up
      Given an administrator has issued a temporary password to Ada
      When Ada logs in with the temporary password in a unit of work that then fails
      Then nothing has changed

  @asvs-6.4.1 @passwords-22
  Rule: After a login with a temporary password the user can only set a new password
    Scenario Outline: With such a session Ada cannot <do>
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada tries to <do>
      Then the bearer is refused because a new password must be set first
      And nothing has changed

      Examples:
        | do                  |
        | be let in           |
        | change her password |
        | list her sessions   |
        | end a session       |
        | end other sessions  |

    Example: She can set one, and logs in with it
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      And Ada has set her own password "amber kettles sing at dawn"
      When Ada logs in with "amber kettles sing at dawn"
      Then Ada is let in

    Example: The session ends with it, and the temporary password is gone
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada sets her own password "amber kettles sing at dawn"
      Then Ada's session on her laptop has ended because her password was changed
      And Ada's password is "amber kettles sing at dawn"
      And Ada has no temporary password
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |

    Example: She can think better of it and log out
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada logs out on her laptop
      Then Ada's session on her laptop has ended because she logged out

    Example: A session of another kind has nothing to replace
      When Ada sets her own password "amber kettles sing at dawn"
      Then Ada is refused because there is no temporary password to replace
      And nothing has changed

    Example: Such a session is idle like any other
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      And 30 minutes have passed
      When Ada sets her own password "amber kettles sing at dawn"
      Then the token is refused because the session was idle
      And nothing has changed

  @asvs-6.4.1 @passwords-23
  Rule: The new password may be neither the temporary one nor a former one
    Example: The temporary one cannot be kept
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada sets the temporary password as her own
      Then Ada is refused because the password is the temporary one
      And nothing has changed

    Scenario Outline: Her <which> password cannot be taken again
      Given Chen's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | nine herons wade upstream |
      And an administrator has issued a temporary password to Chen
      And Chen has logged in with the temporary password
      When Chen sets his own password "<password>"
      Then Chen is refused because the password was used before
      And nothing has changed

      Examples:
        | which  | password                  |
        | last   | nine herons wade upstream |
        | former | amber kettles sing at one |

    Example: One that the policy refuses is refused here too
      Given an administrator has issued a temporary password to Ada
      And Ada has logged in with the temporary password
      When Ada sets her own password "correct horse battery staple"
      Then the password is refused because it is a common one
      And nothing has changed

  @asvs-15.4.2 @asvs-2.3.4 @passwords-24
  Rule: Of two concurrent logins with one temporary password, one succeeds
    Example: The second finds it used
      Given an administrator has issued a temporary password to Ada
      And Ada has begun to log in with the temporary password on her laptop
      When Ada logs in with the temporary password on her phone at the same time
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is refused because the temporary password was used

    Example: The second succeeds if the first gives up
      Given an administrator has issued a temporary password to Ada
      And Ada has begun to log in with the temporary password on her laptop
      When Ada logs in with the temporary password on her phone at the same time
      Then the phone has to wait for the laptop
      When the laptop rolls back
      And the phone commits
      Then Ada's temporary password has been used
