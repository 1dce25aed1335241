@accounts
Feature: Listing accounts
  In order to look through all accounts, however many there are
  As an administrator
  I want pages that neither skip nor repeat an account

  @accounts-17
  Rule: Pages list every account once, oldest first
    Scenario Outline: <total> accounts in pages of <size>
      Given there are <total> accounts
      When the accounts are listed in pages of <size>
      Then the pages hold <pages> accounts
      And every account that exists was listed once, oldest first

      Examples:
        | total | size | pages   | why                              |
        | 0     | 3    | 0       | no account                       |
        | 2     | 3    | 2       | less than a page                 |
        | 3     | 3    | 3       | exactly a page, and no empty one |
        | 4     | 3    | 3, 1    | one more than a page             |
        | 7     | 3    | 3, 3, 1 | several pages                    |
        | 3     | 1    | 1, 1, 1 | the smallest page                |
        | 3     | 100  | 3       | the largest page                 |

    Example: Accounts are listed in the order in which they were stored, whatever their times
      Given there are 5 accounts, each an hour older than the one before
      When the accounts are listed in pages of 2
      Then the pages hold 2, 2, 1 accounts
      And every account that exists was listed once, in the order in which they were stored

    Example: A page has 20 accounts unless another size is asked for
      Given there are 21 accounts
      When the accounts are listed in pages of the default size
      Then the pages hold 20, 1 accounts

  @accounts-18
  Rule: Pages are stable while accounts are added and deleted
    Example: An account that is registered while paging comes last, and once
      Given there are 4 accounts
      And the first page of 2 accounts is read
      When another account is registered
      And the remaining accounts are listed in pages of 2
      Then the pages hold 2, 2, 1 accounts
      And every account that exists was listed once, oldest first

    Example: An account that was on an earlier page is deleted while paging
      Given there are 4 accounts
      And the first page of 2 accounts is read
      When the first account is deleted
      And the remaining accounts are listed in pages of 2
      Then the pages hold 2, 2 accounts
      And every account that exists was listed once, oldest first

    Example: The account that a page ended with is deleted while paging
      Given there are 4 accounts
      And the first page of 2 accounts is read
      When the second account is deleted
      And the remaining accounts are listed in pages of 2
      Then the pages hold 2, 2 accounts
      And every account that exists was listed once, oldest first

  @accounts-24
  Rule: A page is read by an index, however many accounts there are
    Scenario Outline: The server plans <statement>
      Given there are 2000 accounts in an analyzed table
      When the server plans <statement>
      Then the plan reads accounts by the index of their ids

      Examples:
        | statement                     |
        | a page of all accounts        |
        | the next page of all accounts |

  @accounts-19 @asvs-2.2.1
  Rule: A page has from 1 to 100 accounts
    Scenario Outline: A page of <size> accounts is refused
      Given there are 2 accounts
      When the accounts are listed in pages of <size>
      Then the limit is refused because it must be from 1 to 100

      Examples:
        | size |
        | 0    |
        | -1   |
        | 101  |
