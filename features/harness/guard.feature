@harness
Feature: Only the harness's own databases are emptied
  In order never to lose data that somebody needs
  As whoever answers for a database
  I want the harness to refuse every database that it did not make for this very run

  @fixture.server @harness-17
  Rule: A name makes no database the harness's own
    Scenario Outline: A database called <name>
      Given somebody's database called "<name>" with a row in it
      When that database is reset
      Then the reset is refused because "the database <name> is not reset: it carries no mark of this suite: it has no comment"
      And the refusal says that nothing in it was touched
      And its row is still there

      Examples:
        | name                            | why                               |
        | app_test                        | made for tests, but not for ours  |
        | production                      | what nobody must lose             |
        | prod                            | the same, in short                |
        | app_production                  | the same, by its service          |
        | app-prod-eu                     | the same, by its place            |
        | live                            | the same, in another word         |
        | staging                         | what others work on               |
        | postgres_acceptance             | this suite's own name             |
        | acceptance_run_0123456789abcdef | called exactly as ours are called |

  @harness-18
  Rule: A comment is a mark only if it says all there is to say, and it is true
    Background:
      Given a database with these tables
        | table  | refers to |
        | people |           |
      And each of its tables has 2 rows

    Scenario Outline: A comment that <says>
      Given its comment is a mark that <says>
      When the database is reset
      Then the reset is refused because "<reason>"
      And the database is as it was

      Examples:
        | says                         | reason                                                                  |
        | is not there at all          | it carries no mark of this suite: it has no comment                     |
        | is a note of somebody        | it carries no mark of this suite: its comment says something else       |
        | is of another suite          | it carries no mark of this suite: its comment says something else       |
        | is of an older format        | it carries no mark of this suite: its comment is one of format 0, not 1 |
        | leaves the run out           | it carries no mark of this suite: its comment is not complete           |
        | says more than there is      | it carries no mark of this suite: its comment is not complete           |
        | is for an unknown purpose    | it carries no mark of this suite: its comment is not complete           |
        | is that of another database  | its mark is that of a database called app                               |
        | is that of an older database | its mark is that of an earlier database of this name                    |
        | is of a template             | by its mark it was not made for scenarios (template)                    |
        | is of a database to be kept  | by its mark it was not made for scenarios (kept)                        |

    Example: The genuine mark, so that the others are refused for what they say
      Given its comment is a mark that says what is true
      When the database is reset
      Then the reset is done
      And each of its tables is empty

    Example: A database of ours that was restored with its comment under another name
      Given it was restored with its comment under another name
      When the database is reset
      Then the reset is refused because "its mark is that of a database called acceptance_"
      And the database is as it was

    Example: A database whose mark is taken away between two resets
      Given the database was reset before, with a row in "people"
      And each of its tables has 2 rows
      And its comment is a mark that is not there at all
      When the database is reset once more
      Then the reset is refused because "it carries no mark of this suite"
      And the database is as it was

  @harness-19
  Rule: The database of another run is left alone for as long as that run goes on
    Background:
      Given a database with these tables
        | table  | refers to |
        | people |           |
      And each of its tables has 2 rows

    Example: The other run goes on
      Given the database was made by another run that is still going on
      When the database is reset
      Then the reset is refused because "by its mark it belongs to another run"
      And the database is as it was

    Example: The other run was killed
      Given the database was made by another run that was killed
      When the database is reset
      Then the reset is done
      And each of its tables is empty

  @harness-20
  Rule: A replica is left alone, whatever mark came with what it repeats
    @fixture.server
    Example: The run's own server, after it has become a replica
      Given a database with these tables
        | table  | refers to |
        | people |           |
      And each of its tables has 2 rows
      And its server has become a replica
      When the database is reset
      Then the reset is refused because "its server is a replica of another one"
      And the database is as it was
