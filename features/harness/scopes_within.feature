@fixture.cleanup.feature @harness
Feature: Scopes within each other
  In order to have a common ground for a feature, and more on it for one of its rules
  As whoever writes criteria
  I want a narrower scope to leave the wider one as it was, to the last value

  @harness-33
  Rule: What a feature shares is there for all its rules
    Example: Ada is there for the whole feature
      When Ada comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this feature had left

    Example: Bram is there for the whole feature
      When Bram comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this feature had left

  @fixture.cleanup.rule @harness-34
  Rule: A rule within it adds to it as long as it lasts
    Example: Chen is there for the rule
      When Chen comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

    Example: Ada has things done in the rule
      Given Ada has everything that a user can own, from before or by now
      When Ada has the task completed
      Then before, there was exactly what earlier examples of this rule had left

    @fixture.cleanup.scenario
    Example: Ada is gone as long as one example lasts
      Given Ada has everything that a user can own, from before or by now
      When Ada deletes the account
      Then before, there was exactly what earlier examples of this rule had left

    Example: Dora is there for the rule
      When Dora comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this rule had left

  @harness-35
  Rule: After a rule with a scope of its own, the feature goes on from where it was
    Example: Dora is there for the whole feature
      When Dora comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of this feature had left

    @fixture.cleanup.run
    Example: What is kept to the end of the run is another matter
      When Chen comes, and leaves everything that a user can own
      Then before, there was exactly what earlier examples of the run had left

    @fixture.database
    Example: So is a database of one's own
      When Chen comes, and leaves everything that a user can own
      Then there was nothing before
