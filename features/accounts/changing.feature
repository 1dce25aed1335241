@accounts
Feature: Changing an account
  In order to keep my name and address correct
  As an account holder
  I want to change them without overwriting another change

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-8
  Rule: A change is stored with its time, increments the version, and affects one account
    Example: The display name is changed
      Given an hour has passed
      When Ada changes her display name to "Ada King"
      Then these accounts are stored
        | email           | display name | version | changed |
        | ada@example.org | Ada King     | 2       | 13:00   |
        | bram@example.nl | Bram Stoker  | 1       | 12:00   |

    Scenario Outline: The new display name <value> is kept as it was given (<why>)
      When Ada changes her display name to <value>
      Then Ada's display name reads back as <value>

      Examples:
        | value                                | why                       |
        | "  at both ends  "                   | spaces around it          |
        | "\u00a0\u3000wide\u2003"             | other spaces around it    |
        | "Two  SPACES, mixed Case"            | spaces and case within it |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed       |
        | "x" × 199 + "y"                      | its last character        |

    Example: A second change has a time of its own
      Given an hour has passed
      And Ada changes her display name to "Ada King"
      And an hour has passed
      When Ada changes her display name to "Ada Byron"
      Then these accounts are stored
        | email           | display name | version | changed |
        | ada@example.org | Ada Byron    | 3       | 14:00   |
        | bram@example.nl | Bram Stoker  | 1       | 12:00   |

    Example: The address is changed
      Given an hour has passed
      When Ada changes her email to "Ada.King@example.org"
      Then these accounts are stored
        | email                | display name | version | changed |
        | Ada.King@example.org | Ada Lovelace | 2       | 13:00   |
        | bram@example.nl      | Bram Stoker  | 1       | 12:00   |

    Example: The address is changed to another case
      When Ada changes her email to "ADA@example.org"
      Then these accounts are stored
        | email           | version |
        | ADA@example.org | 2       |
        | bram@example.nl | 1       |

    Example: A former address is free for others
      Given Ada changes her email to "ada.king@example.org"
      When Bram changes his email to "ada@example.org"
      Then these accounts are stored
        | email                | version |
        | ada.king@example.org | 2       |
        | ada@example.org      | 2       |

  @accounts-9
  Rule: The email address of another account is refused, regardless of case
    Scenario Outline: Ada cannot take Bram's address as <address>
      When Ada changes her email to "<address>"
      Then Ada is refused because the address is already registered
      And nothing has changed

      Examples:
        | address         |
        | bram@example.nl |
        | BRAM@Example.NL |

  @accounts-10 @asvs-2.3.4
  Rule: A change that is based on an outdated version is refused
    Scenario Outline: After a change by Bram, this is refused: <operation>
      Given Ada reads her account
      And Bram changes Ada's display name to "Ada Byron"
      When <operation>
      Then the change is refused because the account has changed since it was read
      And nothing has changed

      Examples:
        | operation                                       |
        | Ada changes her display name to "Ada King"      |
        | Ada changes her email to "ada.king@example.org" |
        | an administrator deactivates Ada's account      |
        | Ada deletes her account                         |

    Example: A change based on the new version is accepted
      Given Ada reads her account
      And Bram changes Ada's display name to "Ada Byron"
      When Ada reads her account
      And Ada changes her display name to "Ada King"
      Then these accounts are stored
        | email           | display name | version |
        | ada@example.org | Ada King     | 3       |
        | bram@example.nl | Bram Stoker  | 1       |

    Example: Of two concurrent changes, the second is refused
      Given Ada changes her display name to "Ada King" in an open transaction
      When Bram changes Ada's display name to "Ada Byron" concurrently
      Then Bram has to wait for Ada
      When Ada commits
      Then Bram is refused because the account has changed since it was read
      And the account of "ada@example.org" is called "Ada King"

    Scenario Outline: After the deletion of the account, this is refused: <operation>
      Given Ada reads her account
      And Bram deletes Ada's account
      When <operation>
      Then the change is refused because there is no such account
      And nothing has changed

      Examples:
        | operation                                  |
        | Ada changes her display name to "Ada King" |
        | an administrator deactivates Ada's account |
        | Ada deletes her account                    |

  @accounts-11 @asvs-2.2.1
  Rule: A change to an invalid value is refused, naming the field and its problem
    Scenario Outline: The <field> cannot become <value>: it <problem>
      When Ada changes her <field> to <value>
      Then the <field> is refused because it <problem>
      And nothing has changed

      Examples:
        | field        | value                 | problem                           |
        | display name | ""                    | is blank                          |
        | display name | "\u200b"              | is blank                          |
        | display name | "\ufdfa" × 201        | is longer than 200 characters     |
        | display name | "\t"                  | contains a control character      |
        | display name | "x" × 201             | is longer than 200 characters     |
        | display name | "A\u0000"             | contains a NUL character          |
        | display name | "A\ud800"             | contains half of a surrogate pair |
        | email        | ""                    | is blank                          |
        | email        | "ada at example.org"  | is not an email address           |
        | email        | "a\u0000@example.org" | contains a NUL character          |
        | email        | "a\n@example.org"     | contains a control character      |
        | email        | "a\udfff@example.org" | contains half of a surrogate pair |
