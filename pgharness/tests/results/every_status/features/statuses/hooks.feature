Feature: Outcomes of hooks and cleanups

  @before_scenario_fails
  Scenario: before_scenario fails
    Given it passes

  @after_scenario_fails
  Scenario: after_scenario fails
    Given it passes

  @tag_fails
  Scenario: before_tag fails
    Given it passes

  Scenario: Its cleanup fails
    Given its cleanup fails
    Then it passes

  @after_scenario_fails
  Scenario: A step fails, and after_scenario
    When 3 is one

  @before_rule_fails
  Rule: before_rule fails

    Scenario: In a rule that cannot begin
      Given it passes

  @after_rule_fails
  Rule: after_rule fails

    Scenario: In a rule that cannot end
      Given it passes
