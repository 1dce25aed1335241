@harness
Feature: The log of statements
  In order to show others what the service sends to the database
  As an author of criteria
  I want every statement written down, and no secret in it

  @asvs-16.2.5 @harness-81
  Rule: The SQL log contains no secret
    Example: Every operation with passwords and tokens, accepted and refused
      Given what is sent to the database is written down
      When Ada performs every operation with passwords and tokens
      Then no password, token, hash or key is in what was written down
