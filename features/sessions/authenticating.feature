@sessions
Feature: Authenticating with a token
  In order to work on without my password, and to be safe when I walk away
  As an account holder
  I want my session to last while I use it, for a working day at most

  Background:
    Given Ada is logged in
    And Bram is logged in

  @asvs-7.2.1 @asvs-8.3.2 @sessions-13
  Rule: The session's row decides, whatever the token says
    Example: A session that never existed
      When Ada's token is presented with the id of a session that never existed
      Then the token is refused because there was no such session
      And nothing has changed

    Example: A token whose subject is another user
      Given 2 minutes have passed
      When Ada's token is presented with Bram as its subject
      Then the token is refused because the session belongs to another user
      And nothing has changed

    Example: A session that has ended
      Given Ada logs out on her laptop
      When Ada presents her token
      Then the token is refused because the session has ended
      And nothing has changed

    Scenario Outline: Ada cannot log out with a token <altered>
      Given Ada has a token <altered>
      When Ada logs out
      Then the token is refused because there was no such session
      And nothing has changed

      Examples:
        | altered                                     |
        | with the id of a session that never existed |
        | with the id of a user that never existed    |

    Example: An expired session, with a token that is not expired
      Given Ada has used her session every 20 minutes for 12 hours
      When Ada's token is presented with its exp 3600 seconds from now
      Then the token is refused because it has expired
      And nothing has changed

    Example: The session of a deleted account
      Given Ada deletes her account
      When Ada presents her token
      Then the token is refused because there was no such session
      And nothing has changed

    Example: The session of a deactivated account
      Given an administrator deactivates Ada's account
      When Ada presents her token
      Then the token is refused because the session has ended
      And nothing has changed

    Example: The session of an account that a script has deactivated without ending sessions
      Given a script deactivates Ada's account
      And 2 minutes have passed
      When Ada presents her token
      Then the token is refused because its account is deactivated
      And nothing has changed

    Example: The former session of an account that was reactivated
      Given an administrator deactivates Ada's account
      And an administrator reactivates Ada's account
      When Ada presents her token
      Then the token is refused because the session has ended

  @asvs-7.3.1 @sessions-14
  Rule: A session expires after half an hour without use
    Scenario Outline: After <time> without use, <outcome>
      Given <time> have passed
      When Ada presents her token
      Then <outcome>

      Examples:
        | time                    | outcome                                           |
        | 29 minutes              | the bearer is Ada                                 |
        | 1799999999 microseconds | the bearer is Ada                                 |
        | 30 minutes              | the token is refused because the session was idle |
        | 31 minutes              | the token is refused because the session was idle |

    Scenario Outline: A session of noon in London is <what> when a clock elsewhere shows <time>
      Given the clock shows <time>
      When Ada presents her token
      Then <outcome>

      Examples:
        | time                             | what | outcome                                           |
        | 2026-03-02T14:29:59.999999+02:00 | live | the bearer is Ada                                 |
        | 2026-03-02T14:30:00+02:00        | idle | the token is refused because the session was idle |
        | 2026-03-02T06:59:59.999999-05:30 | live | the bearer is Ada                                 |
        | 2026-03-02T07:00:00-05:30        | idle | the token is refused because the session was idle |

    Example: A session that is used does not become idle
      Given 20 minutes have passed
      And Ada presents her token
      And 20 minutes have passed
      When Ada presents her token
      Then the bearer is Ada

    Example: A token that is refused does not count as use
      Given 20 minutes have passed
      When Ada's token is presented with Bram as its subject
      Then the token is refused because the session belongs to another user
      When 20 minutes have passed
      And Ada presents her token
      Then the token is refused because the session was idle

    Example: An idle session is not used by a transaction that ignores the refusal
      Given 30 minutes have passed
      When Ada's token is presented in a transaction that ignores the refusal
      Then nothing has changed

    Example: The session of a deactivated account is not used by such a transaction
      Given a script deactivates Ada's account
      And 2 minutes have passed
      When Ada's token is presented in a transaction that ignores the refusal
      Then nothing has changed

    Example: A session that must set a password is not used by such a transaction
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And 2 minutes have passed
      When Ada's token is presented in a transaction that ignores the refusal
      Then nothing has changed

    Example: A session is not used by another user in such a transaction
      Given 2 minutes have passed
      When Ada's token is presented with Bram as its subject in a transaction that ignores the refusal
      Then nothing has changed

  @asvs-7.3.2 @sessions-15
  Rule: A session expires twelve hours after the login, however much it is used
    Example: One second before the end, the token is accepted
      Given Ada has used her session every 20 minutes for 11 hours
      And 29 minutes have passed
      And Ada presents her token
      And 29 minutes have passed
      And Ada presents her token
      And 119 seconds have passed
      When Ada presents her token
      Then the bearer is Ada

    Example: One microsecond before the end, the token is accepted
      Given Ada has used her session every 20 minutes for 11 hours
      And 29 minutes have passed
      And Ada presents her token
      And 29 minutes have passed
      And Ada presents her token
      And 119 seconds and 999999 microseconds have passed
      When Ada presents her token
      Then the bearer is Ada

    Example: At the end, the token is refused
      Given Ada has used her session every 20 minutes for 12 hours
      When Ada presents her token
      Then the token is refused because it has expired

  @sessions-16
  Rule: The last use of a session is recorded at most once a minute
    Scenario Outline: Used <time> after the login, it was last seen at <seen>
      Given <time> have passed
      When Ada presents her token
      Then the bearer is Ada
      And Ada's session was last seen at <seen>

      Examples:
        | time                  | seen     |
        | 59 seconds            | 12:00:00 |
        | 59999999 microseconds | 12:00:00 |
        | 60 seconds            | 12:01:00 |
        | 61 seconds            | 12:01:01 |

    Example: No other user's session is affected
      Given 5 minutes have passed
      When Ada presents her token
      Then the bearer is Ada
      And no other user's rows have changed

    Example: No other session of the user is affected
      Given 1 minute has passed
      And Ada is logged in on her phone
      And 4 minutes have passed
      When Ada presents her token
      Then the bearer is Ada
      And these sessions are stored
        | person | browser | created | last seen |
        | Ada    | laptop  | 12:00   | 12:05     |
        | Bram   | laptop  | 12:00   | 12:00     |
        | Ada    | phone   | 12:01   | 12:01     |

    Example: With a minimum of 0, each use is recorded
      Given sessions.touch_every is set to 0 ms
      And 1 second has passed
      When Ada presents her token
      Then the bearer is Ada
      And Ada's session was last seen at 12:00:01

    Example: A use is recorded while the account is being changed
      Given 5 minutes have passed
      And Ada changes her display name to "Ada King" in an open transaction
      When Ada presents her token
      Then the bearer is Ada
      And Ada's session was last seen at 12:05:00

    Example: Two concurrent requests do not wait for each other, and both are accepted
      Given 5 minutes have passed
      And Ada presents her token on her laptop in an open transaction
      When Ada presents her token
      Then the bearer is Ada
      When the laptop commits
      Then Ada's session was last seen at 12:05:00
