@sessions
Feature: Deleting old sessions
  In order that the table of sessions does not grow without bounds
  As an operator
  I want sessions that ended long ago deleted, in small batches

  Background:
    Given Ada has an account
    And Bram has an account

  @sessions-27
  Rule: Sessions that ended more than thirty days ago are deleted, and no others
    Scenario Outline: A session that <how> <when> is <what>
      Given a session of Ada's that <how> <when>
      When old sessions are deleted in batches of 10
      Then <left> left

      Examples:
        | how         | when                          | what    | left                    |
        | was ended   | 30 days ago                   | kept    | 1 session of Ada's is   |
        | was ended   | 30 days and 1 microsecond ago | deleted | 0 sessions of Ada's are |
        | expired     | 30 days ago                   | kept    | 1 session of Ada's is   |
        | expired     | 30 days and 1 microsecond ago | deleted | 0 sessions of Ada's are |
        | became idle | 30 days ago                   | kept    | 1 session of Ada's is   |
        | became idle | 30 days and 1 microsecond ago | deleted | 0 sessions of Ada's are |

    Example: A live session is kept
      Given Ada is logged in
      When old sessions are deleted in batches of 10
      Then 1 session of Ada's is left
      And nothing has changed

    Scenario Outline: An ended session is <what> <passed> after a login whose token is valid for 12 hours
      Given ended sessions are not kept
      And Ada is logged in
      And Ada logs out on her laptop
      And <passed> have passed
      When old sessions are deleted in batches of 10
      Then <left> left

      Examples:
        | passed   | what    | left                    | why                                      |
        | 11 hours | kept    | 1 session of Ada's is   | its token would be valid without the row |
        | 12 hours | deleted | 0 sessions of Ada's are | its token has expired                    |

  @sessions-28
  Rule: Old sessions are deleted in batches, oldest first
    Example: Seven sessions in batches of three
      Given 7 sessions of Ada's that ended 31 to 37 days ago
      When old sessions are deleted in batches of 3
      Then the batches had 3, 3, 1 sessions
      And 0 sessions of Ada's are left

    Example: Two sessions in the smallest batches
      Given 2 sessions of Ada's that ended 31 to 32 days ago
      When old sessions are deleted in batches of 1
      Then the batches had 1, 1, 0 sessions
      And 0 sessions of Ada's are left

    Scenario Outline: A batch of <number> sessions is refused
      Given a session of Ada's that was ended 31 days ago
      When the caretaker deletes a batch of <number> old sessions
      Then the size of the batch is refused because it must be 1 or more
      And nothing has changed

      Examples:
        | number |
        | 0      |
        | -1     |

    @fixture.database
    Example: A batch is not larger under another query plan
      Given the planner can only use nested loops
      And 7 sessions of Ada's that ended 37 to 31 days ago
      When old sessions are deleted in batches of 3
      Then the batches had 3, 3, 1 sessions
      And 0 sessions of Ada's are left

    Example: A batch deletes the oldest sessions
      Given 7 sessions of Ada's that ended 31 to 37 days ago
      When the caretaker deletes a batch of 3 old sessions
      Then the batches had 3 sessions
      And the sessions that are left ended 34, 33, 32, 31 days ago

    Example: A batch deletes the sessions that were over first, however and whenever they had begun
      Given sessions.lifetime is set to 864000000 ms
      And a session of Ada's that expired 31 days ago
      And a session of Ada's that was ended 32 days ago
      And a session of Ada's that became idle 33 days ago
      When the caretaker deletes a batch of 2 old sessions
      Then the batches had 2 sessions
      And the only session that is left is one that expired

    Example: A batch deletes a session that expired before one that was ended
      Given a session of Ada's that was ended 31 days ago
      And a session of Ada's that became idle 32 days ago
      And a session of Ada's that expired 33 days ago
      When the caretaker deletes a batch of 2 old sessions
      Then the batches had 2 sessions
      And the only session that is left is one that was ended
