@transactions
Feature: No commit leaves a rule of the database broken
  In order to find the stored data sound, whatever wrote it
  As whoever relies on what is stored
  I want every rule judged when a unit of work commits, at the latest

  Background:
    Given Ada has rows in every tenant table

  @transactions-11
  Rule: A violated constraint is refused by name, at once or at COMMIT, and undone
    Scenario Outline: In the middle of the work <something>
      When in the middle of Ada's work <something>
      Then the work is refused by the rule <rule>
      And it was refused <when>
      And nothing has changed

      Examples:
        | something                                          | rule                            | when                       |
        | something is said about a task that is not there   | fk_turns_owner_id_task_id_tasks | at once                    |
        | a task is edited to have no title                  | ck_tasks_title_form             | at once                    |
        | a second entry of an objective's history is opened | uq_objective_history_open       | at once                    |
        | an objective is edited past its history            | objectives_open_entry           | at its end, and not before |
        | an objective is stored without a history           | objectives_open_entry           | at its end, and not before |

    Example: What is sound again at the end was never refused
      When in the middle of Ada's work an objective is edited past its history, and back
      Then the work is not refused
