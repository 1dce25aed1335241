@tasks
Feature: The life of a task
  In order to rely on what is said of a task
  As somebody who waits for it
  I want it to go from pending to processing to completed or failed, and no other way

  Background:
    Given Ada has an account
    And Bram has an account
    And Bram has a task "Import Q4 figures"

  @asvs-2.3.1 @tasks-13
  Rule: There are three transitions between statuses, and all others are refused
    Scenario Outline: A worker reports that a <status> task is <asked>
      Given Ada has a task "Import Q3 figures" that is <status>
      When a worker reports that "Import Q3 figures" is <asked>
      Then the worker is told that the task <answer>
      And "Import Q3 figures" is now <after>
      And what has changed is <changed>

      Examples: Allowed
        | status     | asked      | answer       | after      | changed |
        | pending    | processing | was accepted | processing | Ada's   |
        | processing | completed  | was accepted | completed  | Ada's   |
        | processing | failed     | was accepted | failed     | Ada's   |

      Examples: Not in this order
        | status     | asked      | answer                                     | after      | changed |
        | pending    | pending    | is pending and cannot become pending       | pending    | nothing |
        | pending    | completed  | is pending and cannot become completed     | pending    | nothing |
        | pending    | failed     | is pending and cannot become failed        | pending    | nothing |
        | processing | pending    | is processing and cannot become pending    | processing | nothing |
        | processing | processing | is processing and cannot become processing | processing | nothing |

      Examples: Over
        | status    | asked      | answer                                  | after     | changed |
        | completed | pending    | is completed and cannot change any more | completed | nothing |
        | completed | processing | is completed and cannot change any more | completed | nothing |
        | completed | completed  | is completed and cannot change any more | completed | nothing |
        | completed | failed     | is completed and cannot change any more | completed | nothing |
        | failed    | pending    | is failed and cannot change any more    | failed    | nothing |
        | failed    | processing | is failed and cannot change any more    | failed    | nothing |
        | failed    | completed  | is failed and cannot change any more    | failed    | nothing |
        | failed    | failed     | is failed and cannot change any more    | failed    | nothing |

    Scenario Outline: A script makes a <status> task <asked>
      Given Ada has a task "Import Q3 figures" that is <status>
      When a script makes "Import Q3 figures" <asked>
      Then the database <answer>
      And what has changed is <changed>

      Examples: Allowed
        | status     | asked      | answer          | changed |
        | pending    | processing | lets it through | Ada's   |
        | processing | completed  | lets it through | Ada's   |
        | processing | failed     | lets it through | Ada's   |

      Examples: Not in this order
        | status     | asked      | answer                                           | changed |
        | pending    | pending    | refuses it because the transition is not allowed | nothing |
        | pending    | completed  | refuses it because the transition is not allowed | nothing |
        | pending    | failed     | refuses it because the transition is not allowed | nothing |
        | processing | pending    | refuses it because the transition is not allowed | nothing |
        | processing | processing | refuses it because the transition is not allowed | nothing |

      Examples: Over
        | status    | asked      | answer                                           | changed |
        | completed | pending    | refuses it because the transition is not allowed | nothing |
        | completed | processing | refuses it because the transition is not allowed | nothing |
        | completed | completed  | refuses it because the transition is not allowed | nothing |
        | completed | failed     | refuses it because the transition is not allowed | nothing |
        | failed    | pending    | refuses it because the transition is not allowed | nothing |
        | failed    | processing | refuses it because the transition is not allowed | nothing |
        | failed    | completed  | refuses it because the transition is not allowed | nothing |
        | failed    | failed     | refuses it because the transition is not allowed | nothing |

    Scenario Outline: What the database refuses in a unit of work is told in the service's own words: <asked> after <status>
      Given Ada has a task "Import Q3 figures" that is <status>
      When a statement in a worker's unit of work makes "Import Q3 figures" <asked>
      Then the worker is told that the task is <status> and cannot become <asked>
      And nothing has changed

      Examples:
        | status     | asked      |
        | pending    | pending    |
        | pending    | completed  |
        | processing | pending    |
        | processing | processing |

  @tasks-14
  Rule: A finished task never changes again
    Example: A late worker cannot reopen a completed task
      Given Ada has a task "Import Q3 figures" that is completed
      When a worker reports that "Import Q3 figures" is processing
      Then the report is refused because the task is already finished
      And nothing has changed

    Scenario Outline: Ada cannot edit a <status> task: she <edits>
      Given Ada has a task "Import Q3 figures" that is <status>
      And Ada has a project "q3" with an agent "Scribe"
      When Ada <edits>
      Then Ada is refused because <reason>
      And nothing has changed

      Examples:
        | status     | edits                                           | reason                       |
        | processing | retitles "Import Q3 figures" to "Import Q3"     | a worker is processing it    |
        | processing | assigns "Import Q3 figures" to "Scribe"         | a worker is processing it    |
        | processing | edits the title of "Import Q3 figures" in place | a worker is processing it    |
        | completed  | retitles "Import Q3 figures" to "Import Q3"     | the task is already finished |
        | completed  | assigns "Import Q3 figures" to "Scribe"         | the task is already finished |
        | completed  | edits the title of "Import Q3 figures" in place | the task is already finished |
        | failed     | retitles "Import Q3 figures" to "Import Q3"     | the task is already finished |
        | failed     | assigns "Import Q3 figures" to "Scribe"         | the task is already finished |
        | failed     | edits the title of "Import Q3 figures" in place | the task is already finished |

    Scenario Outline: A script cannot change the <column> of a <status> task
      Given Ada has a task "Import Q3 figures" that is <status>
      When a script sets the <column> of "Import Q3 figures" to <value>
      Then the database refuses it because the transition is not allowed
      And nothing has changed

      Examples: Completed
        | status    | column        | value                       |
        | completed | title         | "Import Q3"                 |
        | completed | agent_id      | nothing                     |
        | completed | payload       | "{\"rows\": 7}"             |
        | completed | result        | "{\"imported\": 0}"         |
        | completed | error         | "too late"                  |
        | completed | error_details | "{}"                        |
        | completed | version       | 4                           |
        | completed | owner_id      | 2                           |
        | completed | created_at    | "2026-03-01T12:00:00+00:00" |
        | completed | started_at    | "2026-03-02T12:00:30+00:00" |
        | completed | finished_at   | "2026-03-03T12:00:00+00:00" |

      Examples: Failed
        | status | column        | value                       |
        | failed | title         | "Import Q3"                 |
        | failed | error         | "it is fine"                |
        | failed | error_details | "{}"                        |
        | failed | version       | 4                           |
        | failed | finished_at   | "2026-03-03T12:00:00+00:00" |

  @tasks-15
  Rule: A task's identity never changes, and during processing only the report changes it
    Scenario Outline: A script cannot change the <column> of a <status> task any more
      Given Ada has a task "Import Q3 figures" that is <status>
      When a script sets the <column> of "Import Q3 figures" to <value>, and counts the change
      Then the database refuses it because that column of a task cannot change
      And nothing has changed

      Examples:
        | status     | column     | value                       |
        | pending    | owner_id   | 2                           |
        | pending    | payload    | "{\"rows\": 7}"             |
        | pending    | created_at | "2026-03-01T12:00:00+00:00" |
        | processing | title      | "Import Q3"                 |
        | processing | payload    | "{\"rows\": 7}"             |
        | processing | started_at | "2026-03-02T12:00:30+00:00" |
        | processing | owner_id   | 2                           |

    Scenario Outline: A report cannot bring another <column> with it
      Given Ada has a task "Import Q3 figures" that is processing
      And Ada has a project "q3" with an agent "Scribe"
      When a script completes "Import Q3 figures" and sets its <column> to <value>
      Then the database refuses it because that column of a task cannot change
      And nothing has changed

      Examples:
        | column     | value                       |
        | title      | "Import Q3"                 |
        | agent_id   | 1                           |
        | payload    | "{\"rows\": 7}"             |
        | started_at | "2026-03-02T12:00:30+00:00" |
        | created_at | "2026-03-01T12:00:00+00:00" |
