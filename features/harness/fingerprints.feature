@harness
Feature: Fingerprints of all that is stored
  In order to say that nothing has changed, and to see at once what has
  As an author of criteria
  I want a digest of every table that changes with any value and with nothing else

  @harness-72
  Rule: It changes with any value, however much it looks like another
    Scenario Outline: A value and what it is not
      Given a sample of <kind> that is <one>
      When it becomes <other>
      Then the fingerprint is another

      Examples:
        | kind  | one                   | other                           | why                      |
        | text  | nothing               | ""                              | NULL and empty text      |
        | text  | nothing               | "NULL"                          | NULL and its name        |
        | text  | "a"                   | "a "                            | a space at the end       |
        | text  | "\u00e9"              | "e\u0301"                       | one letter to the eye    |
        | list  | "{}"                  | nothing                         | no elements, and no list |
        | list  | "{NULL}"              | "{\"NULL\"}"                    | an element that is NULL  |
        | list  | "{\"a,b\"}"           | "{a,b}"                         | where an element ends    |
        | list  | "{a,b}"               | "{b,a}"                         | the order of elements    |
        | JSON  | "1"                   | "\"1\""                         | a number, and its text   |
        | JSON  | "null"                | nothing                         | two kinds of nothing     |
        | JSON  | "{\"a\": null}"       | "{}"                            | a member that is null    |
        | float | "0.1"                 | "0.10000000000000002"           | the last bit             |
        | float | "0"                   | "-0"                            | the sign of zero         |
        | float | "NaN"                 | "Infinity"                      | what is no number        |
        | time  | "2026-03-02 12:00+00" | "2026-03-02 12:00:00.000001+00" | a microsecond            |
        | time  | "2026-03-02 12:00+00" | "2026-03-02 12:00+01"           | the same hour elsewhere  |
        | time  | "2026-10-25 00:30+00" | "2026-10-25 01:30+00"           | an hour that comes twice |
        | truth | "no"                  | nothing                         | false and NULL           |
        | bytes | "\\x00"               | "\\x0000"                       | one zero byte more       |

    Example: A time in another zone is the same time
      Given a sample of time that is "2026-03-02 12:00+00"
      When it becomes "2026-03-02 14:00+02"
      Then the fingerprint is the same

  @harness-73
  Rule: It knows how often a row is there and where a value ends, and not the order of the rows
    Scenario Outline: Rows and what they are not
      Given samples of text that are <rows>
      When they become <others>
      Then the fingerprint is <what>

      Examples:
        | rows                           | others                         | what     | why                   |
        | "a" beside "b", "c" beside "d" | "c" beside "d", "a" beside "b" | the same | only the order        |
        | "a" beside "b", "a" beside "b" | "a" beside "b"                 | another  | one of two equal rows |
        | "a" beside nothing             | nothing beside "a"             | another  | in another column     |
        | "a" beside "b,c"               | "a,b" beside "c"               | another  | where a value ends    |
        | "a" beside "b)\n(c,d"          | "a" beside "b", "c" beside "d" | another  | where a row ends      |
        | "a" beside ""                  | "a" beside nothing             | another  | the last value        |

  @harness-74
  Rule: What differs between two is told by table, owner and row, value by value
    Background:
      Given Ada has an account
      And these tasks of Ada's
        | title  | status    |
        | Import | pending   |
        | Export | pending   |
        | Audit  | completed |
        | Report | pending   |

    Example: A row that was changed
      When Ada retitles "Import" to "Import Q3"
      Then it is told what has changed
        """
        tasks of 1
          id 1: title was "Import", is "Import Q3"; version was "1", is "2"
        """

    Example: A row that is gone, and one that is new
      Given samples of text that are "a" beside "b", "c" beside nothing
      When they become "a" beside "b", "d" beside "e"
      Then it is told of the samples
        """
        samples
          left c is gone: left "c"
          left d is new: left "d", right "e"
        """

    Example: The first of many rows
      Given samples of text that are "1" beside "a", "2" beside "a", "3" beside "a", "4" beside "a", "5" beside "a"
      When they become "1" beside "b", "2" beside "b", "3" beside "b", "4" beside "b", "5" beside nothing
      Then it is told of the samples
        """
        samples
          left 1: right was "a", is "b"
          left 2: right was "a", is "b"
          left 3: right was "a", is "b"
          and 2 more
        """

    Scenario Outline: One row among <number>
      Given <number> samples of which each is beside "a"
      When the one beside 7 is beside "b"
      Then it is told of the samples
        """
        samples
          left 7: <what>
        """

      Examples:
        | number | what                  | why                          |
        | 100    | right was "a", is "b" | each of so many rows is kept |
        | 101    | it is not what it was | of more only a digest each   |

    Example: Rows that become too many to keep each
      Given 100 samples of which each is beside "a"
      When there are 102 of them
      Then it is told of the samples
        """
        samples
          left 101 is new: left "101"
          left 102 is new: left "102"
        """
