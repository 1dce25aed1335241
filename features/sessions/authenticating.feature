@sessions
Feature: Being let in with a token
  In order to work on without showing my password again, and to be safe when I walk away
  As a person who has logged in
  I want my session to live while I use it, for a day's work at most

  Background:
    Given Ada is logged in
    And Bram is logged in

  @asvs-7.2.1 @asvs-8.3.2 @sessions-13
  Rule: The session's row decides, whatever the token says
    Example: A session that never was
      When Ada's token is presented with the id of a session that never was
      Then the token is refused because there was no such session
      And nothing has changed

    Example: A token that says it is somebody else's
      Given 2 minutes have passed
      When Ada's token is presented with the subject Bram
      Then the token is refused because the session belongs to another user
      And nothing has changed

    Example: A session that has ended
      Given Ada has logged out on her laptop
      When Ada's token is presented
      Then the token is refused because the session has ended
      And nothing has changed

    Example: A session whose end has come, with a token that says it has not
      Given Ada has used her session every 20 minutes for 12 hours
      When Ada's token is presented with a exp of 3600 seconds from now
      Then the token is refused because it has expired
      And nothing has changed

    Example: The account was deleted
      Given Ada has deleted her account
      When Ada's token is presented
      Then the token is refused because there was no such session
      And nothing has changed

    Example: The account was deactivated
      Given Ada's account has been deactivated
      When Ada's token is presented
      Then the token is refused because the session has ended
      And nothing has changed

    Example: The account was deactivated by a script that knows nothing of sessions
      Given a script has deactivated Ada's account
      And 2 minutes have passed
      When Ada's token is presented
      Then the token is refused because its account is deactivated
      And nothing has changed

    Example: The account was deactivated and opened again: the session stays ended
      Given Ada's account has been deactivated
      And Ada's account has been reactivated
      When Ada's token is presented
      Then the token is refused because the session has ended

  @asvs-7.3.1 @sessions-14
  Rule: A session expires after half an hour without use
    Scenario Outline: After <time> without use
      Given <time> have passed
      When Ada's token is presented
      Then <outcome>

      Examples:
        | time                    | outcome                                           |
        | 29 minutes              | the bearer is Ada                                 |
        | 1799999999 microseconds | the bearer is Ada                                 |
        | 30 minutes              | the token is refused because the session was idle |
        | 31 minutes              | the token is refused because the session was idle |

    Example: Being used, it lives on
      Given 20 minutes have passed
      And Ada's token has been presented
      And 20 minutes have passed
      When Ada's token is presented
      Then the bearer is Ada

    Example: Being refused is not being used
      Given 20 minutes have passed
      And Ada's token has been presented with the subject Bram
      And 20 minutes have passed
      When Ada's token is presented
      Then the token is refused because the session was idle

  @asvs-7.3.2 @sessions-15
  Rule: A session expires twelve hours after the login, however much it is used
    Example: A moment before, it lives
      Given Ada has used her session every 20 minutes for 11 hours
      And 29 minutes have passed
      And Ada's token has been presented
      And 29 minutes have passed
      And Ada's token has been presented
      And 119 seconds have passed
      When Ada's token is presented
      Then the bearer is Ada

    Example: Then it does not
      Given Ada has used her session every 20 minutes for 12 hours
      When Ada's token is presented
      Then the token is refused because it has expired

  @sessions-16
  Rule: The last use of a session is recorded at most once a minute
    Scenario Outline: Used <time> after the login, it was last seen at <seen>
      Given <time> have passed
      When Ada's token is presented
      Then the bearer is Ada
      And Ada's session was last seen at <seen>

      Examples:
        | time       | seen     |
        | 59 seconds | 12:00:00 |
        | 60 seconds | 12:01:00 |
        | 61 seconds | 12:01:01 |

    Example: Nobody else's session is touched
      Given 5 minutes have passed
      When Ada's token is presented
      Then the bearer is Ada
      And no other user's rows have changed

    Example: Nobody waits for the note: two requests at once are both let in
      Given 5 minutes have passed
      And Ada has begun to work with her token on her laptop
      When Ada's token is presented
      Then the bearer is Ada
      When the laptop commits
      Then Ada's session was last seen at 12:05:00
