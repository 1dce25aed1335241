@passwords
Feature: Changing a password
  In order to lock out anyone who may have learned my password
  As an account holder
  I want to set another one, and be the only one who can

  Background:
    Given Ada is logged in on her laptop
    And Ada is logged in on her phone
    And Bram is logged in

  @asvs-6.2.2 @asvs-6.2.3 @passwords-9
  Rule: Changing a password requires the current password
    Example: The new password logs in
      Given Ada replaces her password with "amber kettles sing at dawn"
      When Ada logs in with "amber kettles sing at dawn"
      Then Ada is let in

    Example: The former password does not log in
      Given Ada replaces her password with "amber kettles sing at dawn"
      When Ada logs in with "violet teapots hum at dusk"
      Then the login is refused because the password is wrong

    Example: The new password is stored, and no other user's password has changed
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada's password is "amber kettles sing at dawn"
      And no other user's rows have changed

    Scenario Outline: The new password <new> is kept as it was given (<why>)
      When Ada replaces her password with <new>
      Then Ada's password is <new>

      Examples:
        | new                                     | why                       |
        | "  amber kettles sing at dawn  "        | spaces around it          |
        | "Amber  KETTLES sing  at dawn"          | spaces and case within it |
        | "amber kettles sing at dawn " × 4 + "y" | its last character        |

    Scenario Outline: The change is refused with <current> as the current password (<why>)
      When Ada replaces her password with "amber kettles sing at dawn", giving <current> as the current one
      Then the change of the password is refused because the password is wrong
      And nothing has changed except that a failed login counts against Ada

      Examples:
        | current                      | why              |
        | "violet teapots hum at noon" | another password |
        | ""                           | an empty text    |
        | "amber kettles sing at dawn" | the new one      |
        | "x" × 1000000                | a megabyte       |
        | "violet\u0000teapots"        | a NUL character  |

    Example: With a wrong current password, an invalid new one is refused for the current one
      When Ada replaces her password with "too short", giving "violet teapots hum at noon" as the current one
      Then the change of the password is refused because the password is wrong

  @asvs-7.4.3 @passwords-10
  Rule: A change of the password ends the user's other sessions and keeps the current one
    Example: The session on the phone ends
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada's session on her phone has ended because her password was changed
      And Ada's session on her laptop is live
      And Bram's session on his laptop is live

    Example: A change that is refused ends no session
      When Ada replaces her password with "too short"
      Then the password is refused because it is shorter than 15 characters, is a common one and is too easy to guess
      And Ada's session on her phone is live

  @asvs-6.3.1 @passwords-11
  Rule: Wrong current passwords count as failed logins, and lock the account like them
    Example: After four wrong ones, the right one is accepted and resets the failed logins
      When Ada gives 4 wrong current passwords
      And Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused
      And no failed login counts against Ada

    Example: After five wrong ones, the right one is refused, and the session stays live
      When Ada gives 5 wrong current passwords
      And Ada replaces her password with "amber kettles sing at dawn"
      Then the change of the password is refused because the account is locked
      And nothing has changed
      And Ada's session on her laptop is live

    Example: Fifteen minutes after the lock, the right one is accepted
      Given 5 logins to Ada's account failed
      And 15 minutes have passed
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused

  @asvs-2.3.3 @passwords-12
  Rule: A change of the password that is rolled back changes nothing
    Example: A change that is rolled back
      When Ada replaces her password with "amber kettles sing at dawn" in a transaction that is rolled back
      Then nothing has changed

  @asvs-8.3.1 @passwords-13
  Rule: Only a valid session can change a password
    Example: A session that has ended cannot change the password
      Given Ada logs out on her laptop
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the token is refused because the session has ended
      And nothing has changed

    Example: An idle session cannot change the password
      Given 30 minutes have passed
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the token is refused because the session was idle
      And nothing has changed

  @asvs-15.4.2 @asvs-2.3.4 @passwords-14
  Rule: Of two concurrent changes one succeeds, and the history records the former password
    Example: When the first change commits, the second is refused, as its session has ended
      Given Ada replaces her password on her laptop with "amber kettles sing at dawn" in an open transaction
      When Ada replaces her password on her phone with "nine herons wade upstream" concurrently
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is refused because the session has ended
      And Ada's password is "amber kettles sing at dawn"
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |

    Example: When the first change rolls back, the second succeeds
      Given Ada replaces her password on her laptop with "amber kettles sing at dawn" in an open transaction
      When Ada replaces her password on her phone with "nine herons wade upstream" concurrently
      Then the phone has to wait for the laptop
      When the laptop rolls back
      And the phone commits
      Then Ada's password is "nine herons wade upstream"
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |

  @asvs-6.2.10 @passwords-42
  Rule: A password is valid until it is replaced, however old it is
    Scenario Outline: The password logs in after <days> days
      Given <days> days have passed
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in
      And Ada's password is "violet teapots hum at dusk"

      Examples:
        | days  |
        | 90    |
        | 365   |
        | 36500 |
