@accounts
Feature: Reading an account
  In order to find the account that an id or an address belongs to
  As an administrator
  I want exactly that account, or the answer that there is none

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | Ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-6
  Rule: An account is found by its id
    Example: Bram reads Ada's account
      When Bram reads Ada's account
      Then Ada's account is returned

    Example: An id that no account has
      When the account with the id 4242 is read
      Then the reading is refused because there is no such account

  @accounts-7
  Rule: An account is found by its email address, regardless of case
    Scenario Outline: <address> finds <person>'s account
      When the account with the email "<address>" is read
      Then <person>'s account is returned

      Examples:
        | address         | person | why                  |
        | Ada@example.org | Ada    | as it was registered |
        | ada@example.org | Ada    | in lower case        |
        | ADA@EXAMPLE.ORG | Ada    | in upper case        |
        | BRAM@example.nl | Bram   | another account      |

    Scenario Outline: <address> finds no account
      When the account with the email "<address>" is read
      Then the reading is refused because there is no such account

      Examples:
        | address                   | why                            |
        | chen@example.org          | no account has it              |
        | ada@example.or            | a part of an address           |
        | _da@example.org           | wildcards have no meaning here |
        | %@example.org             | wildcards have no meaning here |
        | x'or'1'='1'--@example.org | SQL has no meaning here        |
