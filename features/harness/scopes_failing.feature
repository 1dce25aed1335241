@harness
Feature: Scopes that do not end well
  In order to trust what comes after a failure
  As whoever reads the results
  I want a failed clean-up to be told by whom and of what, and nothing else to suffer from it

  @harness-36
  Rule: After a failed scenario and after a failed hook, what is left is removed as ever
    Example: Scenarios fail in the middle, and the ones after them find nothing of theirs
      When this suite is run
        """
        Feature: Nothing is shared
          Example: It fails in the middle
            When Ada comes
            Then before, there was exactly what earlier examples of this rule had left

          @fixture.cleanup.scenario
          Example: Another one finds nothing
            When Ada comes
            Then there was nothing before

          @fixture.cleanup.scenario
          Example: It fails, too
            When Ada comes
            Then before, there was exactly what earlier examples of this rule had left

          Example: The last one finds nothing
            When Ada comes
            Then there was nothing before
        """
      Then the run fails, and its report says
        | scenario                   | verdict | because                     |
        | It fails in the middle     | failure | no rule around this example |
        | Another one finds nothing  | passed  |                             |
        | It fails, too              | failure | no rule around this example |
        | The last one finds nothing | passed  |                             |

    Example: Hooks and scenarios fail within a rule that shares
      Given a hook fails before "It stumbles at its start"
      And a hook fails after "It stumbles at its end"
      When this suite is run
        """
        Feature: Something is shared
          @fixture.cleanup.rule
          Rule: It is shared here
            Example: Ada is first
              When Ada comes
              Then before, there was exactly what earlier examples of this rule had left

            @fixture.cleanup.scenario
            Example: It stumbles at its start
              When Bram comes
              Then before, there was exactly what earlier examples of this rule had left

            @fixture.cleanup.scenario
            Example: It stumbles at its end
              When Bram comes
              Then before, there was exactly what earlier examples of this rule had left

            @fixture.cleanup.scenario
            Example: It fails
              When Bram comes
              Then there was nothing before

            Example: Chen is last, and fails
              When Chen comes
              Then before, there was exactly what earlier examples of this rule had left
              And there was nothing before

          Rule: It is gone here
            Example: Nobody was there
              When Ada comes
              Then there was nothing before
        """
      Then the run fails, and its report says
        | scenario                 | verdict | because                                    |
        | Ada is first             | passed  |                                            |
        | It stumbles at its start | error   | the hook before 'It stumbles at its start' |
        | It stumbles at its end   | error   | the hook after 'It stumbles at its end'    |
        | It fails                 | failure | users: 1, not 0                            |
        | Chen is last, and fails  | failure | users: 1, not 0                            |
        | Nobody was there         | passed  |                                            |

    Scenario Outline: A hook fails <when> a rule that shares, which takes nothing else along
      Given a hook fails <when> "It is shared here"
      When this suite is run
        """
        @fixture.cleanup.feature
        Feature: Something is shared
          Example: Ada is there for the whole feature
            When Ada comes
            Then before, there was exactly what earlier examples of this feature had left

          @fixture.cleanup.rule
          Rule: It is shared here
            Example: Bram is there for the rule
              When Bram comes
              Then before, there was exactly what earlier examples of this rule had left

            Example: Chen is there for the rule
              When Chen comes
              Then before, there was exactly what earlier examples of this rule had left

          Rule: It goes on here
            Example: Dora finds Ada alone
              When Dora comes
              Then before, there was exactly what earlier examples of this feature had left

        Feature: Nothing is shared
          Example: Nobody was there
            When Ada comes
            Then there was nothing before
        """
      Then the run fails, and its report says
        | scenario                           | verdict | because                             |
        | Ada is there for the whole feature | passed  |                                     |
        | Bram is there for the rule         | <first> | <of the first>                      |
        | Chen is there for the rule         | error   | the hook <when> 'It is shared here' |
        | Dora finds Ada alone               | passed  |                                     |
        | Nobody was there                   | passed  |                                     |

      Examples:
        | when   | first  | of the first                        | why                         |
        | before | error  | the hook before 'It is shared here' | nobody has been in it       |
        | after  | passed |                                     | all of them have been in it |

    Scenario Outline: A hook fails <when> a feature that shares <how far>
      Given a hook fails <when> "Something is shared"
      When this suite is run
        """
        @fixture.cleanup.<width>
        Feature: Something is shared
          Example: Ada is first
            When Ada comes
            Then before, there was exactly what earlier examples of <how far> had left

          Example: Bram is last
            When Bram comes
            Then before, there was exactly what earlier examples of <how far> had left

        Feature: Nothing is shared
          Example: Nobody was there
            When Ada comes
            Then there was nothing before

          @fixture.cleanup.run
          Example: But in what is kept to the end of the run
            When Chen comes
            Then before, there was exactly what earlier examples of the run had left
        """
      Then the run fails, and its report says
        | scenario                                  | verdict | because                               |
        | Ada is first                              | <first> | <of the first>                        |
        | Bram is last                              | error   | the hook <when> 'Something is shared' |
        | Nobody was there                          | passed  |                                       |
        | But in what is kept to the end of the run | passed  |                                       |

      Examples:
        | when   | width   | how far      | first  | of the first                          | why                                   |
        | before | feature | this feature | error  | the hook before 'Something is shared' | nobody has been in it                 |
        | after  | feature | this feature | passed |                                       | both have been in it, and are gone    |
        | before | run     | the run      | error  | the hook before 'Something is shared' | the next who asks is the first        |
        | after  | run     | the run      | passed |                                       | both stay, for those who ask for them |

  @harness-37
  Rule: A clean-up that fails is an error that says what is left, and what comes next is clean
    Example: Nothing is shared
      When this suite is run
        """
        Feature: Nothing is shared
          Example: What Ada leaves cannot be removed
            Given the database keeps all projects against everybody's will
            When Ada comes, and leaves everything that a user can own
            Then there was nothing before

          @fixture.cleanup.scenario
          Example: Bram finds nothing, and cannot be removed
            Given the database keeps all users against everybody's will
            When Bram comes
            Then there was nothing before

          Example: Chen finds nothing
            When Chen comes
            Then there was nothing before
        """
      Then the run fails, and its report says
        | scenario                                  | verdict | because                       |
        | What Ada leaves cannot be removed         | error   | projects: 1 instead of 0 rows |
        | Bram finds nothing, and cannot be removed | error   | users: 1 instead of 0 rows    |
        | Chen finds nothing                        | passed  |                               |

    Example: A rule shares, and so does its last scenario alone
      When this suite is run
        """
        Feature: Something is shared
          @fixture.cleanup.rule
          Rule: It is shared here
            Example: Ada is first
              When Ada comes
              Then before, there was exactly what earlier examples of this rule had left

            @fixture.cleanup.scenario
            Example: What Bram leaves cannot be removed
              Given the database keeps all users against everybody's will
              When Bram comes
              Then before, there was exactly what earlier examples of this rule had left

            Example: Chen finds Ada alone
              When Chen comes
              Then before, there was exactly what earlier examples of this rule had left

            Example: What they have left cannot be removed
              Given the database keeps all users against everybody's will
              When Dora comes
              Then before, there was exactly what earlier examples of this rule had left

          Rule: Nothing is shared here
            Example: Nobody was there
              When Ada comes
              Then there was nothing before
        """
      Then the run fails, and its report says
        | scenario                              | verdict | because                    |
        | Ada is first                          | passed  |                            |
        | What Bram leaves cannot be removed    | error   | users: 2 instead of 1 rows |
        | Chen finds Ada alone                  | passed  |                            |
        | What they have left cannot be removed | error   | users: 3 instead of 0 rows |
        | Nobody was there                      | passed  |                            |

    Example: A feature shares, and a rule in it
      When this suite is run
        """
        @fixture.cleanup.feature
        Feature: Something is shared
          Example: Ada is first
            When Ada comes
            Then before, there was exactly what earlier examples of this feature had left

          @fixture.cleanup.rule
          Rule: It is shared here
            Example: What Bram leaves in the rule cannot be removed
              Given the database keeps all users against everybody's will
              When Bram comes
              Then before, there was exactly what earlier examples of this rule had left

          Rule: It is not shared here
            Example: What all have left cannot be removed
              Given the database keeps all users against everybody's will
              When Chen comes
              Then before, there was exactly what earlier examples of this feature had left
        """
      Then the run fails, and its report says
        | scenario                                       | verdict | because                    |
        | Ada is first                                   | passed  |                            |
        | What Bram leaves in the rule cannot be removed | error   | users: 2 instead of 1 rows |
        | What all have left cannot be removed           | error   | users: 2 instead of 0 rows |
