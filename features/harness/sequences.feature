@harness
Feature: Numbers start anew
  In order to know which numbers a scenario will see
  As a developer
  I want every sequence to begin where it was made to begin

  @harness-14
  Rule: Every kind of sequence begins anew
    Example: Sequences of all kinds, each after some numbers
      Given a database with these sequences, and numbers drawn from them
        | sequence | kind                              | drawn |
        | a        | an identity                       | 2     |
        | b        | a serial                          | 2     |
        | c        | one by itself                     | 2     |
        | d        | one by itself                     | 1     |
        | e        | in steps of 5                     | 3     |
        | f        | downwards                         | 4     |
        | g        | downwards, from 50 in steps of 10 | 2     |
        | h        | from below zero                   | 2     |
        | i        | from 1 to 3 and round again       | 3     |
        | j        | from 1 to 3 and round again       | 4     |
        | k        | from 1 to 3 and no further        | 3     |
        | l        | smallint                          | 2     |
      When the database is reset
      Then the reset is done
      And the next numbers are
        | sequence | next  | why                                    |
        | a        | 7     | it belongs to a column                 |
        | b        | 1     | it belongs to a column, by its default |
        | c        | 100   | it belongs to nobody                   |
        | d        | 100   | its first number counts                |
        | e        | 10    | it did not begin at 1                  |
        | f        | -1    | the highest is the first               |
        | g        | 50    | neither the highest nor the lowest     |
        | h        | -5    | the lowest is the first                |
        | i        | 1     | at its end                             |
        | j        | 1     | it has come round to its start         |
        | k        | 1     | nothing would come out any more        |
        | l        | 32000 | a start of its own                     |

    Example: One that was only put somewhere else
      Given a database with these sequences, and numbers drawn from them
        | sequence | kind          | drawn |
        | tickets  | one by itself | 0     |
      And "tickets" was put to 500, with no number drawn from it
      When the database is reset
      Then the reset is done
      And the next number of "tickets" is 100

  @harness-15
  Rule: Numbers that somebody has taken in advance do not come out any more
    Example: An open connection has a block of 20
      Given a database with these sequences, and numbers drawn from them
        | sequence | kind                       | drawn |
        | tickets  | handed out in blocks of 20 | 2     |
      When the database is reset
      Then the reset is done
      And the next number of "tickets" is 1 in the same connection

  @harness-16
  Rule: Only what has moved is restarted, and of a choice only what belongs to it
    Background:
      Given a database with these tables
        | table  | refers to |
        | people |           |
        | tasks  |           |
      And a sequence "receipts" that belongs to no table

    Example: Nothing but a number was drawn
      Given a number was drawn from "receipts"
      When the database is reset
      Then the reset is done
      And only the sequence "receipts" was restarted

    Example: The sequence of a table that was not chosen
      Given each of its tables has 2 rows
      And a number was drawn from "receipts"
      When only "tasks" is reset
      Then the reset is done
      And only the sequence "tasks_id_seq" was restarted
      And the next number of "people_id_seq" is 3
