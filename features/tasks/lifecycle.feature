@tasks
Feature: The lifecycle of a task
  In order to rely on the status of a task
  As a tenant
  I want it to go from pending to processing to completed or failed, and no other way

  Background:
    Given Ada has an account
    And Bram has an account
    And Bram has a task "Import Q4 figures"

  @asvs-2.3.1 @tasks-13
  Rule: There are three transitions between statuses, and all others are refused
    Scenario Outline: A worker reports a <status> task as <asked>, which is allowed
      Given Ada has a task "Import Q3 figures" that is <status>
      When a worker reports that "Import Q3 figures" is <asked>
      Then the report is not refused
      And "Import Q3 figures" is now <asked>
      And the side effects are
        | owner | table | inserted | updated | deleted |
        | Ada   | tasks | 0        | 1       | 0       |

      Examples:
        | status     | asked      |
        | pending    | processing |
        | processing | completed  |
        | processing | failed     |

    Scenario Outline: A worker reports a <status> task as <asked>, which is refused
      Given Ada has a task "Import Q3 figures" that is <status>
      When a worker reports that "Import Q3 figures" is <asked>
      Then the report is refused because the task is <status> and cannot become <asked>
      And the refusal names "Import Q3 figures"
      And nothing has changed

      Examples:
        | status     | asked      |
        | pending    | pending    |
        | pending    | completed  |
        | pending    | failed     |
        | processing | pending    |
        | processing | processing |

    Scenario Outline: A worker reports a <status> task as <asked>, which is refused as it is finished
      Given Ada has a task "Import Q3 figures" that is <status>
      When a worker reports that "Import Q3 figures" is <asked>
      Then the report is refused because the task is <status> and cannot change any more
      And the refusal names "Import Q3 figures"
      And nothing has changed

      Examples:
        | status    | asked      |
        | completed | pending    |
        | completed | processing |
        | completed | completed  |
        | completed | failed     |
        | failed    | pending    |
        | failed    | processing |
        | failed    | completed  |
        | failed    | failed     |

    Scenario Outline: A script makes a <status> task <asked>, which is allowed
      Given Ada has a task "Import Q3 figures" that is <status>
      When a script makes "Import Q3 figures" <asked>
      Then the database accepts it
      And the side effects are
        | owner | table | inserted | updated | deleted |
        | Ada   | tasks | 0        | 1       | 0       |

      Examples:
        | status     | asked      |
        | pending    | processing |
        | processing | completed  |
        | processing | failed     |

    Scenario Outline: A script makes a <status> task <asked>, which is rejected
      Given Ada has a task "Import Q3 figures" that is <status>
      When a script makes "Import Q3 figures" <asked>
      Then the database rejects it because of a forbidden transition
      And nothing has changed

      Examples: Not in this order
        | status     | asked      |
        | pending    | pending    |
        | pending    | completed  |
        | pending    | failed     |
        | processing | pending    |
        | processing | processing |

      Examples: Finished
        | status    | asked      |
        | completed | pending    |
        | completed | processing |
        | completed | completed  |
        | completed | failed     |
        | failed    | pending    |
        | failed    | processing |
        | failed    | completed  |
        | failed    | failed     |

    Scenario Outline: The service translates a rejected transition of a <status> task to <asked>
      Given Ada has a task "Import Q3 figures" that is <status>
      When a statement in a worker's unit of work makes "Import Q3 figures" <asked>
      Then the worker is refused because the task is <status> and cannot become <asked>
      And the refusal names "Import Q3 figures"
      And nothing has changed

      Examples:
        | status     | asked      |
        | pending    | pending    |
        | pending    | completed  |
        | processing | pending    |
        | processing | processing |

  @tasks-14
  Rule: A finished task never changes again
    Example: A worker cannot process a completed task again
      Given Ada has a task "Import Q3 figures" that is completed
      When a worker reports that "Import Q3 figures" is processing
      Then the report is refused because the task is already finished
      And nothing has changed

    Scenario Outline: While the task is <status>, this is refused: Ada <edits>
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
      Then the database rejects it because of a forbidden transition
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

  @contract @tasks-15
  Rule: A task's identity never changes, and during processing only the report changes it
    Scenario Outline: A script cannot change the <column> of a <status> task, even with a new version
      Given Ada has a task "Import Q3 figures" that is <status>
      When a script sets the <column> of "Import Q3 figures" to <value> and increments its version
      Then the database rejects it because of an immutable column
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

    Scenario Outline: A script that completes a task cannot change its <column>
      Given Ada has a task "Import Q3 figures" that is processing
      And Ada has a project "q3" with an agent "Scribe"
      When a script makes "Import Q3 figures" completed and sets its <column> to <value>
      Then the database rejects it because of an immutable column
      And nothing has changed

      Examples:
        | column     | value                       |
        | title      | "Import Q3"                 |
        | agent_id   | 1                           |
        | payload    | "{\"rows\": 7}"             |
        | started_at | "2026-03-02T12:00:30+00:00" |
        | created_at | "2026-03-01T12:00:00+00:00" |
