@tasks
Feature: Editing and deleting tasks
  In order to correct a task before a worker starts it
  As a tenant
  I want to change it without overwriting other changes

  Background:
    Given Ada has an account
    And Bram has an account
    And Ada has a project "q3" with an agent "Scribe"
    And Ada has a task "Import Q3 figures"
    And Ada has a task "Tidy up"
    And Bram has a task "Import Q4 figures"

  @tasks-20
  Rule: A change is stored, increments the version, and touches nothing else
    Example: A task is retitled
      When Ada retitles "Import Q3 figures" to "Import all figures"
      Then these tasks are stored
        | owner | title              | agent | version |
        | Ada   | Import all figures |       | 2       |
        | Ada   | Tidy up            |       | 1       |
        | Bram  | Import Q4 figures  |       | 1       |
      And the side effects are
        | table | inserted | updated | deleted |
        | tasks | 0        | 1       | 0       |

    Scenario Outline: The new title <value> is kept as it was given (<why>)
      When Ada retitles "Import Q3 figures" to <value>
      Then the title of "Import Q3 figures" reads back as <value>

      Examples:
        | value                                | why                       |
        | "  at both ends  "                   | spaces around it          |
        | "\u00a0\u3000wide\u2003"             | other spaces around it    |
        | "Two  SPACES, mixed Case"            | spaces and case within it |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed       |
        | "x" × 199 + "y"                      | its last character        |

    Example: Several tasks are assigned to an agent
      When Ada assigns "Import Q3 figures, Tidy up" to "Scribe"
      Then these tasks are stored
        | owner | title             | agent  | version |
        | Ada   | Import Q3 figures | Scribe | 2       |
        | Ada   | Tidy up           | Scribe | 2       |
        | Bram  | Import Q4 figures |        | 1       |

    Example: A task with the largest id and the largest version is found
      Given a script has added a task "Last" of Ada's with the largest id and the largest version
      When Ada reads the task "Last"
      And Ada deletes the task "Last"
      Then Ada is not refused
      And these tasks are stored
        | title             |
        | Import Q3 figures |
        | Tidy up           |
        | Import Q4 figures |

    Example: To assign no tasks changes none
      When Ada assigns "" to "Scribe"
      Then Ada is not refused
      And nothing has changed

    Example: Assigned tasks are returned in the order in which the caller named them
      When Ada assigns "Tidy up, Import Q3 figures" to "Scribe"
      Then "Tidy up, Import Q3 figures" were returned, in this order

    Example: A task for an agent is assigned to another agent
      Given Ada has a project "q4" with an agent "Clerk"
      And Ada has a task "Sort" for "Scribe"
      When Ada assigns "Sort" to "Clerk"
      Then these tasks are stored
        | title             | agent | version |
        | Import Q3 figures |       | 1       |
        | Tidy up           |       | 1       |
        | Import Q4 figures |       | 1       |
        | Sort              | Clerk | 2       |

    Example: A task for an agent that is retitled stays with the agent
      Given Ada has a task "Sort" for "Scribe"
      When Ada retitles "Sort" to "Sort by name"
      Then these tasks are stored
        | title             | agent  | version |
        | Import Q3 figures |        | 1       |
        | Tidy up           |        | 1       |
        | Import Q4 figures |        | 1       |
        | Sort by name      | Scribe | 2       |

    Example: An assigned task is assigned to no agent
      Given Ada has a task "Sort" for "Scribe"
      When Ada assigns "Sort" to no agent
      Then these tasks are stored
        | title             | agent | version |
        | Import Q3 figures |       | 1       |
        | Tidy up           |       | 1       |
        | Import Q4 figures |       | 1       |
        | Sort              |       | 2       |

    Example: A task cannot be assigned to another tenant's agent
      Given Bram has a project "q4" with an agent "Clerk"
      When Ada assigns "Import Q3 figures" to "Clerk"
      Then Ada is refused because there is no such agent
      And nothing has changed

    Scenario Outline: A task cannot be given the title <value>
      When Ada retitles "Import Q3 figures" to <value>
      Then the title is refused because it <problem>
      And nothing has changed

      Examples:
        | value     | problem                       |
        | ""        | is blank                      |
        | "\u200b"  | is blank                      |
        | "x" × 201 | is longer than 200 characters |

  @asvs-15.4.2 @tasks-21
  Rule: A change that is based on an outdated version is refused, in every operation
    Scenario Outline: After a change by another client, this is refused: Ada <changes>
      Given Ada reads the task "Import Q3 figures"
      And another client retitles "Import Q3 figures" to "Import"
      When Ada <changes>
      Then Ada is refused because the task has changed since it was read
      And nothing has changed

      Examples:
        | changes                                                        |
        | retitles "Import Q3 figures" to "Import Q3"                    |
        | assigns "Tidy up, Import Q3 figures" to "Scribe"               |
        | deletes the task "Import Q3 figures"                           |
        | retitles all tasks in one statement, based on the version read |
        | retitles all tasks in one statement, without a version         |

    Example: The refusal names the task, and the version that was read
      Given another client retitles "Import Q3 figures" to "Imports"
      And Ada reads the task "Import Q3 figures"
      And another client retitles "Import Q3 figures" to "Import"
      When Ada deletes the task "Import Q3 figures"
      Then Ada is refused because the task has changed since it was read
      And the error says that "Import Q3 figures" has changed since version 2

    Example: An edit in place is refused if the task has changed since it was read
      When Ada edits the title of "Import Q3 figures" in place, after another client retitles it to "Import"
      Then Ada is refused because the edited row has changed since it was read
      And the error says "a row was changed since it was read; read it again"
      And these tasks are stored
        | title             | version |
        | Import            | 2       |
        | Tidy up           | 1       |
        | Import Q4 figures | 1       |

    Example: Of two tasks, each must have its own version, and not the other's
      Given Ada retitles "Tidy up" to "Sweep"
      And Ada reads the task "Import Q3 figures"
      And another client retitles "Import Q3 figures" to "Import"
      When Ada assigns "Tidy up, Import Q3 figures" to "Scribe"
      Then Ada is refused because the task has changed since it was read
      And nothing has changed

    Example: A refused change can be followed by another one in the same unit of work
      Given Ada reads the task "Import Q3 figures"
      And another client retitles "Import Q3 figures" to "Import"
      When Ada assigns "Tidy up, Import Q3 figures" to "Scribe", and after the refusal only the first of them
      Then these tasks are stored
        | title             | agent  | version |
        | Import            |        | 2       |
        | Tidy up           | Scribe | 2       |
        | Import Q4 figures |        | 1       |

    Scenario Outline: A script that sets the version to <version> is rejected (<why>)
      When a script executes "UPDATE tasks SET title = 'Import', version = <version>"
      Then the database rejects it because of an outdated version
      And nothing has changed

      Examples:
        | version     | why              |
        | version     | not incremented  |
        | 1           | a constant       |
        | version + 2 | incremented by 2 |

    Example: A change that is based on the current version is stored
      Given another client retitles "Import Q3 figures" to "Import"
      And Ada reads the task "Import Q3 figures"
      When Ada retitles "Import Q3 figures" to "Import Q3"
      Then these tasks are stored
        | title             | version |
        | Import Q3         | 3       |
        | Tidy up           | 1       |
        | Import Q4 figures | 1       |

    Example: An edit that waits for a concurrent claim is refused
      Given the first worker claims a task in an open transaction
      When Ada retitles "Import Q3 figures" to "Import Q3" concurrently
      Then Ada has to wait for the first worker
      When the first worker commits
      Then Ada is refused because a worker is processing it
      And "Import Q3 figures" is now processing

  @tasks-22
  Rule: A task in any status can be deleted, and its turns are deleted with it
    Scenario Outline: A <status> task is deleted with its turns
      Given Ada has a task "Sort" that is <status>
      And Ada says "Sort them by name" about "Sort"
      When Ada deletes the task "Sort"
      Then these tasks are stored
        | title             |
        | Import Q3 figures |
        | Tidy up           |
        | Import Q4 figures |
      And the side effects are
        | owner | table | inserted | updated | deleted |
        | Ada   | tasks | 0        | 0       | 1       |
        | Ada   | turns | 0        | 0       | 1       |

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Example: A task for an agent is deleted, and the agent stays
      Given Ada has a task "Sort" for "Scribe" that is processing
      When Ada deletes the task "Sort"
      Then these tasks are stored
        | title             |
        | Import Q3 figures |
        | Tidy up           |
        | Import Q4 figures |
      And the side effects are
        | owner | table | inserted | updated | deleted |
        | Ada   | tasks | 0        | 0       | 1       |

    Scenario Outline: A task that <is> cannot be deleted
      Given Ada deletes the task "Tidy up"
      When Ada deletes the task "<title>"
      Then Ada is refused because there is no such task
      And nothing has changed

      Examples:
        | title             | is          |
        | Tidy up           | was deleted |
        | Import Q4 figures | is Bram's   |
