@harness
Feature: Sessions that leave nothing behind
  In order to try what I like on a database that others use as well
  As an engineer who writes tests
  I want sessions whose work is undone by itself, whatever was done in them

  Background:
    Given Ada has an account

  @harness-40
  Rule: Nothing of a session that is rolled back is left, not even what was committed in it
    Scenario Outline: A session that <work> leaves nothing
      When a session <work>
      Then it saw that Ada was called "<sees>"
      And nothing has changed

      Examples:
        | work                                                | sees     | why                                     |
        | gives a name                                        | Ada King | not committed at all                    |
        | gives a name and commits                            | Ada King | a commit only releases a savepoint      |
        | gives a name and rolls back                         | Ada      | a rollback goes back to the last commit |
        | gives a name, commits, gives another and rolls back | Ada King | and no further back                     |

    Scenario Outline: A session that <work> goes wrong and leaves nothing
      When a session <work>
      Then it is told of <trouble>
      And nothing has changed

      Examples:
        | work                                           | trouble                | why                                 |
        | gives a name and fails                         | its own failure        | an error that the database has not  |
        | gives a name, commits and fails                | its own failure        | and what was committed before it    |
        | gives a name and is refused by the database    | the database's refusal | an error of the database            |
        | gives a name, commits and loses its connection | its lost connection    | the server does the rest            |
        | gives a name, loses its connection and fails   | its own failure        | nothing hides what went wrong first |

  @harness-41
  Rule: A part of a session's work can be undone alone
    Scenario Outline: A session <work>
      When a session <work>
      Then it saw that Ada was called "Ada King"
      And nothing has changed

      Examples:
        | work                                                             | why                 |
        | gives a name, and undoes another one alone                       | the last part       |
        | gives a name in a part, and undoes another one in a part of that | parts have parts    |
        | gives a name, commits, undoes another one alone and commits      | between two commits |

  @harness-42
  Rule: What a session takes for a transaction ends with its commit
    Example: It works as a tenant, commits and goes on
      When a session works as Ada and commits
      Then it goes on as itself, for nobody, and within its own limits

  @harness-43
  Rule: A session that commits stores what others then see, and nothing by halves
    Scenario Outline: A committing session that <work>
      When a committing session <work>
      Then the account of "ada@example.org" is called "<stored>"

      Examples:
        | work                                                | stored   | why                             |
        | gives a name                                        | Ada King | the end of the block commits    |
        | gives a name, commits, gives another and rolls back | Ada King | what was committed stays        |
        | gives a name, and undoes another one alone          | Ada King | the part alone is undone        |
        | gives a name and rolls back                         | Ada      | nothing is left to be committed |

    Scenario Outline: A committing session that <work> goes wrong
      When a committing session <work>
      Then it is told of <trouble>
      And the account of "ada@example.org" is called "<stored>"

      Examples:
        | work                                | trouble             | stored   | why                                     |
        | gives a name and fails              | its own failure     | Ada      | nothing by halves                       |
        | gives a name, commits and fails     | its own failure     | Ada King | what was committed stays                |
        | gives a name and swallows a refusal | a swallowed refusal | Ada      | COMMIT would not say that it rolls back |

  @harness-44
  Rule: A failure names the scenario, the place, the statement and the reason, and no value
    Scenario Outline: <value> is refused
      When a session <mistake>
      Then the failure names this scenario, the place of the session and "<statement>"
      And it says "<reason>"
      And nothing that was to be stored is in it

      Examples:
        | value      | mistake                                  | statement            | reason                                                   |
        | An address | stores a second account with one address | INSERT INTO users    | the rule 'uq_users_email' of 'users' does not allow that |
        | A hash     | stores a password that is no hash        | INSERT INTO users    | the rule 'ck_users_password_hash_form' of 'users'        |
        | A number   | takes a password for a number            | SELECT CAST          | InvalidTextRepresentation (SQLSTATE 22P02)               |
        | A table    | asks for a table that is not there       | SELECT * FROM guests | UndefinedTable (SQLSTATE 42P01): relation "guests"       |
        | Half of it | forgets one of two values                | SELECT               | InvalidRequestError                                      |

    Scenario Outline: Nothing is refused by the database, but a session <mistake>
      When a session <mistake>
      Then the failure names this scenario and the place of the session
      And it says "<reason>"
      And nothing that was to be stored is in it

      Examples:
        | mistake                              | reason                           | why                        |
        | renames an account whose row is gone | StaleDataError: UPDATE statement | fewer rows than it had     |
        | takes two rows for one               | MultipleResultsFound: Multiple   | more than it had           |
        | stores what is no account            | UnmappedInstanceError            | what it is it does not say |

  @harness-45
  Rule: A session gives its connection back, however it ends
    Scenario Outline: The next session works after one that <work>
      When a session <work>, and the next one has only its connection
      Then it saw that Ada was called "Ada"

      Examples:
        | work                                           | why                              |
        | gives a name and commits                       | the outer transaction has ended  |
        | gives a name and fails                         | by an error of its own           |
        | gives a name and is refused by the database    | in a transaction that is aborted |
        | gives a name and swallows a refusal            | and nobody was told              |
        | gives a name, commits and loses its connection | another one comes in its place   |

  @harness-46
  Rule: When sessions are closed, the server knows none of their connections
    Example: After all kinds of errors, and with one session open
      When of a session after the other each has ended in another way, and one is still open
      Then the server knows no connection of theirs
      And nothing has changed
