@accounts
Feature: Deactivating an account
  In order to bar a user from the service without losing the user's work
  As an administrator
  I want to deactivate an account and to reactivate it

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-12
  Rule: A deactivated account is kept, and is marked as deactivated
    Example: Ada's account is deactivated
      Given an hour has passed
      When an administrator deactivates Ada's account
      Then these accounts are stored
        | email           | display name | active | deactivated | version | changed |
        | ada@example.org | Ada Lovelace | no     | 13:00       | 2       | 13:00   |
        | bram@example.nl | Bram Stoker  | yes    |             | 1       | 12:00   |

    Example: The address of a deactivated account is not free
      Given an administrator deactivates Ada's account
      When Chen registers with the email "ADA@example.org"
      Then Chen is refused because the address is already registered
      And nothing has changed

  @accounts-13
  Rule: A deactivated account can be reactivated
    Example: Ada's account is reactivated
      Given an administrator deactivates Ada's account
      When an administrator reactivates Ada's account
      Then these accounts are stored
        | email           | display name | active | version |
        | ada@example.org | Ada Lovelace | yes    | 3       |
        | bram@example.nl | Bram Stoker  | yes    | 1       |

    Example: A second deactivation has a time of its own
      Given an hour has passed
      And an administrator deactivates Ada's account
      And an administrator reactivates Ada's account
      And an hour has passed
      When an administrator deactivates Ada's account
      Then these accounts are stored
        | email           | active | deactivated | version | changed |
        | ada@example.org | no     | 14:00       | 4       | 14:00   |
        | bram@example.nl | yes    |             | 1       | 12:00   |

  @accounts-14 @asvs-2.3.1
  Rule: An account cannot be deactivated or reactivated twice
    Example: A deactivated account cannot be deactivated
      Given an administrator deactivates Ada's account
      When an administrator deactivates Ada's account
      Then the change is refused because the account is already deactivated
      And nothing has changed

    Example: An active account cannot be reactivated
      When an administrator reactivates Ada's account
      Then the change is refused because the account is already active
      And nothing has changed
