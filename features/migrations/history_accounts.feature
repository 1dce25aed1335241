@migrations
Feature: Accounts are kept by every revision
  In order to keep all accounts, however often the schema changes
  As an operator
  I want every revision to migrate all accounts, or to name those that it cannot

  @migrations-1
  Rule: A former password becomes an entry of the password history
    @fixture.empty_database
    Example: Users with and without a former password
      Given a database at revision "0001"
      And the rows of "users"
        | id                  | username | password_hash  | former_password_hash | password_changed_at        |
        | 1                   | Ada      | $argon2id$ada2 | $argon2id$ada1       | 2026-03-02 10:00:00.000001 |
        | 2                   | Bram     | $argon2id$bram | nothing              | nothing                    |
        | 9223372036854775807 | Chen     | $argon2id$chn2 | $argon2id$chn1       | 0001-01-01 00:00:00        |
      When the database is upgraded to revision "0003"
      Then the rows of "password_history" are
        | id | user_id             | password_hash  | retired_at                 |
        | 1  | 1                   | $argon2id$ada1 | 2026-03-02 10:00:00.000001 |
        | 2  | 9223372036854775807 | $argon2id$chn1 | 0001-01-01 00:00:00        |
      And the rows of "users" are
        | id                  | username | password_hash  |
        | 1                   | Ada      | $argon2id$ada2 |
        | 2                   | Bram     | $argon2id$bram |
        | 9223372036854775807 | Chen     | $argon2id$chn2 |
      When the database is downgraded to revision "0001"
      Then the rows of "users" are
        | id                  | username | password_hash  | former_password_hash | password_changed_at        |
        | 1                   | Ada      | $argon2id$ada2 | $argon2id$ada1       | 2026-03-02 10:00:00.000001 |
        | 2                   | Bram     | $argon2id$bram | nothing              | nothing                    |
        | 9223372036854775807 | Chen     | $argon2id$chn2 | $argon2id$chn1       | 0001-01-01 00:00:00        |

    @fixture.empty_database
    Example: A downgrade would lose all but one former password of a user
      Given a database at revision "0003" with the accounts of Ada and Bram
      And the rows of "password_history"
        | id | user_id | password_hash   | retired_at          |
        | 1  | 1       | $argon2id$first | 2026-03-02 09:00:00 |
        | 2  | 1       | $argon2id$third | 2026-03-02 11:00:00 |
        | 3  | 1       | $argon2id$secnd | 2026-03-02 10:00:00 |
        | 4  | 2       | $argon2id$only  | 2026-03-02 09:00:00 |
      When the database is downgraded to revision "0001"
      Then the downgrade is refused: only one former password of a user has a place: user 1 has had 3
      And its revision, schema and rows are unchanged
      When the database is downgraded to revision "0001" with consent to data loss
      Then the rows of "users" are
        | id | former_password_hash | password_changed_at |
        | 1  | $argon2id$third      | 2026-03-02 11:00:00 |
        | 2  | $argon2id$only       | 2026-03-02 09:00:00 |

    @fixture.empty_database
    Example: Of former passwords of one time, a downgrade keeps the one that was stored last
      Given a database at revision "0003" with the accounts of Ada and Bram
      And the rows of "password_history"
        | id | user_id | password_hash   | retired_at          |
        | 1  | 1       | $argon2id$first | 2026-03-02 09:00:00 |
        | 2  | 1       | $argon2id$secnd | 2026-03-02 09:00:00 |
      When the database is downgraded to revision "0001" with consent to data loss
      Then the rows of "users" are
        | id | former_password_hash | password_changed_at |
        | 1  | $argon2id$secnd      | 2026-03-02 09:00:00 |
        | 2  | nothing              | nothing             |

  @migrations-2
  Rule: While the contact becomes an email, old and new programs work on the same accounts
    @fixture.empty_database
    Example: The rows of an old program get values in the new columns
      Given a database at revision "0004"
      When a program adds the rows of "users"
        | id | username | contact             |
        | 1  | Ada      | " Ada@example.org " |
        | 2  | Bram     | nothing             |
        | 3  | Chen     | chen@example.org    |
      And a program changes the rows of "users"
        | id | username  | contact          |
        | 2  | Bram King | bram@example.org |
        | 3  | Chen      | nothing          |
      Then the rows of "users" are
        | id | username  | contact             | display_name | email            |
        | 1  | Ada       | " Ada@example.org " | Ada          | Ada@example.org  |
        | 2  | Bram King | bram@example.org    | Bram King    | bram@example.org |
        | 3  | Chen      | nothing             | Chen         | nothing          |

    @fixture.empty_database
    Example: The rows of a new program get values in the old columns
      Given a database at revision "0004"
      When a program adds the rows of "users"
        | id | username | display_name | email            |
        | 1  | nothing  | Ada          | Ada@example.org  |
        | 2  | nothing  | Bram         | nothing          |
        | 3  | nothing  | Chen         | chen@example.org |
      And a program changes the rows of "users"
        | id | display_name | email            |
        | 2  | Bram King    | bram@example.org |
        | 3  | Chen         | nothing          |
      Then the rows of "users" are
        | id | username  | contact          | display_name | email            |
        | 1  | Ada       | Ada@example.org  | Ada          | Ada@example.org  |
        | 2  | Bram King | bram@example.org | Bram King    | bram@example.org |
        | 3  | Chen      | nothing          | Chen         | nothing          |

    @fixture.empty_database
    Example: Existing accounts are backfilled, unless a program has already set the new columns
      Given a database at revision "0003"
      And the rows of "users"
        | id                  | username         | contact                  |
        | 1                   | Ada              | "\t Ada@example.org\n "  |
        | 2                   | Bram             | "  "                     |
        | 3                   | Žluťoučký kůň 🐘 | nothing                  |
        | 9223372036854775806 | Dora             | "d" × 242 + "@example.o" |
      When the database is upgraded to revision "0004"
      And a program changes the rows of "users"
        | id | email            |
        | 2  | bram@example.org |
      And the database is upgraded to revision "0005"
      Then the rows of "users" are
        | id                  | username         | contact                  | display_name     | email                    |
        | 1                   | Ada              | "\t Ada@example.org\n "  | Ada              | Ada@example.org          |
        | 2                   | Bram             | bram@example.org         | Bram             | bram@example.org         |
        | 3                   | Žluťoučký kůň 🐘 | nothing                  | Žluťoučký kůň 🐘 | nothing                  |
        | 9223372036854775806 | Dora             | "d" × 242 + "@example.o" | Dora             | "d" × 242 + "@example.o" |
      When the database is downgraded to revision "0003"
      Then the rows of "users" are
        | id                  | username         | contact                  |
        | 1                   | Ada              | "\t Ada@example.org\n "  |
        | 2                   | Bram             | bram@example.org         |
        | 3                   | Žluťoučký kůň 🐘 | nothing                  |
        | 9223372036854775806 | Dora             | "d" × 242 + "@example.o" |

  @migrations-3
  Rule: Every account has a unique email address, or the upgrade names those without
    @fixture.empty_database
    Example: Display names and emails replace usernames and contacts
      Given a database at revision "0003"
      And the rows of "users"
        | id | username  | contact                  | password_hash   | created_at                 |
        | 1  | Ada       | " Ada@example.org "      | $argon2id$ada   | 2026-03-02 09:00:00.123456 |
        | 2  | "x" × 200 | "d" × 244 + "@example.o" | $argon2id$bram  | 9999-12-31 23:59:59.999999 |
        | 3  | " Žluť "  | ž@💌.example             | not even a hash | 0001-01-01 00:00:00        |
      When the database is upgraded to revision "0006"
      Then the rows of "users" are
        | id | display_name | email                    | password_hash   | created_at                 |
        | 1  | Ada          | Ada@example.org          | $argon2id$ada   | 2026-03-02 09:00:00.123456 |
        | 2  | "x" × 200    | "d" × 244 + "@example.o" | $argon2id$bram  | 9999-12-31 23:59:59.999999 |
        | 3  | " Žluť "     | ž@💌.example             | not even a hash | 0001-01-01 00:00:00        |
      When the database is downgraded to revision "0003"
      Then the rows of "users" are
        | id | username  | contact                  | password_hash   | created_at                 |
        | 1  | Ada       | Ada@example.org          | $argon2id$ada   | 2026-03-02 09:00:00.123456 |
        | 2  | "x" × 200 | "d" × 244 + "@example.o" | $argon2id$bram  | 9999-12-31 23:59:59.999999 |
        | 3  | " Žluť "  | ž@💌.example             | not even a hash | 0001-01-01 00:00:00        |

    @fixture.empty_database
    Scenario Outline: The upgrade is refused for <what>
      Given a database at revision "0005"
      And the rows of "users"
        | id | username | contact          |
        | 1  | Ada      | ada@example.org  |
        | 2  | <name>   | <contact>        |
        | 3  | Chen     | chen@example.org |
      When the database is upgraded to revision "0006"
      Then the upgrade is refused: <reason>
      And its revision, schema and rows are unchanged

      Examples:
        | name      | contact                  | reason                                                                        | what                            |
        | Bram      | nothing                  | these users have no email: user 2, "Bram"                                     | a user without a contact        |
        | Bram      | " "                      | these users have no email: user 2, "Bram"                                     | a blank contact                 |
        | Bram      | bram                     | these are no emails: user 2, "bram"                                           | a contact that is no email      |
        | Bram      | "d" × 245 + "@example.o" | these are no emails: user 2, "ddd                                             | an email of 255 characters      |
        | "x" × 201 | bram@example.org         | these are no names: user 2, "xxx                                              | a name of 201 characters        |
        | " \t"     | bram@example.org         | these are no names: user 2, " \t"                                             | a blank name                    |
        | Bram      | " ADA@example.org "      | these emails are not one user's alone: "ada@example.org" of the users 1 and 2 | emails that differ only in case |

    @fixture.empty_database
    Example: Of twelve users without an email, ten are named and two counted
      Given a database at revision "0005"
      And the rows of "users"
        | id | username |
        | 1  | A        |
        | 2  | B        |
        | 3  | C        |
        | 4  | D        |
        | 5  | E        |
        | 6  | F        |
        | 7  | G        |
        | 8  | H        |
        | 9  | I        |
        | 10 | J        |
        | 11 | K        |
        | 12 | L        |
      When the database is upgraded to revision "0006"
      Then the upgrade is refused: these users have no email: user 1, "A"; user 2, "B"; user 3, "C"; user 4, "D"; user 5, "E"; user 6, "F"; user 7, "G"; user 8, "H"; user 9, "I"; user 10, "J"; and 2 more
      And its revision, schema and rows are unchanged

    @fixture.empty_database
    Example: Usernames were unique, display names are not
      Given a database at revision "0006"
      And the rows of "users"
        | id | display_name | email             |
        | 1  | Ada          | ada@example.org   |
        | 2  | Ada          | ada.k@example.org |
        | 3  | Bram         | bram@example.org  |
      When the database is downgraded to revision "0005"
      Then the downgrade is refused: a username is one user's alone, these names are not: "Ada" of the users 1 and 2
      And its revision, schema and rows are unchanged
      When the database is downgraded to revision "0005" with consent to data loss
      Then the rows of "users" are
        | id | username | contact           | display_name | email             |
        | 1  | Ada      | ada@example.org   | Ada          | ada@example.org   |
        | 2  | Ada #2   | ada.k@example.org | Ada #2       | ada.k@example.org |
        | 3  | Bram     | bram@example.org  | Bram         | bram@example.org  |

  @migrations-4
  Rule: A user's objective becomes the first of many, with a history that begins with it
    @fixture.empty_database
    Example: Users with and without an objective
      Given a database at revision "0015"
      And the rows of "users"
        | id | email            | objective                    | objective_since               |
        | 1  | ada@example.org  | "Close Q3\nbefore Friday 🐘" | 2026-03-02 10:00:00.000001+00 |
        | 2  | bram@example.org | nothing                      | nothing                       |
        | 3  | chen@example.org | "x" × 2000                   | 9999-12-31 23:59:59.999999+00 |
      When the database is upgraded to revision "0017"
      Then the rows of "objectives" are
        | id | owner_id | text                         | constraints | since                         | version |
        | 1  | 1        | "Close Q3\nbefore Friday 🐘" | []          | 2026-03-02 10:00:00.000001+00 | 1       |
        | 2  | 3        | "x" × 2000                   | []          | 9999-12-31 23:59:59.999999+00 | 1       |
      And the rows of "objective_history" are
        | id | owner_id | objective_id | text                         | constraints | valid_from                    | valid_until |
        | 1  | 1        | 1            | "Close Q3\nbefore Friday 🐘" | []          | 2026-03-02 10:00:00.000001+00 | nothing     |
        | 2  | 3        | 2            | "x" × 2000                   | []          | 9999-12-31 23:59:59.999999+00 | nothing     |
      When the database is downgraded to revision "0015"
      Then the rows of "users" are
        | id | email            | objective                    | objective_since               |
        | 1  | ada@example.org  | "Close Q3\nbefore Friday 🐘" | 2026-03-02 10:00:00.000001+00 |
        | 2  | bram@example.org | nothing                      | nothing                       |
        | 3  | chen@example.org | "x" × 2000                   | 9999-12-31 23:59:59.999999+00 |

    @fixture.empty_database
    Scenario Outline: The upgrade is refused for <what>
      Given a database at revision "0016"
      And the rows of "users"
        | id | email           | objective   | objective_since        |
        | 1  | ada@example.org | <objective> | 2026-03-02 10:00:00+00 |
      When the database is upgraded to revision "0017"
      Then the upgrade is refused: these are no objectives: user 1, <reason>
      And its revision, schema and rows are unchanged

      Examples:
        | objective  | reason | what                            |
        | " "        | " "    | a blank objective               |
        | "x" × 2001 | "xxx   | an objective of 2001 characters |

    @fixture.empty_database
    Scenario Outline: A downgrade would lose <what>
      Given a database at revision "0017" with the accounts of Ada and Bram
      And the rows of "objectives", each with its open entry in "objective_history"
        | id | owner_id | text     | constraints   | since                  | version   |
        | 1  | 1        | Close Q3 | <constraints> | 2026-03-02 10:00:00+00 | <version> |
        | 2  | <owner>  | Open Q4  | []            | 2026-03-02 11:00:00+00 | 1         |
      When the database is downgraded to revision "0015"
      Then the downgrade is refused: only one objective of a user has a place, as it is now: <reason>
      And its revision, schema and rows are unchanged

      Examples:
        | owner | constraints | version | reason                                       | what                            |
        | 2     | ["cheaply"] | 1       | objective 1 of user 1                        | the constraints of an objective |
        | 2     | []          | 2       | objective 1 of user 1                        | the history of an objective     |
        | 1     | []          | 1       | objective 1 of user 1; objective 2 of user 1 | the second objective of a user  |

    @fixture.empty_database
    Example: A downgrade keeps the latest objective of a user, and of one time the one stored last
      Given a database at revision "0017" with the accounts of Ada and Bram
      And the rows of "objectives", each with its open entry in "objective_history"
        | id | owner_id | text     | constraints | since                  | version |
        | 1  | 1        | Close Q3 | []          | 2026-03-02 11:00:00+00 | 1       |
        | 2  | 1        | Open Q4  | []          | 2026-03-02 10:00:00+00 | 1       |
        | 3  | 2        | Plan Q1  | []          | 2026-03-02 09:00:00+00 | 1       |
        | 4  | 2        | Plan Q2  | []          | 2026-03-02 09:00:00+00 | 1       |
      When the database is downgraded to revision "0015" with consent to data loss
      Then the rows of "users" are
        | id | objective | objective_since        |
        | 1  | Close Q3  | 2026-03-02 11:00:00+00 |
        | 2  | Plan Q2   | 2026-03-02 09:00:00+00 |

  @migrations-5
  Rule: The lifetime of an account begins at its creation, and survives a downgrade
    @fixture.empty_database
    Example: Accounts without changes, failed logins or locks
      Given a database at revision "0017"
      And the rows of "users"
        | id | email            | created_at                    |
        | 1  | ada@example.org  | 0001-01-01 00:00:00+00        |
        | 2  | bram@example.org | 9999-12-31 23:59:59.999999+00 |
      When the database is upgraded to revision "0019"
      Then the rows of "users" are
        | id | email            | version | created_at                    | changed_at                    | deactivated_at | failed_logins_at | locked_until |
        | 1  | ada@example.org  | 1       | 0001-01-01 00:00:00+00        | 0001-01-01 00:00:00+00        | nothing        | []               | nothing      |
        | 2  | bram@example.org | 1       | 9999-12-31 23:59:59.999999+00 | 9999-12-31 23:59:59.999999+00 | nothing        | []               | nothing      |
      When the database is downgraded to revision "0017"
      Then the rows of "users" are
        | id | email            | created_at                    |
        | 1  | ada@example.org  | 0001-01-01 00:00:00+00        |
        | 2  | bram@example.org | 9999-12-31 23:59:59.999999+00 |

    @fixture.empty_database
    Scenario Outline: A downgrade would lose <what> of an account
      Given a database at revision "0019"
      And the rows of "users"
        | id | email            | version   | created_at             | changed_at             | deactivated_at | failed_logins_at | locked_until |
        | 1  | ada@example.org  | 1         | 2026-03-02 09:00:00+00 | 2026-03-02 09:00:00+00 | nothing        | []               | nothing      |
        | 2  | bram@example.org | <version> | 2026-03-02 09:00:00+00 | <changed>              | <deactivated>  | <failed>         | <locked>     |
      When the database is downgraded to revision "0017"
      Then the downgrade is refused: what these users have been through has no place: user 2, "bram@example.org"
      And its revision, schema and rows are unchanged

      Examples:
        | version | changed                | deactivated            | failed                     | locked                 | what               |
        | 2       | 2026-03-02 09:00:00+00 | nothing                | []                         | nothing                | the version        |
        | 1       | 2026-03-02 10:00:00+00 | nothing                | []                         | nothing                | the time of change |
        | 1       | 2026-03-02 09:00:00+00 | 2026-03-02 10:00:00+00 | []                         | nothing                | the deactivation   |
        | 1       | 2026-03-02 09:00:00+00 | nothing                | ["2026-03-02 10:00:00+00"] | nothing                | a failed login     |
        | 1       | 2026-03-02 09:00:00+00 | nothing                | []                         | 2026-03-02 10:00:00+00 | the lock           |

    @fixture.empty_database
    Scenario Outline: A downgrade would lose <what>
      Given a database at revision "0019" with the accounts of Ada and Bram
      And the rows of "<table>"
        | user_id |
        | 1       |
      When the database is downgraded to revision "0017"
      Then the downgrade is refused: <what> have no place: 1 of user 1
      And its revision, schema and rows are unchanged

      Examples:
        | table               | what                |
        | login_sessions      | sessions            |
        | temporary_passwords | temporary passwords |
