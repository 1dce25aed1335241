@accounts
Feature: The beginning
  In order that nobody gets in by an account that everybody knows of
  As the operator of the service
  I want a new installation to know nobody

  @accounts-22 @asvs-6.3.2
  Rule: A new installation has no accounts
    @fixture.database
    Example: Right after the migrations
      Then there are 0 accounts
