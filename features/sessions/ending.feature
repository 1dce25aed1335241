@sessions
Feature: Ending sessions
  In order to close a door that I, or somebody else, left open
  As a person who is logged in here and there
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
    Example: The token is dead, the other sessions live
      When Ada logs out on her phone
      Then Ada's session on her phone has ended because she logged out
      And Ada's session on her laptop goes on
      And Ada's session on her tablet goes on
      And no other user's rows have changed

    Example: The token of a session that was logged out is refused
      Given Ada has logged out on her phone
      When the token of Ada's phone is presented
      Then the token is refused because the session has ended

    Example: Who is out cannot go out again
      Given Ada has logged out on her phone
      When Ada logs out on her phone
      Then the token is refused because the session has ended
      And nothing has changed

  @asvs-7.5.2 @sessions-18
  Rule: A user lists their live sessions and can end any of them
    Example: Those that live are listed, oldest first
      Given Ada has logged out on her phone
      When Ada lists the sessions on her laptop
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:00   | laptop  |
        | Ada    | 12:02   | tablet  |

    Example: Those that were left to themselves are not listed
      Given 28 minutes have passed
      When Ada lists the sessions on her tablet
      Then these sessions are listed
        | person | created | browser |
        | Ada    | 12:01   | phone   |
        | Ada    | 12:02   | tablet  |

    Example: One is ended from another
      When Ada ends the session on her phone
      Then Ada's session on her phone has ended because she ended it
      And Ada's session on her laptop goes on
      And Ada's session on her tablet goes on

    Example: One that has ended cannot be ended
      Given Ada has logged out on her phone
      When Ada ends the session on her phone
      Then Ada is refused because there is no such session
      And nothing has changed

    Example: Neither can somebody else's, who is not told that it is there
      When Bram ends the session on Ada's phone
      Then Bram is refused because there is no such session
      And nothing has changed

    Example: All others are ended at once
      When Ada ends all other sessions from her laptop
      Then Ada's session on her phone has ended because she ended it
      And Ada's session on her tablet has ended because she ended it
      And Ada's session on her laptop goes on
      And no other user's rows have changed

    Scenario Outline: With a token that is dead nobody <does>
      Given Ada has logged out on her laptop
      When Ada <does>
      Then the token is refused because the session has ended
      And nothing has changed

      Examples:
        | does                                    |
        | lists the sessions on her laptop        |
        | ends the session on her phone           |
        | ends all other sessions from her laptop |

  @asvs-7.4.5 @sessions-19
  Rule: An administrator can end all sessions of a user
    Example: Ada is out everywhere, Bram is not
      When an administrator ends all of Ada's sessions
      Then Ada's session on her laptop has ended because an administrator ended it
      And Ada's session on her phone has ended because an administrator ended it
      And Ada's session on her tablet has ended because an administrator ended it
      And no other user's rows have changed

    Example: Of a user who is not there
      Given Ada has deleted her account
      When an administrator ends all of Ada's sessions
      Then the change is refused because there is no such account

  @asvs-7.4.2 @sessions-20
  Rule: Deactivating or deleting an account ends all of its sessions at once
    Example: Deactivated
      When Ada's account is deactivated
      Then Ada's session on her laptop has ended because her account was deactivated
      And Ada's session on her phone has ended because her account was deactivated
      And Ada's session on her tablet has ended because her account was deactivated
      And Bram's session on his laptop goes on

    Example: Not deactivated after all, because somebody had changed the account
      Given somebody else renames Ada's account to "Ada Byron"
      When Ada's account is deactivated
      Then the change is refused because the account has changed since it was read
      And nothing has changed

    Example: Deleted
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

  @asvs-7.1.2 @sessions-21
  Rule: A user has at most five live sessions: a new one ends the oldest
    Example: The sixth
      Given 1 minute has passed
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      And 1 minute has passed
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her laptop has ended because there were too many sessions
      And Ada's session on her phone goes on
      And Ada has 5 live sessions
      And Bram's session on his laptop goes on

    Example: The fifth needs no room
      Given Ada is logged in on her watch
      When Ada logs in on her desk
      Then Ada is let in
      And Ada's session on her laptop goes on
      And Ada has 5 live sessions

    Example: Sessions that are over take no room
      Given Ada has logged out on her tablet
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her laptop goes on
      And Ada has 5 live sessions

    Example: Neither do those that were left to themselves
      Given 28 minutes have passed
      And Ada is logged in on her watch
      And Ada is logged in on her desk
      When Ada logs in on her car
      Then Ada is let in
      And Ada's session on her phone goes on
      And Ada has 5 live sessions

    Example: Eight logins at once all succeed, and five sessions are left
      Given Chen has an account
      And somebody is busy with Chen's account
      When Chen logs in 8 times at once
      Then each of them has to wait
      When the account is free
      Then each of them is let in
      And Chen has 5 live sessions
