@accounts
Feature: A new installation
  In order that no account with a known password exists
  As an operator
  I want a new installation to have no accounts

  @accounts-22 @asvs-6.3.2
  Rule: A new installation has no accounts
    @fixture.database
    Example: There are no accounts after the migrations
      Then there are 0 accounts
