@workspace
Feature: From a project to its events, and back
  In order to reconstruct later what happened, and why
  As a tenant
  I want every row to refer to what it belongs to, and to be found from there

  Background:
    Given Ada has an account
    And Bram has an account

  @workspace-5
  Rule: The whole chain is created, read back and followed in both directions
    Example: A chain from a project to an event is followed in both directions
      When Ada creates a project, and in turn an agent, a task, a turn and an event for it
      Then each of them was read as it is stored
      And from the event Ada finds the turn, the task, the agent and the project
      And from the project Ada finds only the agent, the task, the turn and the event

    Example: Rows of another project are not found
      Given Ada has a complete workspace
      When Ada creates a project, and in turn an agent, a task, a turn and an event for it
      Then from the project Ada finds only the agent, the task, the turn and the event

  @workspace-6
  Rule: Every listing has pages with each of the owner's rows once, oldest first
    Scenario Outline: The <things> are listed in pages of 2
      Given Ada has 5 <things>, each followed by one of Bram's
      When Ada lists her <things> in pages of 2
      Then the pages have 2, 2, 1 rows
      And all of Ada's <things> were listed once, oldest first

      Examples:
        | things     |
        | projects   |
        | agents     |
        | turns      |
        | events     |
        | objectives |

    Scenario Outline: The <things> are listed in the order in which they were stored, whatever their times
      Given Ada has 5 <things>, each an hour older than the one before
      When Ada lists her <things> in pages of 2
      Then the pages have 2, 2, 1 rows
      And all of Ada's <things> were listed once, in the order in which they were stored

      Examples:
        | things     |
        | projects   |
        | agents     |
        | turns      |
        | events     |
        | objectives |

    Scenario Outline: A page has 20 <things> unless another size is asked for
      Given Ada has 21 <things>, each followed by one of Bram's
      When Ada lists her <things> in pages of the default size
      Then the pages have 20, 1 rows

      Examples:
        | things     |
        | projects   |
        | agents     |
        | tasks      |
        | turns      |
        | events     |
        | objectives |

    Example: A page has 20 entries of an objective's history unless another size is asked for
      Given Ada has 21 entries of each of two objectives
      When Ada lists the entries of the first objective in pages of the default size
      Then the pages have 20, 1 rows

    Scenario Outline: After the first page of <things> another one is stored
      Given Ada has 4 <things>, each followed by one of Bram's
      And Ada has read the first page of 2 <things>
      And Ada has 1 <thing>, followed by one of Bram's
      When Ada lists her remaining <things> in pages of 2
      Then the pages have 2, 2, 1 rows
      And all of Ada's <things> were listed once, oldest first

      Examples:
        | thing     | things     |
        | project   | projects   |
        | agent     | agents     |
        | turn      | turns      |
        | event     | events     |
        | objective | objectives |

    Scenario Outline: The <things> of one <parent> are listed, not those of another
      Given Ada has 3 <things> of each of two <parent>s
      When Ada lists the <things> of the <position> <parent> in pages of 2
      Then the pages have 2, 1 rows
      And exactly the <things> of the <position> <parent> were listed

      Examples:
        | things  | parent    | position |
        | agents  | project   | first    |
        | agents  | project   | second   |
        | turns   | task      | first    |
        | turns   | task      | second   |
        | entries | objective | first    |
        | entries | objective | second   |

  @asvs-2.2.3 @workspace-7
  Rule: A turn has an actor and an intent, and is never earlier than its task
    Scenario Outline: The <actor> says "<text>" with the intent <intent>
      Given Ada has a task "Import Q3 figures"
      And an hour has passed
      When Ada says "<text>" about "Import Q3 figures" as the <actor> with the intent <intent>
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

    Scenario Outline: The text <value> is kept as it was given (<why>)
      Given Ada has a task "Import Q3 figures"
      When Ada says <value> about "Import Q3 figures"
      Then Ada's only turn reads back with the text <value>

      Examples:
        | value                                  | why                 |
        | "  at both ends  "                     | spaces around it    |
        | "\n\tfirst  line\r\nSECOND\rthird\n\n" | lines and tabs      |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18"   | nothing is composed |
        | "x" × 99999 + "y"                      | its last character  |

    Scenario Outline: A turn at <time> is not earlier than its task
      Given Ada has a task "Import Q3 figures"
      When Ada says "Begin" about "Import Q3 figures" at <time>
      Then Ada is not refused
      And the side effects are
        | owner | table | inserted | updated | deleted |
        | Ada   | turns | 1        | 0       | 0       |

      Examples:
        | time                      |
        | 2026-03-02T12:00:00+00:00 |
        | 2026-03-02T13:00:00+01:00 |
        | 2026-03-02T12:00:01+00:00 |

    Scenario Outline: A turn that is given the time <time> is stored with this instant (<where>)
      Given Ada has a task "Import Q3 figures"
      When Ada says "Begin" about "Import Q3 figures" at <time>
      Then Ada is not refused
      And Ada's turn about "Import Q3 figures" was said at <instant>

      Examples:
        | time                             | instant                          | where                |
        | 2026-03-02T14:30:00.123456+00:00 | 2026-03-02T14:30:00.123456+00:00 | UTC                  |
        | 2026-03-02T14:30:00.123456+02:00 | 2026-03-02T12:30:00.123456+00:00 | east                 |
        | 2026-03-02T14:30:00.123456-05:30 | 2026-03-02T20:00:00.123456+00:00 | west, by half hours  |
        | 2026-03-03T02:30:00.123456+14:00 | 2026-03-02T12:30:00.123456+00:00 | where it is tomorrow |

    Example: A turn of now is not earlier than its task, although the clock is behind
      Given Ada has a task "Import Q3 figures"
      And the clock is an hour behind
      When Ada says "Begin" about "Import Q3 figures"
      Then Ada's turn about "Import Q3 figures" was said at 2026-03-02T12:00:00+00:00

    Example: A turn one microsecond before its task is refused
      Given Ada has a task "Import Q3 figures"
      When Ada says "Begin" about "Import Q3 figures" at 2026-03-02T11:59:59.999999+00:00
      Then Ada is refused because the task did not exist yet
      And nothing has changed

    Scenario Outline: The time <time> is refused: not every time zone can show it
      Given Ada has a task "Import Q3 figures"
      When Ada says "Begin" about "Import Q3 figures" at <time>
      Then the time is refused because it is not from 0001-01-02 to 9999-12-30
      And nothing has changed

      Examples:
        | time                             |
        | 0001-01-01T00:00:00+14:00        |
        | 0001-01-01T23:59:59.999999+00:00 |
        | 9999-12-31T00:00:00+00:00        |
        | 9999-12-31T23:59:00-05:00        |

    Example: The latest time that every time zone can show is accepted
      Given Ada has a task "Import Q3 figures"
      When Ada says "Begin" about "Import Q3 figures" at 9999-12-30T23:59:59+00:00
      And Ada lists her turns in pages of 2
      Then all of Ada's turns were listed once, oldest first

    Example: A time without a time zone is refused
      Given Ada has a task "Import Q3 figures"
      When Ada says "Begin" about "Import Q3 figures" at 2026-03-02T12:00:00
      Then the time is refused because it has no zone
      And nothing has changed

    Example: A turn about another tenant's task is refused
      Given Bram has a task "Import Q4 figures"
      When Ada says "Begin" about "Import Q4 figures"
      Then Ada is refused because there is no such task
      And nothing has changed

    Scenario Outline: A turn with the text <value> is refused
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
    Scenario Outline: An event about <rows> has no other references
      Given Ada has a complete workspace
      And an hour has passed
      When Ada records the event "seen" about <rows>
      Then Ada's event "seen" is about <rows>

      Examples:
        | rows                              |
        | nothing                           |
        | her project                       |
        | her agent                         |
        | her task                          |
        | her turn                          |
        | her project, agent, task and turn |

    Scenario Outline: The events about <rows> are listed in pages of 1
      Given Ada has a complete workspace
      And Bram has a complete workspace
      When Ada lists the events about <rows> in pages of 1
      Then exactly the events "<events>" were listed

      Examples:
        | rows                              | events                                              |
        | nothing                           | project.ada, agent.ada, task.ada, turn.ada, all.ada |
        | her project                       | project.ada, all.ada                                |
        | her agent                         | agent.ada, all.ada                                  |
        | her task                          | task.ada, all.ada                                   |
        | her turn                          | turn.ada, all.ada                                   |
        | her project and agent             | all.ada                                             |
        | her task and turn                 | all.ada                                             |
        | her project, agent, task and turn | all.ada                                             |

    Scenario Outline: The payload <payload> of an event is kept as it was given
      When Ada records the event "seen" with <payload>
      Then Ada's only event reads back with the payload <payload>

      Examples:
        | payload                                |
        | 0                                      |
        | ""                                     |
        | false                                  |
        | []                                     |
        | null                                   |
        | {"": [0, "", false, [], null, {}]}     |
        | "  Two  SPACES\r\n\te\u0301 \u212b\r " |
        | "x" × 100000 + "y"                     |

    Example: A type of 100 characters is kept as it was given
      When Ada records the event "x" × 99 + "y"
      Then Ada's only event reads back with the type "x" × 99 + "y"

    Scenario Outline: An event about another tenant's <row> is refused
      Given Ada has a complete workspace
      And Bram has a complete workspace
      When Ada records the event "seen" about Bram's <row>
      Then Ada is refused because there is no such <row>
      And nothing has changed

      Examples:
        | row     |
        | project |
        | agent   |
        | task    |
        | turn    |

    Scenario Outline: The type <value> is refused: it <problem>
      When Ada records the event <value>
      Then the type is refused because it <problem>
      And nothing has changed

      Examples:
        | value     | problem                                          |
        | ""        | is blank                                         |
        | "Seen"    | is not made of a to z, in words joined by . or _ |
        | ".seen"   | is not made of a to z, in words joined by . or _ |
        | "x" × 101 | is longer than 100 characters                    |

    Example: A payload that JSON cannot represent is refused
      When Ada records the event "seen" with data that contains a set
      Then the payload is refused because it contains a set, which JSON cannot hold
      And nothing has changed

    Scenario Outline: A script cannot change the <column> of an event
      Given Ada has a complete workspace
      When a script executes "UPDATE events SET <column> = <value>"
      Then the database rejects it because of the constraint events_append_only
      And nothing has changed

      Examples:
        | column     | value                       |
        | type       | 'forged'                    |
        | payload    | '{}'                        |
        | created_at | '2026-03-01T12:00:00+00:00' |
        | task_id    | NULL                        |
        | owner_id   | 2                           |
