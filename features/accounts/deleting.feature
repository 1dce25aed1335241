@accounts
Feature: Deleting an account
  In order to leave without a trace
  As somebody who no longer wants to be here
  I want my account and all I own removed, and nothing else

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-15
  Rule: Deleting an account deletes its owner's rows, and no other account's
    Example: Ada deletes her account
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

    Example: A deactivated account can be deleted
      Given Ada's account has been deactivated
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

    Example: The account is not found any more
      When Ada deletes her account
      And the account with the address "ada@example.org" is read
      Then the reading is refused because there is no such account

  @accounts-16
  Rule: The email address of a deleted account may be registered again, for a new account
    Example: Chen takes the address that was Ada's
      Given Ada has deleted her account
      When Chen registers with "ada@example.org"
      Then the account of "ada@example.org" is called "Chen"
      And the account of "ada@example.org" has an id that was never used before
