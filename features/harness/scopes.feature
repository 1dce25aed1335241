@harness
Feature: How far scenarios share what is stored
  In order to build on what earlier examples have made, and to be troubled by nothing else
  As whoever writes criteria
  I want to say by a tag how far what is stored is shared, and to find it gone afterwards
  Each example says what it must have found, whichever of the others were run before it.

  @harness-25
  Rule: Without a tag, a scenario finds nothing that another has left
    Example: Ada comes, and nobody was there
      When Ada comes, and leaves everything that a user can own
      Then there was nothing before

    Example: Bram comes, and nobody was there
      When Bram comes, and leaves everything that a user can own
      Then there was nothing before

  @fixture.cleanup.rule @harness-26
  Rule: What a rule shares is there for all its scenarios, exactly
    Example: Ada leaves everything
      When Ada comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    Example: Bram leaves everything
      When Bram comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    Example: Whoever was here before is known again
      Given Ada was here before, or comes now
      When Ada submits one more task
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Scenario Outline: An example of its own within it: Ada <does>
      Given Ada has everything that a user can own, from before or by now
      And Bram has everything that a user can own, from before or by now
      When Ada <does>
      Then before, there was exactly what earlier examples of this rule had left

      Examples:
        | does                   | why                                                       |
        | submits one more task  | a row more                                                |
        | has the task completed | what is finished cannot be changed back, only made anew   |
        | deletes the task       | what is said about it goes with it, and events lose it    |
        | deletes the account    | all that is owned goes with it                            |
        | changes the name       | everything else leads to the row that changed             |
        | changes the objective  | its history has one open entry, which is another one then |
        | uses up numbers        | no row differs, and yet the next one would                |

    Example: Chen leaves everything
      When Chen comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

  @harness-27
  Rule: What a rule has shared is gone after it
    Example: Chen comes, and nobody was there
      When Chen comes, and leaves everything that a user can own
      Then there was nothing before

    @fixture.cleanup.scenario
    Example: Ada says so, and nobody was there
      When Ada comes, and leaves everything that a user can own
      Then there was nothing before

    Example: Dora comes, and nobody was there
      When Dora comes, and leaves everything that a user can own
      Then there was nothing before

  @fixture.cleanup.rule @harness-93
  Rule: A number that was chosen for the next is put back, though none has come out
    Example: Ada is there, and has no objective
      When Ada comes
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: The number of the first objective is chosen
      Given Ada was here before, or comes now
      When Ada chooses the number of the next objective
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.rollback
    Example: It is chosen in an example that is rolled back
      Given Ada was here before, or comes now
      When Ada chooses the number of the next objective
      Then before, there was exactly what earlier examples of this rule had left

    Example: Bram finds it as it was
      When Bram comes
      Then before, there was exactly what earlier examples of this rule had left

  @fixture.cleanup.rule @harness-28
  Rule: Ten thousand rows are shared and put back like one
    Example: Ada imports them
      Given Ada was here before, or comes now
      When Ada imports 10,000 tasks
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: All of them are deleted
      Given Ada was here before, or comes now
      When Ada deletes the account
      Then before, there was exactly what earlier examples of this rule had left

    Example: Bram comes later
      When Bram comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

  @fixture.cleanup.rule @fixture.database @harness-29
  Rule: In a database of its own, too, a rule shares what is stored, whatever leads to what
    Example: Ada is the captain of a ship
      When Ada sets sail as captain of a ship that has no other captain
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: The ships are lost
      When all ships sink, and their captains with them
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: Bram joins for a while
      When Bram sets sail as captain of a ship that has no other captain
      Then before, there was exactly what earlier examples of this rule had left

    Example: Chen is the captain of another
      When Chen sets sail as captain of a ship that has no other captain
      Then before, there was exactly what earlier examples of this rule had left

  @fixture.cleanup.rule @fixture.server @harness-30
  Rule: What a rule shares outlives a server of its own that is killed
    Example: Ada is there
      When Ada comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: Ada is gone for as long as one example lasts, which kills the server
      Given Ada has everything that a user can own, from before or by now
      And somebody else deletes Ada's account
      When the server is killed and started again
      Then before, there was exactly what earlier examples of this rule had left

    Example: Bram finds what was there
      When Bram comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

  @fixture.cleanup.run @harness-31
  Rule: What is kept to the end of the run is there for all that ask for it
    Example: Ada stays
      When Ada comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of the run had left

    @fixture.cleanup.scenario
    Example: Ada is gone for a while
      Given Ada has everything that a user can own, from before or by now
      When Ada deletes the account
      Then before, there was exactly what earlier examples of the run had left

    Example: Bram stays with her
      When Bram comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of the run had left

  @harness-32
  Rule: What is kept to the end of the run is not there for those who do not ask
    Example: Ada comes, and is alone
      When Ada comes, and leaves everything that a user can own
      Then there was nothing before
