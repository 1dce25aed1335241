@harness
Feature: Tables of rows
  In order to write rows down as people read them, and to see at once which cell is wrong
  As an author of criteria
  I want tables to become rows and rows to become tables, checked and converted

  Background:
    Given Ada has an account

  @harness-68
  Rule: Cells become values by the types of their columns, however they are written
    Scenario Outline: One value
      When a table of "<table>" gives "<heading>" as <cell>
      Then that is read as <value>

      Examples:
        | table          | heading           | cell                                 | value                                                 | why                       |
        | tasks          | title             | Import Q3                            | the str 'Import Q3'                                   | text as it is             |
        | tasks          | title             | " a\n"                               | the str ' a\n'                                        | text in quotes            |
        | tasks          | title             | "x" × 3 + "y"                        | the str 'xxxy'                                        | repeated and joined       |
        | tasks          | title             | "nothing"                            | the str 'nothing'                                     | a word that has a meaning |
        | tasks          | title             | nothing                              | None                                                  | NULL                      |
        | tasks          | version           | -7                                   | the int -7                                            | a whole number            |
        | tasks          | status            | completed                            | the TaskStatus completed                              | one of a closed set       |
        | tasks          | payload           | {"a": [1, null, "1"]}                | the dict {'a': [1, None, '1']}                        | JSON                      |
        | tasks          | result            | null                                 | None                                                  | JSON's own nothing        |
        | tasks          | result            | nothing                              | left out                                              | no JSON at all            |
        | tasks          | created at        | 2026-03-02 14:00:00+02:00            | the time 2026-03-02T12:00:00+00:00                    | another zone              |
        | tasks          | created at        | 12:30                                | the time 2026-03-02T12:30:00+00:00                    | an hour of that day       |
        | tasks          | created at        | infinity                             | the str 'infinity'                                    | the end of time           |
        | objectives     | constraints       | ["cheaply", "now"]                   | the list ['cheaply', 'now']                           | a list                    |
        | objectives     | constraints       | []                                   | the list []                                           | with nothing in it        |
        | objectives     | constraints       | ["nothing", "\"a\""]                 | the list ['nothing', '"a"']                           | text as JSON has it       |
        | login_sessions | must set password | yes                                  | the bool True                                         | whether                   |
        | login_sessions | must set password | no                                   | the bool False                                        | or not                    |
        | login_sessions | ip                | 192.0.2.7                            | the IPv4Address IPv4Address('192.0.2.7')              | an address                |
        | agents         | session uuid      | 6fa459ea-ee8a-3ca4-894e-db77e160355e | the UUID UUID('6fa459ea-ee8a-3ca4-894e-db77e160355e') | a key of somebody else's  |

  @harness-69
  Rule: A table that cannot be meant as it stands is refused, and it is said what could be
    Scenario Outline: A heading or a cell that is not right
      When a table of "<table>" gives "<heading>" as <cell>
      Then it is refused because <complaint>

      Examples:
        | table          | heading           | cell       | complaint                                                                | why            |
        | projects       | slugg             | q3         | no such column: slugg; there are id, owner_id, path, slug, created_at    | a slip         |
        | tasks          | version           | two        | row 1, version: two is not a whole number                                | a word         |
        | tasks          | status            | done       | row 1, status: done is not one of pending, processing, completed, failed | no such status |
        | tasks          | payload           | {rows: 1}  | row 1, payload: {rows: 1} is not JSON                                    | no quotes      |
        | tasks          | created at        | noon       | row 1, created_at: noon is not a time                                    | a word         |
        | tasks          | created at        | 2026-03-02 | row 1, created_at: 2026-03-02 has no zone                                | no zone        |
        | objectives     | constraints       | {cheaply}  | row 1, constraints: {cheaply} is not a JSON array                        | not JSON       |
        | login_sessions | ip                | 192.0.2    | row 1, ip: 192.0.2 is not an address                                     | too short      |
        | login_sessions | must set password | perhaps    | row 1, must_set_password: perhaps is not yes or no                       | a third answer |
        | agents         | session uuid      | 6fa459ea   | row 1, session_uuid: 6fa459ea is not a UUID                              | too short      |

    Example: Two headings that mean one column
      When the stored tasks are expected to be
        | created at | title  | created_at |
        | 12:00      | Import | 12:00      |
      Then it is refused because more than one column is called created_at

  @harness-70
  Rule: Rows become a table, from which they can be read again
    Example: What is made in every status
      When one of everything is made in every status, written as a table and read again
      Then nothing of it is another than it was

  @harness-71
  Rule: What differs is shown side by side, cell by cell and row by row
    Background:
      Given these tasks of Ada's
        | title  | status    | created at |
        | Import | completed | 12:00      |
        | Export | pending   | 12:30      |
        | Audit  | pending   | 13:00      |

    Example: All is as expected
      When the stored tasks are expected to be
        | created at                | title         | status    |
        | 2026-03-02 13:00:00+01:00 | Import        | completed |
        | 12:30                     | "Ex" + "port" | pending   |
        | 13:00                     | Audit         | pending   |
      Then nothing differs

    Example: A cell that differs is marked on both sides
      When the stored tasks are expected to be
        | title  | status    |
        | Import | completed |
        | Export | failed    |
        | Audit  | pending   |
      Then it is shown what differs
        """
            | title  | status    |   | title  | status    |
            | Import | completed |   | Import | completed |
          ≠ | Export | »failed«  |   | Export | »pending« |
            | Audit  | pending   |   | Audit  | pending   |
        """

    Example: Text is shown as it can be written
      When the stored tasks are expected to be
        | title                     |
        | Import                    |
        | "Žluť\u200b 🐘\n"         |
        | "d" × 99 + " " + "e" × 99 |
      Then it is shown what differs
        """
            | title                       |   | title    |
            | Import                      |   | Import   |
          ≠ | »"Žluť\u200b 🐘\n"«          |   | »Export« |
          ≠ | »"d" × 99 + " " + "e" × 99« |   | »Audit«  |
        """

    Example: A row that is missing
      When the stored tasks are expected to be
        | title  |
        | Import |
        | Export |
        | Report |
        | Audit  |
      Then it is shown what differs
        """
            | title  |   | title  |
            | Import |   | Import |
            | Export |   | Export |
          - | Report |   |        |
            | Audit  |   | Audit  |
        """

    Example: A row that is too many
      When the stored tasks are expected to be
        | title  |
        | Import |
        | Audit  |
      Then it is shown what differs
        """
            | title  |   | title  |
            | Import |   | Import |
          + |        |   | Export |
            | Audit  |   | Audit  |
        """

    Example: Rows in another order
      When the stored tasks are expected to be
        | title  |
        | Export |
        | Import |
        | Audit  |
      Then it is shown what differs
        """
            | title  |   | title  |
          + |        |   | Import |
            | Export |   | Export |
          - | Import |   |        |
            | Audit  |   | Audit  |
        """
