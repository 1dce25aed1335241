@workspace
Feature: Deleting projects, agents, tasks and turns
  In order to remove work without losing the record of what happened
  As a tenant
  I want a row to be deleted with all that belongs to it, and its events to stay

  Background:
    Given Ada has an account
    And Bram has an account
    And Ada has a complete workspace
    And Bram has a complete workspace

  @workspace-9
  Rule: Deleting a parent deletes its children; events stay and lose the reference
    Example: A project is deleted with its agents, their tasks and their turns
      When Ada deletes the project "ada-project"
      Then Ada has these events
        | type        | project | agent | task | turn |
        | project.ada |         |       |      |      |
        | agent.ada   |         |       |      |      |
        | task.ada    |         |       |      |      |
        | turn.ada    |         |       |      |      |
        | all.ada     |         |       |      |      |
      And the side effects are
        | owner | table    | inserted | updated | deleted |
        | Ada   | projects | 0        | 0       | 1       |
        | Ada   | agents   | 0        | 0       | 1       |
        | Ada   | tasks    | 0        | 0       | 1       |
        | Ada   | turns    | 0        | 0       | 1       |
        | Ada   | events   | 0        | 5       | 0       |

    Example: An agent is deleted with its tasks and their turns
      When Ada deletes the agent "Ada's agent"
      Then Ada has these events
        | type        | project | agent | task | turn |
        | project.ada | there   |       |      |      |
        | agent.ada   |         |       |      |      |
        | task.ada    |         |       |      |      |
        | turn.ada    |         |       |      |      |
        | all.ada     | there   |       |      |      |
      And the side effects are
        | owner | table  | inserted | updated | deleted |
        | Ada   | agents | 0        | 0       | 1       |
        | Ada   | tasks  | 0        | 0       | 1       |
        | Ada   | turns  | 0        | 0       | 1       |
        | Ada   | events | 0        | 4       | 0       |

    Example: A task is deleted with its turns
      When Ada deletes the task "Ada's task"
      Then Ada has these events
        | type        | project | agent | task | turn |
        | project.ada | there   |       |      |      |
        | agent.ada   |         | there |      |      |
        | task.ada    |         |       |      |      |
        | turn.ada    |         |       |      |      |
        | all.ada     | there   | there |      |      |
      And the side effects are
        | owner | table  | inserted | updated | deleted |
        | Ada   | tasks  | 0        | 0       | 1       |
        | Ada   | turns  | 0        | 0       | 1       |
        | Ada   | events | 0        | 3       | 0       |

    Example: A turn is deleted by a script
      When a script executes "DELETE FROM turns WHERE text LIKE 'Ada%'"
      Then Ada has these events
        | type        | project | agent | task  | turn |
        | project.ada | there   |       |       |      |
        | agent.ada   |         | there |       |      |
        | task.ada    |         |       | there |      |
        | turn.ada    |         |       |       |      |
        | all.ada     | there   | there | there |      |
      And the side effects are
        | owner | table  | inserted | updated | deleted |
        | Ada   | turns  | 0        | 0       | 1       |
        | Ada   | events | 0        | 2       | 0       |

    Scenario Outline: The <row> "<name>", which <is>, cannot be deleted
      Given Ada deletes the project "ada-project"
      When Ada deletes the <row> "<name>"
      Then Ada is refused because there is no such <row>
      And nothing has changed

      Examples:
        | row     | name         | is          |
        | project | ada-project  | was deleted |
        | project | bram-project | is Bram's   |
        | agent   | Ada's agent  | was deleted |
        | agent   | Bram's agent | is Bram's   |

  @workspace-10
  Rule: Deleting an account deletes all rows of its owner, and no other tenant's
    Example: An account is deleted with all its rows
      When Ada deletes her account
      Then no table holds anything of Ada's
      And the side effects are
        | owner | table             | inserted | updated | deleted |
        | Ada   | users             | 0        | 0       | 1       |
        | Ada   | projects          | 0        | 0       | 1       |
        | Ada   | agents            | 0        | 0       | 1       |
        | Ada   | tasks             | 0        | 0       | 1       |
        | Ada   | turns             | 0        | 0       | 1       |
        | Ada   | events            | 0        | 0       | 5       |
        | Ada   | objectives        | 0        | 0       | 1       |
        | Ada   | objective_history | 0        | 0       | 1       |
