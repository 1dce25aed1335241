@harness
Feature: Back to an empty database
  In order to start every scenario from the same point
  As a developer
  I want one call that empties a database, shows that it did, and never does half of it

  @harness-5
  Rule: Whatever refers to whatever, every table is empty afterwards
    Scenario Outline: Tables that are connected as <connected>
      Given a database with these tables
        | table         | refers to | special     |
        | <first table> | <its>     | <of first>  |
        | <second>      | <of it>   | <of second> |
      And each of its tables has 3 rows
      When the database is reset
      Then the reset is done
      And each of its tables is empty
      Given each of its tables has 3 rows
      When the database is reset by its owner, who has no other right
      Then the reset is done
      And each of its tables is empty

      Examples:
        | connected          | first table | its           | of first             | second      | of it       | of second            | why                                   |
        | a parent and child | people      |               |                      | tasks       | people      |                      | the ordinary case                     |
        | nothing at all     | people      |               | without a key        | tasks       |             | without a key        | rows that no key tells apart          |
        | several schemas    | shop.people |               |                      | work.tasks  | shop.people |                      | a name does for no more than a schema |
        | a strict child     | people      |               |                      | tasks       | people      | deletions restricted | parents must not go first             |
        | a cycle            | people      | tasks         |                      | tasks       | people      |                      | neither can go first                  |
        | a strict cycle     | people      | tasks         | deletions restricted | tasks       | people      | deletions restricted | neither is allowed to go first        |
        | a patient cycle    | people      | tasks         | judged at the end    | tasks       | people      | judged at the end    | it is judged within the reset         |
        | a cascade          | people      |               |                      | tasks       | people      | deletions cascade    | rows go before they are asked to      |
        | oneself            | people      | people, tasks | deletions restricted | tasks       |             |                      | a row refers to another row           |
        | partitions         | people      |               | in partitions        | tasks       | people      | in partitions        | they are emptied through their table  |
        | an odd name        | people      |               |                      | drop; tasks | people      |                      | a name is never taken for a statement |

    Example: The service's own tables, all of them
      Given everybody of a small firm has left something in every table
      When the service's own database is reset
      Then every table of the service is empty
      And the next account gets the first number

  @harness-6
  Rule: Only what is dirty is written to
    Background:
      Given a database with these tables
        | table  | refers to |
        | people |           |
        | tasks  | people    |
        | notes  |           |

    Example: A clean database, over a connection that may only read
      When the database is reset over a connection that may only read
      Then the reset is done

    Example: One table has rows, the others none
      Given "people" has 2 rows
      When the database is reset
      Then the reset is done
      And 2 rows of "people" were deleted, and no table was truncated
      And only the sequence "people_id_seq" was restarted

    Example: It works time and again
      Given the database was reset before, with a row in "people"
      And "people" has 2 rows
      When the database is reset once more
      Then the reset is done
      And each of its tables is empty

  @harness-7
  Rule: Few rows are deleted, many are truncated together with all that refers to them
    Scenario Outline: <rows> rows of tasks
      Given a database with these tables
        | table  | refers to |
        | people |           |
        | tasks  | people    |
        | notes  | tasks     |
      And "people" has 2 rows
      And "tasks" has <rows> rows
      When the database is reset
      Then the reset is done
      And the tables "<truncated>" were truncated
      And each of its tables is empty

      Examples:
        | rows | truncated    | why                                          |
        | 10   | none         | a deletion costs next to nothing             |
        | 5000 | notes, tasks | people stay out of it: they refer to nothing |

  @harness-8
  Rule: Some of the tables, with what depends on them or without
    Background:
      Given a database with these tables
        | table  | refers to |
        | people | people    |
        | tasks  | people    |
        | notes  | tasks     |
        | tags   | notes     |
        | prices |           |
      And each of its tables has 2 rows

    Example: A table that nothing refers to
      When only "tags" is reset
      Then the reset is done
      And only "tags" is empty

    Example: A table and all that depends on it, by however many steps
      When "tasks" is reset with all that depends on it
      Then the reset is done
      And only "tasks, notes, tags" is empty

    Example: Tables that together need nobody else
      When only "notes, tags" is reset
      Then the reset is done
      And only "notes, tags" is empty

    Example: A table that others refer to, without them
      When only "tasks" is reset
      Then the reset is refused because "rows of notes refer to tasks"
      And the database is as it was

    Example: Rows that could refer, but do not
      Given nobody refers to "tasks"
      When only "tasks" is reset
      Then the reset is done
      And only "tasks" is empty

    Example: A table that is not there
      When only "taks" is reset
      Then the reset is refused because "there is no table taks"
      And the database is as it was

    Example: More than a truncation is worth, but others would have to be truncated with it
      Given nobody refers to "tasks"
      And "tasks" has 1000 rows
      When only "tasks" is reset
      Then the reset is done
      And only "tasks" is empty

  @harness-9
  Rule: Tables that are to be ignored keep what they have
    Background:
      Given a database with these tables
        | table           | refers to | special       |
        | people          |           |               |
        | tasks           | people    |               |
        | prices          |           |               |
        | alembic_version |           | without a key |
      And each of its tables has 2 rows

    Example: The version table always
      When the database is reset
      Then the reset is done
      And only "people, tasks, prices" is empty

    Example: Another one by choice
      When the database is reset but for "prices"
      Then the reset is done
      And only "people, tasks" is empty
      And the sequence of "prices" is where it was

    Example: One that refers to what would go
      When the database is reset but for "tasks"
      Then the reset is refused because "rows of tasks refer to people"
      And the database is as it was

  @harness-10
  Rule: All of it is done, or nothing
    Background:
      Given a database with these tables
        | table   | refers to |
        | people  |           |
        | history | people    |
        | tasks   | history   |
      And each of its tables has 2 rows

    Example: A trigger refuses in the middle
      Given a trigger on "history", always enabled, that forbids it when a row is deleted
      When the database is reset
      Then the reset is refused because "history is kept"
      And it says to look at the trigger keeper of history
      And the database is as it was

    Example: A trigger keeps rows and says nothing
      Given a trigger on "history", always enabled, that silently keeps the row when a row is deleted
      And nobody refers to "people"
      When the database is reset
      Then the reset is refused because "still there: 2 rows in history"
      And it says to look at the trigger keeper of history
      And the database is as it was

    Example: Somebody who sees only a part of the rows
      Given row-level security hides the rows of "history"
      When the database is reset by somebody who is not let past it
      Then the reset is refused because "row-level security"
      And the database is as it was

  @harness-11
  Rule: What a trigger writes elsewhere goes too
    Example: A deletion is noted in another table
      Given a database with these tables
        | table  | refers to |
        | people |           |
        | notes  |           |
      And a trigger on "people", always enabled, that notes it elsewhere when a row is deleted
      And "people" has 2 rows
      When the database is reset
      Then the reset is done
      And each of its tables is empty
      And the next number of "notes_id_seq" is 1

  @harness-94
  Rule: What keeps the service from losing rows does not keep them from scenario to scenario
    Background:
      Given a database with these tables
        | table   | refers to |
        | people  |           |
        | history | people    |
        | notes   | history   |
      And each of its tables has 2 rows

    @requires.triggers_off
    Example: Whoever may switch triggers off does not ask them
      Given a trigger on "history" that forbids it when a row is deleted
      When the database is reset
      Then the reset is done
      And each of its tables is empty

    Example: Whoever may not is told which one it was
      Given a trigger on "history" that forbids it when a row is deleted
      When the database is reset by its owner, who has no other right
      Then the reset is refused because "history is kept"
      And it says to look at the trigger keeper of history
      And the database is as it was

    Example: Where some rows stay, triggers are asked, for foreign keys must be
      Given a trigger on "history" that forbids it when a row is deleted
      And nobody refers to "history"
      When only "history" is reset
      Then the reset is refused because "history is kept"
      And it says to look at the trigger keeper of history
      And the database is as it was

  @harness-12
  Rule: It says in a line what it did, and how long it took
    Example: Rows deleted, tables truncated, sequences restarted
      Given a database with these tables
        | table  | refers to |
        | people |           |
        | tasks  |           |
      And "people" has 2 rows
      And "tasks" has 5000 rows
      When the database is reset
      Then the reset is done
      And the log says "deleted 2 of people; truncated tasks; restarted people_id_seq, tasks_id_seq"

  @harness-13
  Rule: A database that has changed meanwhile is known as it is now
    Scenario Outline: After a first reset by <whom>, <change>
      Given a database with these tables
        | table           | refers to | special       |
        | people          |           |               |
        | tasks           | people    |               |
        | notes           |           | in partitions |
        | prices          |           |               |
        | alembic_version |           | without a key |
      And the database was reset before by <whom>, with a row in "people"
      And <change> since
      When the database is reset once more
      Then the reset is done
      And each table that is there is empty, and each sequence at its start

      Examples:
        | whom                               | change                                       |
        | the harness                        | a table with a row was added                 |
        | the harness                        | a table with a row was renamed               |
        | the harness                        | two tables changed names                     |
        | the harness                        | the version table became a table like others |
        | the harness                        | a table was dropped                          |
        | the harness                        | a parent came to need its child              |
        | the harness                        | many rows came, and a table that needs them  |
        | the harness                        | a partition with rows was detached           |
        | the harness                        | a sequence began elsewhere                   |
        | the harness                        | the connection forgot everything             |
        | somebody for whom triggers stay on | two tables changed names                     |
        | somebody for whom triggers stay on | a parent came to need its child              |
        | somebody for whom triggers stay on | many rows came, and a table that needs them  |
