@harness
Feature: Asynchronous sessions keep the same promises
  In order to test asynchronous code on the database that all other tests use
  As an engineer who writes tests
  I want asynchronous sessions that are undone in the same way, on the same data

  Background:
    Given Ada has an account

  @harness-50
  Rule: Nothing of an asynchronous session that is rolled back is left
    Scenario Outline: An asynchronous session that <work> leaves nothing
      When an asynchronous session <work>
      Then it saw that Ada was called "Ada King"
      And nothing has changed

      Examples:
        | work                                                        | why                          |
        | gives a name and commits                                    | a savepoint is released only |
        | gives a name, commits, gives another and rolls back         | back to the last commit      |
        | gives a name, commits, undoes another one alone and commits | a part undone                |

    Scenario Outline: An asynchronous session that <work> goes wrong and leaves nothing
      When an asynchronous session <work>
      Then it is told of <trouble>
      And nothing has changed

      Examples:
        | work                                           | trouble                | why                                 |
        | gives a name, commits and fails                | its own failure        | an error of its own                 |
        | gives a name and is refused by the database    | the database's refusal | an error of the database's          |
        | gives a name, commits and loses its connection | its lost connection    | the server does the rest            |
        | gives a name, loses its connection and fails   | its own failure        | nothing hides what went wrong first |

    Example: It works as a tenant, commits and goes on
      When an asynchronous session works as Ada and commits
      Then it goes on as itself, for nobody, and within its own limits

  @harness-51
  Rule: Sessions of both kinds see what is committed, and of each other nothing else
    Example: Both are open at once
      Given Bram has an account
      When a session and an asynchronous one are open at once, and each commits a name
      Then each saw this
        | session             | Ada      | Bram      |
        | a session           | Ada King | Bram      |
        | an asynchronous one | Ada      | Bram King |
      And nothing has changed

    Scenario Outline: What <kind> stores, the other kind reads
      When <kind> gives a name, and one of the other kind asks for it
      Then it saw that Ada was called "Ada King"

      Examples:
        | kind                               | why       |
        | a committing session               | one way   |
        | an asynchronous committing session | the other |

  @harness-52
  Rule: An asynchronous session that commits stores nothing by halves
    Scenario Outline: An asynchronous committing session that <work>
      When an asynchronous committing session <work>
      Then it is told of <trouble>
      And the account of "ada@example.org" is called "<stored>"

      Examples:
        | work                                | trouble             | stored   | why                                     |
        | gives a name and fails              | its own failure     | Ada      | nothing by halves                       |
        | gives a name, commits and fails     | its own failure     | Ada King | what was committed stays                |
        | gives a name and swallows a refusal | a swallowed refusal | Ada      | COMMIT would not say that it rolls back |

  @harness-53
  Rule: An asynchronous failure says as much, and every connection is given back
    Example: An address is stored a second time
      When an asynchronous session stores a second account with one address
      Then the failure names this scenario, the place of the session and "INSERT INTO users"
      And it says "the rule 'uq_users_email' of 'users' does not allow that"
      And nothing that was to be stored is in it

    Scenario Outline: The next asynchronous session works after one that <work>
      When an asynchronous session <work>, and the next one has only its connection
      Then it saw that Ada was called "Ada"

      Examples:
        | work                                           | why                              |
        | gives a name and is refused by the database    | in a transaction that is aborted |
        | gives a name, commits and loses its connection | another one comes in its place   |

    Example: After all kinds of errors, and with one session open
      When of an asynchronous session after the other each has ended in another way, and one is still open
      Then the server knows no connection of theirs
      And nothing has changed
