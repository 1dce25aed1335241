@tasks
Feature: Editing and deleting tasks
  In order to put a task right before somebody starts on it
  As somebody who has submitted it
  I want to change it without undoing what others have changed

  Background:
    Given Ada has an account
    And Bram has an account
    And Ada has a project "q3" with an agent "Scribe"
    And Ada has a task "Import Q3 figures"
    And Ada has a task "Tidy up"
    And Bram has a task "Import Q4 figures"

  @tasks-20
  Rule: A change is stored, increments the version, and touches nothing else
    Example: Ada gives a task another title
      When Ada retitles "Import Q3 figures" to "Import all figures"
      Then these tasks are stored
        | owner | title              | agent | version |
        | Ada   | Import all figures |       | 2       |
        | Ada   | Tidy up            |       | 1       |
        | Bram  | Import Q4 figures  |       | 1       |

    Example: Ada hands several tasks to an agent
      When Ada assigns "Import Q3 figures, Tidy up" to "Scribe"
      Then these tasks are stored
        | owner | title             | agent  | version |
        | Ada   | Import Q3 figures | Scribe | 2       |
        | Ada   | Tidy up           | Scribe | 2       |
        | Bram  | Import Q4 figures |        | 1       |

    Example: Ada takes a task away from an agent
      Given Ada has a task "Sort" for "Scribe"
      When Ada assigns "Sort" to anybody
      Then these tasks are stored
        | title             | agent | version |
        | Import Q3 figures |       | 1       |
        | Tidy up           |       | 1       |
        | Import Q4 figures |       | 1       |
        | Sort              |       | 2       |

    Example: A task is only handed to an agent of one's own
      Given Bram has a project "q4" with an agent "Clerk"
      When Ada assigns "Import Q3 figures" to "Clerk"
      Then Ada is refused because there is no such agent
      And nothing has changed

    Scenario Outline: A task cannot be given the title <value>
      When Ada retitles "Import Q3 figures" to the title <value>
      Then the title is refused because it <problem>
      And nothing has changed

      Examples:
        | value     | problem                       |
        | ""        | is blank                      |
        | "\u200b"  | is blank                      |
        | "x" × 201 | is longer than 200 characters |

  @asvs-15.4.2 @tasks-21
  Rule: A change that is based on an outdated version is refused, in every operation
    Scenario Outline: Somebody else changed the task before Ada <changes>
      Given Ada is looking at the task "Import Q3 figures"
      And somebody else retitles "Import Q3 figures" to "Import"
      When Ada <changes>
      Then Ada is refused because the task has changed since it was read
      And nothing has changed

      Examples:
        | changes                                          | why                              |
        | retitles "Import Q3 figures" to "Import Q3"      | one task                         |
        | assigns "Tidy up, Import Q3 figures" to "Scribe" | several at once: all or none     |
        | deletes the task "Import Q3 figures"             | gone is changed, too             |
        | makes a bulk change that rests on her reading    | a statement past every operation |
        | makes a bulk change without counting it          | likewise, by somebody in a hurry |

    Example: Somebody else changed the task while Ada edited it in place
      When Ada edits "Import Q3 figures" in place, and somebody else retitles it meanwhile
      Then Ada is refused because the edited row has changed since it was read
      And the task is stored as somebody else has left it

    Example: A change that was refused can be followed by others
      Given Ada is looking at the task "Import Q3 figures"
      And somebody else retitles "Import Q3 figures" to "Import"
      When Ada assigns "Tidy up, Import Q3 figures" to "Scribe", and then only the first of them
      Then these tasks are stored
        | title             | agent  | version |
        | Import            |        | 2       |
        | Tidy up           | Scribe | 2       |
        | Import Q4 figures |        | 1       |

    Scenario Outline: A script that <does> is refused
      When a script <does>
      Then the database refuses it because the task has changed since it was read
      And nothing has changed

      Examples:
        | does                                                     |
        | retitles all tasks without counting the change           |
        | retitles all tasks as if it had seen the version before  |
        | retitles all tasks as if it had seen the version to come |

    Example: After reading again, the change goes through
      Given somebody else retitles "Import Q3 figures" to "Import"
      And Ada is looking at the task "Import Q3 figures"
      When Ada retitles "Import Q3 figures" to "Import Q3"
      Then these tasks are stored
        | title             | version |
        | Import Q3         | 3       |
        | Tidy up           | 1       |
        | Import Q4 figures | 1       |

    Example: Of two changes at once, the second is refused
      Given the first worker has begun to claim a task
      When Ada retitles "Import Q3 figures" to "Import Q3" at the same time
      Then Ada has to wait for the first worker
      When the first worker commits
      Then Ada is refused because a worker is processing it
      And "Import Q3 figures" is now processing

  @tasks-22
  Rule: A task in any status can be deleted, and its turns are deleted with it
    Scenario Outline: Ada deletes a <status> task
      Given Ada has a task "Sort" that is <status>
      And "Sort them by name" was said about "Sort"
      When Ada deletes the task "Sort"
      Then the task "Sort" is gone, and what was said about it
      And no other user's rows have changed
      And these tasks are stored
        | title             |
        | Import Q3 figures |
        | Tidy up           |
        | Import Q4 figures |

      Examples:
        | status     |
        | pending    |
        | processing |
        | completed  |
        | failed     |

    Scenario Outline: A task that <is> cannot be deleted
      Given Ada has deleted the task "Tidy up"
      When Ada deletes the task "<title>"
      Then Ada is refused because there is no such task
      And nothing has changed

      Examples:
        | title             | is          |
        | Tidy up           | is gone     |
        | Import Q4 figures | is not hers |
