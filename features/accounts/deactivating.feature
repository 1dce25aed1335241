@accounts
Feature: Deactivating an account
  In order to close the door on somebody without losing their work
  As an administrator
  I want to deactivate an account and to open it again

  Background:
    Given these accounts
      | name | email           | display name |
      | Ada  | ada@example.org | Ada Lovelace |
      | Bram | bram@example.nl | Bram Stoker  |

  @accounts-12
  Rule: A deactivated account is kept, and is distinct from an active one
    Example: Ada's account is deactivated
      Given an hour has passed
      When Ada's account is deactivated
      Then these accounts are stored
        | email           | display name | active | version | changed |
        | ada@example.org | Ada Lovelace | no     | 2       | 13:00   |
        | bram@example.nl | Bram Stoker  | yes    | 1       | 12:00   |

    Example: Its address stays taken
      Given Ada's account has been deactivated
      When Chen registers with "ADA@example.org"
      Then Chen is refused because the address is already registered
      And nothing has changed

  @accounts-13
  Rule: A deactivated account can be reactivated
    Example: Ada's account is reactivated
      Given Ada's account has been deactivated
      When Ada's account is reactivated
      Then these accounts are stored
        | email           | display name | active | version |
        | ada@example.org | Ada Lovelace | yes    | 3       |
        | bram@example.nl | Bram Stoker  | yes    | 1       |

  @accounts-14 @asvs-2.3.1
  Rule: An account cannot be deactivated or reactivated twice
    Example: A deactivated account cannot be deactivated
      Given Ada's account has been deactivated
      When Ada's account is deactivated
      Then the change is refused because the account is already deactivated
      And nothing has changed

    Example: An active account cannot be reactivated
      When Ada's account is reactivated
      Then the change is refused because the account is already active
      And nothing has changed
