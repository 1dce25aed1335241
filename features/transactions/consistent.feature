@transactions
Feature: No commit leaves a constraint violated
  In order to rely on the stored rows, whichever program wrote them
  As a developer
  I want every constraint checked when a transaction commits, at the latest

  Background:
    Given Ada has rows in every tenant table
    And Ada has begun a transaction
    And the transaction submits "Water"

  @transactions-11
  Rule: A violated constraint is refused by name, at the statement or at COMMIT, and rolled back
    Scenario Outline: The transaction is refused at the statement if <violation>
      When <violation>
      Then the transaction is refused by the constraint <constraint>
      And the error says "the constraint '<constraint>' of the table '<table>' is violated (SQLSTATE <state>); nothing was changed, correct the value"
      And nothing has changed

      Examples:
        | violation                               | constraint                      | table             | state |
        | a turn is added to an unknown task      | fk_turns_owner_id_task_id_tasks | turns             | 23503 |
        | a task is edited to have a blank title  | ck_tasks_title_form             | tasks             | 23514 |
        | a task is edited to have no title       | title                           | tasks             | 23502 |
        | a second current history entry is added | uq_objective_history_open       | objective_history | 23505 |

    Scenario Outline: The transaction is refused at COMMIT, and not before, if <violation>
      When <violation>
      And the transaction submits "Feed"
      And the transaction commits
      Then the transaction is refused by the constraint objectives_open_entry
      And nothing has changed

      Examples:
        | violation                                   |
        | an objective is changed without its history |
        | an objective is added without a history     |

    Example: A violation that has ended by COMMIT is not refused
      When an objective is changed without its history, and back
      And the transaction commits
      Then the transaction is not refused
