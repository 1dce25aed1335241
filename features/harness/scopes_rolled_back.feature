@harness
Feature: Scopes with examples that are rolled back
  In order to try something on what others share, in the time that a rollback takes
  As whoever writes criteria
  I want a rolled-back example to find all that is shared, and to add nothing to it

  @fixture.cleanup.rule @harness-90
  Rule: A rolled-back example finds what its rule shares, and leaves it as it was
    Example: Ada is there for the rule
      When Ada comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.rollback
    Scenario Outline: As long as one example lasts, Ada <does>
      Given Ada has everything that a user can own, from before or by now
      When Ada <does>
      Then before, there was exactly what earlier examples of this rule had left

      Examples:
        | does                  | why                                                    |
        | submits one more task | a row more                                             |
        | changes the name      | everything else leads to the row that changed          |
        | deletes the account   | all that is owned goes with it                         |
        | uses up numbers       | no rollback takes them back, and yet the next are free |

    @fixture.rollback
    Example: Bram comes for as long as one example lasts
      When Bram comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    Example: Chen finds nothing of all that
      When Chen comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

  @fixture.cleanup.rule @harness-91
  Rule: A rolled-back example may be the first in its rule, and begin what the others share
    @fixture.rollback
    Example: Bram comes before everybody else
      When Bram comes, and leaves everything that a user can own
      Then there was nothing before

    Example: Ada is the first to be there for the rule
      When Ada comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.rollback
    Example: Dora comes after everybody else
      When Dora comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

  @harness-92
  Rule: What rules have shared is gone after them, also where the last example was rolled back
    Example: Chen comes, and nobody was there
      When Chen comes, and leaves everything that a user can own
      Then there was nothing before
