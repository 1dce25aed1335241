@sessions
Feature: Forgetting old sessions
  In order that the table of sessions does not grow for ever
  As the operator of the service
  I want sessions that ended long ago removed, a few at a time

  Background:
    Given Ada has an account
    And Bram has an account

  @sessions-27
  Rule: Sessions that ended more than thirty days ago are deleted, and no others
    Scenario Outline: A session that <how> <when>
      Given a session of Ada's that <how> <when>
      When old sessions are removed, 10 at a time
      Then <left> of Ada's sessions are left

      Examples:
        | how         | when                          | left | why                            |
        | was ended   | 30 days ago                   | 1    | not more than thirty days      |
        | was ended   | 30 days and 1 microsecond ago | 0    | more than thirty days          |
        | expired     | 30 days ago                   | 1    | it ended by itself at its end  |
        | expired     | 30 days and 1 microsecond ago | 0    | it ended by itself at its end  |
        | became idle | 30 days ago                   | 1    | it ended by itself without use |
        | became idle | 30 days and 1 microsecond ago | 0    | it ended by itself without use |

    Example: A session that lives is not removed
      Given Ada is logged in
      When old sessions are removed, 10 at a time
      Then 1 of Ada's sessions are left
      And nothing has changed

    Scenario Outline: A session that ended is <what> when <passed> of the 12 of its token have passed
      Given ended sessions are kept for no time
      And Ada is logged in
      And Ada has logged out on her laptop
      And <passed> have passed
      When old sessions are removed, 10 at a time
      Then <left> of Ada's sessions are left

      Examples:
        | passed   | what    | left | why                                   |
        | 11 hours | kept    | 1    | stored again, it would live once more |
        | 12 hours | removed | 0    | its token is worth nothing by itself  |

  @sessions-28
  Rule: Old sessions are deleted in batches, oldest first
    Example: Seven in batches of three
      Given 7 sessions of Ada's that ended 31 to 37 days ago
      When old sessions are removed, 3 at a time
      Then the batches were 3, 3, 1
      And 0 of Ada's sessions are left

    @fixture.database
    Example: A batch is no larger, however the server looks for it
      Given the server looks for rows one by one
      And 7 sessions of Ada's that ended 37 to 31 days ago
      When old sessions are removed, 3 at a time
      Then the batches were 3, 3, 1
      And 0 of Ada's sessions are left

    Example: One batch takes the oldest
      Given 7 sessions of Ada's that ended 31 to 37 days ago
      When one batch of 3 old sessions is removed
      Then the batches were 3
      And the sessions that are left ended 34, 33, 32, 31 days ago
