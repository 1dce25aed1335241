@accounts
Feature: Changing an account
  In order to keep my account true
  As somebody whose name or address has changed
  I want to change them without undoing what others have changed

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-8
  Rule: A change is stored, counted and dated, and touches one account
    Example: A new display name
      Given an hour has passed
      When Ada renames her account to "Ada King"
      Then these accounts are stored
        | email           | display name | version | changed |
        | ada@example.org | Ada King     | 2       | 13:00   |
        | bram@example.nl | Bram Stoker  | 1       | 12:00   |

    Example: A new address
      Given an hour has passed
      When Ada changes her address to "Ada.King@example.org"
      Then these accounts are stored
        | email                | display name | version | changed |
        | Ada.King@example.org | Ada Lovelace | 2       | 13:00   |
        | bram@example.nl      | Bram Stoker  | 1       | 12:00   |

    Example: The same address in another case
      When Ada changes her address to "ADA@example.org"
      Then these accounts are stored
        | email           | version |
        | ADA@example.org | 2       |
        | bram@example.nl | 1       |

    Example: An address that was given up is free for others
      Given Ada has changed her address to "ada.king@example.org"
      When Bram changes his address to "ada@example.org"
      Then these accounts are stored
        | email                | version |
        | ada.king@example.org | 2       |
        | ada@example.org      | 2       |

  @accounts-9
  Rule: The email address of another account is refused, regardless of case
    Scenario Outline: Ada cannot take Bram's address as <address>
      When Ada changes her address to "<address>"
      Then Ada is refused because the address is already registered
      And nothing has changed

      Examples:
        | address         | why          |
        | bram@example.nl | the same     |
        | BRAM@Example.NL | another case |

  @accounts-10 @asvs-2.3.4
  Rule: A change that is based on an outdated version is refused
    Scenario Outline: Somebody else changed the account before Ada <changes>
      Given Ada is looking at her account
      And somebody else renames Ada's account to "Ada Byron"
      When Ada <changes>
      Then Ada is refused because the account has changed since it was read
      And nothing has changed

      Examples:
        | changes                                       |
        | renames her account to "Ada King"             |
        | changes her address to "ada.king@example.org" |
        | deactivates her account                       |
        | deletes her account                           |

    Example: After reading again, the change goes through
      Given Ada is looking at her account
      And somebody else renames Ada's account to "Ada Byron"
      When Ada looks at her account again
      And Ada renames her account to "Ada King"
      Then these accounts are stored
        | email           | display name | version |
        | ada@example.org | Ada King     | 3       |
        | bram@example.nl | Bram Stoker  | 1       |

    Example: Of two changes at once, the second is refused
      Given Ada renames her account to "Ada King" in an open transaction
      When Bram renames Ada's account to "Ada Byron" concurrently
      Then Bram has to wait for Ada
      When Ada commits
      Then Bram is refused because the account has changed since it was read
      And the account of "ada@example.org" is called "Ada King"

    Scenario Outline: An account that is gone cannot be changed: Ada <changes>
      Given Ada is looking at her account
      And somebody else deletes Ada's account
      When Ada <changes>
      Then Ada is refused because there is no such account
      And nothing has changed

      Examples:
        | changes                           |
        | renames her account to "Ada King" |
        | deactivates her account           |
        | deletes her account               |

  @accounts-11 @asvs-2.2.1
  Rule: A change to an invalid value is refused by the name of its field
    Scenario Outline: Ada's <field> cannot become <value>: it <problem>
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
