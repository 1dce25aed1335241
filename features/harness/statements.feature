@harness
Feature: Reading along what is sent to the database
  In order to see why a scenario fails, waits or is slow
  As somebody who writes criteria
  I want every statement of the service written down, and nothing that is nobody's business

  @harness-80
  Rule: Every statement is written down under the scenario's name, with who sent it
    Example: A unit of work from its beginning to its end
      Given Ada has an account
      And what is sent to the database is written down
      When Ada submits "Import Q3 figures" with {"rows": 1200}
      Then the scenario's name stands above what was written down
      And every statement was written down, in order, from BEGIN to COMMIT

    Example: Of two at the same time it can be seen who sent what
      Given Ada has an account
      And Bram has an account
      And what is sent to the database is written down
      And Ada has begun to rename Ada's account to "Ada King"
      When Bram renames Ada's account to "Ada Byron" at the same time
      Then Bram has to wait for Ada
      And the last statement that was written down is Bram's, "UPDATE users"

    Example: A refusal of the database can be seen, and that all was undone
      Given Ada has an account
      And Bram has an account
      And what is sent to the database is written down
      When Ada changes her address to "bram@example.org"
      Then Ada is refused because the address is already registered
      And what was written down ends with "-- UniqueViolation (23505)" and "ROLLBACK"

  @asvs-16.2.5 @harness-81
  Rule: Nothing secret is written down
    Example: A whole login story, with every password, token and hash in it
      Given what is sent to the database is written down
      When Ada lives through a whole login story
      Then no password, token, hash or key is in what was written down
