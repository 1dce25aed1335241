@accounts
Feature: Reading an account
  In order to know who somebody is
  As a colleague who has an id or an address
  I want to find exactly that account, or be told that there is none

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | Ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-6
  Rule: An account is found by its id
    Example: The account with Ada's id is Ada's
      When the account with Ada's id is read
      Then it is the account of Ada

    Example: An id that no account has
      When the account with the id 4242 is read
      Then the reading is refused because there is no such account

  @accounts-7
  Rule: An account is found by its email address, regardless of case
    Scenario Outline: <address> leads to <person>
      When the account with the address "<address>" is read
      Then it is the account of <person>

      Examples:
        | address         | person | why                  |
        | Ada@example.org | Ada    | as it was registered |
        | ada@example.org | Ada    | in lower case        |
        | ADA@EXAMPLE.ORG | Ada    | in upper case        |
        | BRAM@example.nl | Bram   | another account      |

    Scenario Outline: <address> leads to nobody
      When the account with the address "<address>" is read
      Then the reading is refused because <reason>

      Examples:
        | address          | reason                   | why                         |
        | chen@example.org | there is no such account | nobody has it               |
        | ada@example.or   | there is no such account | a part of an address        |
        | _da@example.org  | there is no such account | wildcards are plain letters |
        | %@example.org    | there is no such account | wildcards are plain letters |
