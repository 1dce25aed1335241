@passwords
Feature: Changing one's password
  In order to shut out whoever may have learned my password
  As a person who is logged in
  I want to set another one, and be the only one who can

  Background:
    Given Ada is logged in on her laptop
    And Ada is logged in on her phone
    And Bram is logged in

  @asvs-6.2.2 @asvs-6.2.3 @passwords-9
  Rule: Changing a password requires the current password
    Example: The new password logs in
      Given Ada has replaced her password with "amber kettles sing at dawn"
      When Ada logs in with "amber kettles sing at dawn"
      Then Ada is let in

    Example: The former password does not log in any more
      Given Ada has replaced her password with "amber kettles sing at dawn"
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the password is wrong

    Example: The change is stored, and nobody else's password is touched
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada's password is "amber kettles sing at dawn"
      And no other user's rows have changed

    Scenario Outline: The current password <current> is not accepted: <why>
      When Ada replaces her password <current> with "amber kettles sing at dawn"
      Then the change of the password is refused because the password is wrong
      And nothing has changed but a failed login that counts against Ada

      Examples:
        | current                      | why                        |
        | "violet teapots hum at noon" | another password           |
        | ""                           | nothing                    |
        | "amber kettles sing at dawn" | the new one                |
        | "x" × 1000000                | a megabyte                 |
        | "violet\u0000teapots"        | no password can hold a NUL |

    Example: Who does not know the current password is not told whether the new one would do
      When Ada replaces her password "violet teapots hum at noon" with "too short"
      Then the change of the password is refused because the password is wrong

  @asvs-7.4.3 @passwords-10
  Rule: A change of the password ends the user's other sessions and keeps the current one
    Example: The phone has to log in again
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada's session on her phone has ended because her password was changed
      And Ada's session on her laptop goes on
      And Bram's session on his laptop goes on

    Example: A change that is refused ends nothing
      When Ada replaces her password with "too short"
      Then the password is refused because it is shorter than 15 characters, is a common one and is too easy to guess
      And Ada's session on her phone goes on

  @asvs-6.3.1 @passwords-11
  Rule: Guessing the current password is limited like guessing at the login
    Example: A wrong current password counts, and the right one forgives
      When Ada gives 4 wrong current passwords
      And Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused
      And no failed login counts against Ada

    Example: After five wrong ones the right one is refused too, and the session goes on
      When Ada gives 5 wrong current passwords
      And Ada replaces her password with "amber kettles sing at dawn"
      Then the change of the password is refused because the account is locked
      And nothing has changed
      And Ada's session on her laptop goes on

    Example: Fifteen minutes later it is accepted again
      Given 5 logins to Ada's account have failed
      And 15 minutes have passed
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused

  @asvs-2.3.3 @passwords-12
  Rule: A change of the password is atomic
    Example: The work around a change fails after it
      When Ada replaces her password in a unit of work that then fails
      Then nothing has changed

  @asvs-8.3.1 @passwords-13
  Rule: Only a valid session can change a password
    Example: A session that has ended changes nothing
      Given Ada has logged out on her laptop
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the token is refused because the session has ended
      And nothing has changed

    Example: An idle session changes nothing
      Given 30 minutes have passed
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the token is refused because the session was idle
      And nothing has changed

  @asvs-15.4.2 @asvs-2.3.4 @passwords-14
  Rule: Of two concurrent changes one succeeds, and the history records the former password
    Example: From two sessions: the second finds its session ended
      Given Ada has begun to replace the password on her laptop with "amber kettles sing at dawn"
      When Ada replaces the password on her phone with "nine herons wade upstream" at the same time
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is refused because the session has ended
      And Ada's password is "amber kettles sing at dawn"
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |

    Example: The second wins if the first gives up
      Given Ada has begun to replace the password on her laptop with "amber kettles sing at dawn"
      When Ada replaces the password on her phone with "nine herons wade upstream" at the same time
      Then the phone has to wait for the laptop
      When the laptop rolls back
      And the phone commits
      Then Ada's password is "nine herons wade upstream"
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |
