@harness
Feature: The log of statements
  In order to show others what the service sends to the database
  As a developer
  I want every statement logged, and no secret

  @asvs-16.2.5 @harness-81
  Rule: The SQL log contains no secret
    Example: Registrations, logins and changes of passwords are logged
      Given the SQL log is on
      When Ada performs every operation with passwords and tokens
      Then the SQL log contains no password, token, hash or key
