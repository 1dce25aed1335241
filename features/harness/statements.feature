@harness
Feature: The log of statements
  In order to show others what the service sends to the database
  As an author of criteria
  I want every statement written down, and no secret in it

  @asvs-16.2.5 @harness-81
  Rule: The SQL log contains no secret
    Example: A whole login story, with every password, token and hash in it
      Given what is sent to the database is written down
      When Ada lives through a whole login story
      Then no password, token, hash or key is in what was written down
