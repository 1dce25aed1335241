@sessions
Feature: Ending sessions
  In order to close a session that was left open, or that is not mine
  As an account holder
  I want to see my sessions and to end any of them at once

  Background:
    Given Ada is logged in on her laptop
    And 1 minute has passed
    And Ada is logged in on her phone
    And 1 minute has passed
    And Ada is logged in on her tablet
    And Bram is logged in

  @asvs-7.4.1 @sessions-17
  Rule: Logging out ends this session and no other
    Example: The session on the phone ends, the others stay live
      When Ada logs out on her phone
      Then Ada's session on her phone has ended because she logged out
      And Ada's session on her laptop is live
      And Ada's session on her tablet is live
      And no other user's rows have changed

    Example: The token of a session that was logged out is refused
      Given Ada logs out on her phone
      When Ada presents her token on her phone
      Then the token is refused because the session has ended

    Example: A session that was logged out cannot log out again
      Given Ada logs out on her phone
      When Ada logs out on her phone
      Then the token is refused because the session has ended
      And nothing has changed

  @sessions-18
  Rule: A user lists their live sessions and can end any of them
    Example: Live sessions are listed, oldest first
      Given Ada logs out on her phone
      When Ada lists her sessions on her laptop
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:00   | laptop  |
        | Ada    | 12:02   | tablet  |

    Example: Sessions are listed by their logins, however lately they were used
      Given 10 minutes have passed
      And Ada presents her token on her laptop
      When Ada lists her sessions on her phone
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:00   | laptop  |
        | Ada    | 12:01   | phone   |
        | Ada    | 12:02   | tablet  |

    Example: Sessions are listed by their logins, although later ones expire earlier
      Given sessions.lifetime is set to 3600000 ms
      And 1 minute has passed
      And Ada is logged in on her watch
      When Ada lists her sessions on her laptop
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:00   | laptop  |
        | Ada    | 12:01   | phone   |
        | Ada    | 12:02   | tablet  |
        | Ada    | 12:03   | watch   |

    Example: Sessions are listed by their logins, although the clock was set back between them
      Given the clock is 10 minutes behind
      And Ada is logged in on her watch
      And 10 minutes have passed
      When Ada lists her sessions on her laptop
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 11:52   | watch   |
        | Ada    | 12:00   | laptop  |
        | Ada    | 12:01   | phone   |
        | Ada    | 12:02   | tablet  |

    Example: Sessions of one time are listed by their ids
      Given Dora has an account
      And 4 sessions of Dora's opened now, in the reverse order of their ids
      And Dora is logged in
      When Dora lists her sessions on her laptop
      Then the 5 sessions of one time are listed in the order of their ids

    Example: A listing stays as it was read, whatever its transaction ends after it
      Given Ada lists her sessions on her laptop in an open transaction
      And Ada ends all other sessions on her laptop in the same transaction
      When the laptop commits
      Then these sessions are listed
        | person | created | browser | state |
        | Ada    | 12:00   | laptop  | live  |
        | Ada    | 12:01   | phone   | live  |
        | Ada    | 12:02   | tablet  | live  |
      And Ada's session on her phone has ended because she ended it

    Example: Idle sessions are not listed
      Given 28 minutes have passed
      When Ada lists her sessions on her tablet
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:01   | phone   |
        | Ada    | 12:02   | tablet  |

    Example: A session is ended from another
      When Ada ends the session of her phone
      Then Ada's session on her phone has ended because she ended it
      And Ada's session on her laptop is live
      And Ada's session on her tablet is live

    Example: A session that has ended cannot be ended
      Given Ada logs out on her phone
      When Ada ends the session of her phone
      Then Ada is refused because there is no such session
      And nothing has changed

    Example: A session that is idle cannot be ended
      Given 28 minutes have passed
      When Ada ends the session of her laptop on her tablet
      Then Ada is refused because there is no such session
      And nothing has changed

    Example: Another user's session is refused like one that does not exist
      When Bram ends the session of Ada's phone
      Then Bram is refused because there is no such session
      And nothing has changed

    Example: All other sessions are ended at once
      When Ada ends all other sessions from her laptop
      Then Ada's session on her phone has ended because she ended it
      And Ada's session on her tablet has ended because she ended it
      And Ada's session on her laptop is live
      And no other user's rows have changed

    Example: Sessions that have expired are not listed
      Given a session of Ada's that expired 0 seconds ago
      When Ada lists her sessions on her tablet
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:00   | laptop  |
        | Ada    | 12:01   | phone   |
        | Ada    | 12:02   | tablet  |

    Example: A session that has become idle cannot be ended
      Given 28 minutes have passed
      When Ada ends the session of her laptop on her tablet
      Then Ada is refused because there is no such session
      And nothing has changed

    Example: Of all other sessions, only live ones are ended
      Given 28 minutes have passed
      And a session of Ada's that expired 1 minute ago
      When Ada ends all other sessions on her tablet
      Then Ada's session on her phone has ended because she ended it
      And the side effects are
        | owner | table          | inserted | updated | deleted |
        | Ada   | login_sessions | 0        | 1       | 0       |

    Scenario Outline: With the token of a session that has ended, this is refused: Ada <does>
      Given Ada logs out on her laptop
      When Ada <does>
      Then the token is refused because the session has ended
      And nothing has changed

      Examples:
        | does                                    |
        | lists her sessions on her laptop        |
        | ends the session of her phone           |
        | ends all other sessions from her laptop |

  @asvs-7.4.5 @sessions-19
  Rule: An administrator can end all sessions of a user
    Example: All of Ada's sessions end, and no other user's
      When an administrator ends all of Ada's sessions
      Then Ada's session on her laptop has ended because an administrator ended it
      And Ada's session on her phone has ended because an administrator ended it
      And Ada's session on her tablet has ended because an administrator ended it
      And no other user's rows have changed

    Example: For a deleted account, the operation is refused
      Given Ada deletes her account
      When an administrator ends all of Ada's sessions
      Then the change is refused because there is no such account

    Example: Only live sessions are ended, and those that have ended keep their reason
      Given Ada logs out on her phone
      And 28 minutes have passed
      And a session of Ada's that expired 1 minute ago
      When an administrator ends all of Ada's sessions
      Then Ada's session on her tablet has ended because an administrator ended it
      And the side effects are
        | owner | table          | inserted | updated | deleted |
        | Ada   | login_sessions | 0        | 1       | 0       |

  @asvs-7.4.2 @sessions-20
  Rule: Deactivating or deleting an account ends all of its sessions at once
    Example: Deactivating an account ends all of its sessions
      When an administrator deactivates Ada's account
      Then Ada's session on her laptop has ended because her account was deactivated
      And Ada's session on her phone has ended because her account was deactivated
      And Ada's session on her tablet has ended because her account was deactivated
      And Bram's session on his laptop is live

    Example: A deactivation that is refused ends no session
      Given Bram changes Ada's display name to "Ada Byron"
      When an administrator deactivates Ada's account
      Then the change is refused because the account has changed since it was read
      And nothing has changed

    Example: Deleting an account deletes all of its sessions
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

  @asvs-7.1.2 @sessions-21
  Rule: A user has at most five live sessions: a new one ends the oldest
    Example: A sixth session ends the oldest
      Given 1 minute has passed
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      And 1 minute has passed
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her laptop has ended because there were too many sessions
      And Ada's session on her phone is live
      And Ada has 5 live sessions
      And Bram's session on his laptop is live

    Scenario Outline: A sixth session ends the oldest, although <although>
      Given 1 minute has passed
      And <what happens>
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her laptop has ended because there were too many sessions
      And Ada's session on her phone is live
      And Ada has 5 live sessions

      Examples:
        | what happens                           | although             |
        | Ada presents her token on her laptop   | it was used lately   |
        | sessions.lifetime is set to 3600000 ms | others expire before |

    Example: A sixth session ends the one with the earliest login, although others were stored before
      Given the clock is 10 minutes behind
      And Ada is logged in on her watch
      And 10 minutes have passed
      And Ada is logged in on her desk
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her watch has ended because there were too many sessions
      And Ada's session on her laptop is live
      And Ada has 5 live sessions

    Example: Of sessions of one time, a sixth ends the one with the largest id
      Given Dora has an account
      And 5 sessions of Dora's opened now, in the reverse order of their ids
      And 1 minute has passed
      When Dora logs in
      Then Dora is let in
      And of Dora's sessions only the one with the largest id has ended

    Example: A fifth session ends none
      Given Ada is logged in on her watch
      When Ada logs in on her desk
      Then Ada is let in
      And Ada's session on her laptop is live
      And Ada has 5 live sessions

    Example: Sessions that have ended do not count
      Given Ada logs out on her tablet
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her laptop is live
      And Ada has 5 live sessions

    Example: Sessions that have expired do not count
      Given a session of Ada's that expired 1 minute ago
      And Ada is logged in on her watch
      When Ada logs in on her desk
      Then Ada is let in
      And Ada's session on her laptop is live
      And Ada has 5 live sessions
      And the side effects are
        | owner | table          | inserted | updated | deleted |
        | Ada   | login_sessions | 1        | 0       | 0       |

    Example: Idle sessions do not count
      Given 28 minutes have passed
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her phone is live
      And Ada has 5 live sessions

    Example: Of eight concurrent logins, all succeed, and five sessions are live
      Given Chen has an account
      And an administrator ends all of Chen's sessions in an open transaction
      When Chen logs in 8 times with his own password concurrently
      Then each login has to wait
      When the administrator commits
      Then each login succeeds
      And Chen has 5 live sessions
