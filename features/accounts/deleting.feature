@accounts
Feature: Deleting an account
  In order to leave no personal data behind
  As an account holder
  I want my account and all my data deleted, and no other user's

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
      Given an administrator deactivates Ada's account
      When Ada deletes her account
      Then no table holds anything of Ada's
      And no other user's rows have changed

    Example: A deleted account is not found by its address
      When Ada deletes her account
      And the account with the email "ada@example.org" is read
      Then the reading is refused because there is no such account

  @accounts-16
  Rule: The email address of a deleted account may be registered again, for a new account
    Example: Chen registers with the address that was Ada's
      Given Ada deletes her account
      When Chen registers with the email "ada@example.org"
      Then the account of "ada@example.org" is called "Chen"
      And the account of "ada@example.org" has an id that was never used before
