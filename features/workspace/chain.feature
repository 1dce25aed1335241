@workspace
Feature: From a project to what has happened in it, and back
  In order to see what came of what, and why
  As somebody who looks into it later
  I want every record to lead to what it belongs to, and to what belongs to it

  Background:
    Given Ada has an account
    And Bram has an account

  @workspace-5
  Rule: The whole chain is created, read back and followed in both directions
    Example: Ada works, and follows what happened
      When Ada begins a project, an agent, a task, a turn and an event, each for the one before
      Then each of them reads as it was written
      And from the event Ada comes to the turn, the task, the agent and the project
      And from the project Ada comes to the agent, the task, the turn and the event

    Example: What belongs to something else is not mixed in
      Given everything of Ada's is there
      When Ada begins a project, an agent, a task, a turn and an event, each for the one before
      Then from the project Ada comes to the agent, the task, the turn and the event

  @workspace-6
  Rule: Every listing has pages with each of the owner's rows once, oldest first
    Scenario Outline: Ada lists her <things>
      Given Ada has 5 <things>, each followed by one of Bram's
      When Ada lists her <things> in pages of 2
      Then the pages hold 2, 2, 1 things
      And all of Ada's <things> were listed once, oldest first

      Examples:
        | things     |
        | projects   |
        | agents     |
        | turns      |
        | events     |
        | objectives |

    Scenario Outline: While Ada pages through her <things>, another comes
      Given Ada has 4 <things>, each followed by one of Bram's
      And Ada has read the first page of 2 <things>
      And Ada has 1 <things>, each followed by one of Bram's
      When Ada lists the rest of her <things> in pages of 2
      Then the pages hold 2, 2, 1 things
      And all of Ada's <things> were listed once, oldest first

      Examples:
        | things     |
        | projects   |
        | agents     |
        | turns      |
        | events     |
        | objectives |

  @workspace-7
  Rule: A turn has an actor and an intent, and is never earlier than its task
    Scenario Outline: <actor> speaks: <intent>
      Given Ada has a task "Import Q3 figures"
      And an hour has passed
      When "<text>" is said about "Import Q3 figures" by <actor> as <intent>
      Then these turns are stored
        | owner | task              | actor   | intent   | text   | said  |
        | Ada   | Import Q3 figures | <actor> | <intent> | <text> | 13:00 |

      Examples:
        | actor | intent     | text           |
        | user  | command    | Begin          |
        | agent | question   | Which quarter? |
        | user  | answer     | The third      |
        | agent | progress   | 600 of 1200    |
        | agent | completion | Hotovo 🐘      |

    Scenario Outline: A turn that was said <when>
      Given Ada has a task "Import Q3 figures"
      When "Begin" is said about "Import Q3 figures" at <time>
      Then <answer>

      Examples:
        | when                    | time                             | answer                                            |
        | before there was a task | 2026-03-02T11:59:59.999999+00:00 | Ada is refused because the task did not exist yet |
        | when there was one      | 2026-03-02T12:00:00+00:00        | Ada is not refused                                |
        | at noon in another zone | 2026-03-02T13:00:00+01:00        | Ada is not refused                                |
        | later                   | 2026-03-02T12:00:01+00:00        | Ada is not refused                                |

    Scenario Outline: <time> is beyond what every zone can show
      Given Ada has a task "Import Q3 figures"
      When "Begin" is said about "Import Q3 figures" at <time>
      Then the time is refused because it is not from 0001-01-02 to 9999-12-30
      And nothing has changed

      Examples:
        | time                             |
        | 0001-01-01T00:00:00+14:00        |
        | 0001-01-01T23:59:59.999999+00:00 |
        | 9999-12-31T00:00:00+00:00        |
        | 9999-12-31T23:59:00-05:00        |

    Example: The last moment that every zone can show
      Given Ada has a task "Import Q3 figures"
      When "Begin" is said about "Import Q3 figures" at 9999-12-30T23:59:59+00:00
      And Ada lists her turns in pages of 2
      Then all of Ada's turns were listed once, oldest first

    Example: A time without a zone is no time
      Given Ada has a task "Import Q3 figures"
      When "Begin" is said about "Import Q3 figures" at a time without a zone
      Then the time is refused because it has no zone
      And nothing has changed

    Example: Nothing is said about Bram's task but by Bram
      Given Bram has a task "Import Q4 figures"
      When Ada says "Begin" about "Import Q4 figures"
      Then Ada is refused because there is no such task
      And nothing has changed

    Scenario Outline: A turn whose text <problem> is refused
      Given Ada has a task "Import Q3 figures"
      When Ada says <value> about "Import Q3 figures"
      Then the text is refused because it <problem>
      And nothing has changed

      Examples:
        | value             | problem                          |
        | ""                | is blank                         |
        | "\u2060\n"        | is blank                         |
        | "\ufdfa" × 100001 | is longer than 100000 characters |
        | "x" × 100001      | is longer than 100000 characters |
        | "A\u0000"         | contains a NUL character         |

  @workspace-8
  Rule: An event records what happened, with or without references, and never changes
    Scenario Outline: An event about <what>
      Given everything of Ada's is there
      And an hour has passed
      When Ada records "seen" about <what> of hers
      Then the last event is about <what> of Ada's

      Examples:
        | what                                |
        | nothing                             |
        | project                             |
        | agent                               |
        | task                                |
        | turn                                |
        | project and agent and task and turn |

    Scenario Outline: An event about Bram's <what> is none for Ada
      Given everything of Ada's is there
      And everything of Bram's is there
      When Ada records "seen" about <what> of Bram's
      Then Ada is refused because there is no such <what>
      And nothing has changed

      Examples:
        | what    |
        | project |
        | agent   |
        | task    |
        | turn    |

    Scenario Outline: The type <value> is refused: it <problem>
      When Ada records an event whose type is <value>
      Then the type is refused because it <problem>
      And nothing has changed

      Examples:
        | value     | problem                                          |
        | ""        | is blank                                         |
        | "Seen"    | is not made of a to z, in words joined by . or _ |
        | ".seen"   | is not made of a to z, in words joined by . or _ |
        | "x" × 101 | is longer than 100 characters                    |

    Example: A payload that JSON cannot hold is refused
      When Ada records an event with a set in its payload
      Then the payload is refused because it contains a set, which JSON cannot hold
      And nothing has changed

    Scenario Outline: A script cannot change the <column> of an event
      Given everything of Ada's is there
      When a script sets the <column> of every event to <value>
      Then the database refuses it by the rule events_append_only
      And nothing has changed

      Examples:
        | column     | value                       |
        | type       | "forged"                    |
        | payload    | "{}"                        |
        | created_at | "2026-03-01T12:00:00+00:00" |
        | task_id    | nothing                     |
        | owner_id   | 2                           |
