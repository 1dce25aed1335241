@harness
Feature: Data that scenarios share
  In order to build on what earlier scenarios have stored
  As a developer
  I want a tag to say which scenarios share their data, and all of it removed afterwards

  @fixture.cleanup.rule @harness-26
  Rule: Scenarios of a rule share what they store
    Scenario Outline: <person> is added to the accounts of this rule
      When <person>'s account is added to the accounts of this rule
      Then exactly the accounts of this rule are stored

      Examples:
        | person |
        | Ada    |
        | Bram   |

    @fixture.rollback
    Example: A scenario that is rolled back adds nothing
      Given Chen has an account
      Then exactly the accounts of this rule and Chen's account are stored

    Example: Dora is added after Chen's scenario
      When Dora's account is added to the accounts of this rule
      Then exactly the accounts of this rule are stored

  @harness-27
  Rule: What a rule has shared is removed after it
    Example: No account is stored
      Then every table is empty
      And every sequence is at its start
