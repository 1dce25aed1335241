@passwords
Feature: What the database enforces for passwords
  In order to trust password hashes independently of the client that wrote them
  As a developer
  I want the database, too, to enforce the rules

  Background:
    Given Ada has an account

  @asvs-2.2.2 @contract @passwords-25
  Rule: The database rejects invalid rows of passwords and names the violated constraint
    Scenario Outline: A script cannot store a <kind> whose <column> is <value>
      When a script stores a <kind> of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples: Former passwords
        | kind            | column        | value     | constraint                             |
        | former password | user_id       | nothing   | user_id NOT NULL                       |
        | former password | user_id       | 4242      | fk_password_history_user_id_users      |
        | former password | password_hash | nothing   | password_hash NOT NULL                 |
        | former password | password_hash | "hunter2" | ck_password_history_password_hash_form |
        | former password | retired_at    | nothing   | retired_at NOT NULL                    |

      Examples: Temporary passwords
        | kind               | column        | value                       | constraint                                  |
        | temporary password | user_id       | nothing                     | user_id NOT NULL                            |
        | temporary password | user_id       | 4242                        | fk_temporary_passwords_user_id_users        |
        | temporary password | password_hash | nothing                     | password_hash NOT NULL                      |
        | temporary password | password_hash | "hunter2"                   | ck_temporary_passwords_password_hash_form   |
        | temporary password | issued_at     | nothing                     | issued_at NOT NULL                          |
        | temporary password | expires_at    | nothing                     | expires_at NOT NULL                         |
        | temporary password | expires_at    | "2026-03-02T12:00:00+00:00" | ck_temporary_passwords_expires_after_issued |
        | temporary password | used_at       | "2026-03-02T11:59:59+00:00" | ck_temporary_passwords_used_in_time         |
        | temporary password | used_at       | "2026-03-03T12:00:00+00:00" | ck_temporary_passwords_used_in_time         |

    Scenario Outline: A script can store a <kind> that is valid
      When a script stores a <kind> of Ada's
      Then the database accepts it

      Examples:
        | kind               |
        | former password    |
        | temporary password |

    Scenario Outline: A script cannot change the id of a user that a <kind> refers to
      Given a script stores a <kind> of Ada's
      When a script executes "UPDATE users SET id = DEFAULT"
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | kind               | constraint                           |
        | former password    | fk_password_history_user_id_users    |
        | temporary password | fk_temporary_passwords_user_id_users |

    Example: A script can store a temporary password that was used when it was issued
      When a script stores a temporary password of Ada's whose used_at is "2026-03-02T12:00:00+00:00"
      Then the database accepts it

    Example: A script cannot store two temporary passwords of one account
      Given a script stores a temporary password of Ada's
      When a script stores a temporary password of Ada's
      Then the database rejects it because of the constraint pk_temporary_passwords
      And nothing has changed

    Example: A script cannot store a former password under the id of another tenant's
      Given Bram has an account
      And a script stores a former password of Bram's
      When a script stores a former password of Ada's under the id of Bram's
      Then the database rejects it because of the constraint pk_password_history
      And nothing has changed

    Example: A script cannot choose the id of a former password
      When a script stores a former password of Ada's whose id is 7
      Then the database rejects it because of the constraint id GENERATED ALWAYS
      And nothing has changed

  @asvs-13.2.2 @contract @passwords-26
  Rule: Only the role for accounts can read passwords, and it cannot rewrite the history
    Scenario Outline: The role <role> cannot <verb> a <kind>
      When a client in the role "<role>" tries to <verb> a <kind>
      Then the database rejects it because of a missing privilege
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
  Rule: The service can add only the current password to the former passwords
    Example: A password that the account never had cannot be added
      When a client in the role "app_identity" stores a password that Ada never had as a former one
      Then the database rejects it because of the policy password_history_was_current
      And nothing has changed

    Example: The current password of the account can be added
      When a client in the role "app_identity" stores Ada's password as a former one
      Then the database accepts it
      And Ada's former passwords are
        | password                   |
        | violet teapots hum at dusk |
