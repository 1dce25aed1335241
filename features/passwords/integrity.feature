@passwords
Feature: What the database itself refuses about passwords
  In order to trust what is kept of passwords whatever wrote it
  As an engineer who imports and repairs data by hand
  I want the database to hold to the rules, not only the service

  Background:
    Given Ada has an account

  @passwords-25
  Rule: The database rejects invalid rows of passwords and names the violated constraint
    Scenario Outline: A script cannot store a <kind> whose <column> is <value>
      When a script stores a <kind> of Ada's whose <column> is <value>
      Then the database refuses it by the rule <rule>
      And nothing has changed

      Examples: Former passwords
        | kind            | column        | value     | rule                                   |
        | former password | user_id       | nothing   | user_id                                |
        | former password | user_id       | 4242      | fk_password_history_user_id_users      |
        | former password | password_hash | nothing   | password_hash                          |
        | former password | password_hash | "hunter2" | ck_password_history_password_hash_form |
        | former password | retired_at    | nothing   | retired_at                             |

      Examples: Temporary passwords
        | kind               | column        | value                       | rule                                        |
        | temporary password | user_id       | nothing                     | user_id                                     |
        | temporary password | user_id       | 4242                        | fk_temporary_passwords_user_id_users        |
        | temporary password | password_hash | nothing                     | password_hash                               |
        | temporary password | password_hash | "hunter2"                   | ck_temporary_passwords_password_hash_form   |
        | temporary password | issued_at     | nothing                     | issued_at                                   |
        | temporary password | expires_at    | nothing                     | expires_at                                  |
        | temporary password | expires_at    | "2026-03-02T12:00:00+00:00" | ck_temporary_passwords_expires_after_issued |
        | temporary password | used_at       | "2026-03-02T11:59:59+00:00" | ck_temporary_passwords_used_in_time         |
        | temporary password | used_at       | "2026-03-03T12:00:00+00:00" | ck_temporary_passwords_used_in_time         |

    Scenario Outline: A script can store a <kind> whose values are all right
      When a script stores a <kind> of Ada's as it should be
      Then the database lets it through

      Examples:
        | kind               |
        | former password    |
        | temporary password |

    Example: A script cannot give one user two temporary passwords
      Given a script stores a temporary password of Ada's as it should be
      When a script stores a temporary password of Ada's as it should be
      Then the database refuses it by the rule pk_temporary_passwords
      And nothing has changed

    Example: A script cannot give a former password the id of somebody else's
      Given Bram has an account
      And a script stores a former password of Bram's as it should be
      When a script stores a former password of Ada's under an id of Bram's
      Then the database refuses it by the rule pk_password_history
      And nothing has changed

    Example: A script cannot choose the id of a former password
      When a script stores a former password of Ada's whose id is 7
      Then the database refuses it because only the database gives out ids
      And nothing has changed

  @asvs-13.2.2 @passwords-26
  Rule: Only the role for accounts can read passwords, and it cannot rewrite the history
    Scenario Outline: The role of <role> may not <verb> a <kind>
      When somebody in the role "<role>" tries to <verb> a <kind>
      Then the database refuses it for want of a right
      And nothing has changed

      Examples:
        | role         | verb   | kind               |
        | app_identity | update | former password    |
        | app_tenant   | select | former password    |
        | app_tenant   | insert | former password    |
        | app_tenant   | update | former password    |
        | app_tenant   | delete | former password    |
        | app_worker   | select | former password    |
        | app_worker   | insert | former password    |
        | app_worker   | update | former password    |
        | app_worker   | delete | former password    |
        | app_tenant   | select | temporary password |
        | app_tenant   | insert | temporary password |
        | app_tenant   | update | temporary password |
        | app_tenant   | delete | temporary password |
        | app_worker   | select | temporary password |
        | app_worker   | insert | temporary password |
        | app_worker   | update | temporary password |
        | app_worker   | delete | temporary password |

  @asvs-13.2.2 @passwords-28
  Rule: The service's own role makes a former password of nothing but the current one
    Example: A password that the account never had
      When the service's own role stores a password that Ada never had as a former one
      Then the database refuses it by the policy password_history_was_current
      And nothing has changed

    Example: The password that the account has
      When the service's own role stores Ada's password as a former one
      Then the database lets it through
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |
