@workspace
Feature: Deleting what has others belonging to it
  In order to tidy up without losing track
  As somebody whose agents have done a lot
  I want what belongs to a thing to go with it, and what has happened to stay

  Background:
    Given Ada has an account
    And Bram has an account
    And everything of Ada's is there
    And everything of Bram's is there

  @workspace-9
  Rule: Deleting a parent deletes its children; events stay and lose the reference
    Example: Ada deletes a project
      When Ada deletes the project "ada-project"
      Then this is left of Ada's
        | projects | agents | tasks | turns |
        | 0        | 0      | 0     | 0     |
      And these are Ada's events
        | type        | project | agent | task | turn |
        | project.ada |         |       |      |      |
        | agent.ada   |         |       |      |      |
        | task.ada    |         |       |      |      |
        | turn.ada    |         |       |      |      |
        | all.ada     |         |       |      |      |
      And no other user's rows have changed

    Example: Ada deletes an agent
      When Ada deletes the agent "Ada's agent"
      Then this is left of Ada's
        | projects | agents | tasks | turns |
        | 1        | 0      | 0     | 0     |
      And these are Ada's events
        | type        | project | agent | task | turn |
        | project.ada | there   |       |      |      |
        | agent.ada   |         |       |      |      |
        | task.ada    |         |       |      |      |
        | turn.ada    |         |       |      |      |
        | all.ada     | there   |       |      |      |
      And no other user's rows have changed

    Example: Ada deletes a task
      When Ada deletes the task "Ada's task"
      Then this is left of Ada's
        | projects | agents | tasks | turns |
        | 1        | 1      | 0     | 0     |
      And these are Ada's events
        | type        | project | agent | task | turn |
        | project.ada | there   |       |      |      |
        | agent.ada   |         | there |      |      |
        | task.ada    |         |       |      |      |
        | turn.ada    |         |       |      |      |
        | all.ada     | there   | there |      |      |
      And no other user's rows have changed

    Example: A script deletes a turn
      When a script deletes Ada's turns
      Then this is left of Ada's
        | projects | agents | tasks | turns |
        | 1        | 1      | 1     | 0     |
      And these are Ada's events
        | type        | project | agent | task  | turn |
        | project.ada | there   |       |       |      |
        | agent.ada   |         | there |       |      |
        | task.ada    |         |       | there |      |
        | turn.ada    |         |       |       |      |
        | all.ada     | there   | there | there |      |
      And no other user's rows have changed

    Scenario Outline: <what> that <is> cannot be deleted
      Given Ada has deleted the project "ada-project"
      When Ada deletes the <thing>
      Then Ada is refused because there is no such <kind>
      And nothing has changed

      Examples:
        | what      | thing                  | kind    | is          |
        | A project | project "ada-project"  | project | is gone     |
        | A project | project "bram-project" | project | is not hers |
        | An agent  | agent "Ada's agent"    | agent   | is gone     |
        | An agent  | agent "Bram's agent"   | agent   | is not hers |

  @workspace-10
  Rule: Deleting an account deletes all rows of its owner, and no other tenant's
    Example: Ada deletes her account
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed
