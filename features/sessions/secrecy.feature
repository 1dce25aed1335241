@sessions
Feature: Secrets in logs and errors
  In order that logs and error reports disclose no password and no token
  As an operator
  I want no secret in a log line, a representation or a message

  @asvs-16.2.5 @sessions-33
  Rule: No secret is written to a log, at any level, from registration to logout
    Example: Every operation with passwords and tokens, accepted and refused
      Given every logger logs at its lowest level
      When Ada performs every operation with passwords and tokens
      Then the log contains the statements and their results
      And the log contains no password, token, hash or key
      And no result or error contains a password, token, hash or key
      And no result or error contains the id of a session

    Example: A row that the database rejects
      Given every logger logs at its lowest level
      When the database rejects an account that the service stores
      Then the log contains no password, token, hash or key
      And no result or error contains a password, token, hash or key
