@sessions
Feature: Nothing secret is said aloud
  In order that whoever reads logs and error reports learns no password and no token
  As the operator of the service
  I want secrets in no log line, no representation and no message

  @asvs-16.2.5 @sessions-33
  Rule: No secret is written to a log, at any level, from registration to logout
    Example: Registering, logging in, failing, changing, resetting, forging, logging out
      Given everything is logged that can be logged
      When Ada lives through a whole login story
      Then what was logged holds the statements and the rows that came back
      And no password, token, hash or key is in what was logged
      And no password, token, hash or key is in what was said or shown

    Example: A row that the database refuses is not quoted
      Given everything is logged that can be logged
      When the service is made to store an account that the database refuses
      Then no password, token, hash or key is in what was logged
      And no password, token, hash or key is in what was said or shown
