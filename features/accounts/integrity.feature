@accounts @contract
Feature: What the database enforces for accounts
  In order to trust accounts independently of the client that wrote them
  As a developer
  I want the database, too, to enforce the rules

  Background:
    Given Ada has an account

  @accounts-20 @asvs-2.2.2
  Rule: The database rejects invalid rows of accounts and names the violated constraint
    Scenario Outline: A script cannot store an account whose <column> is <value>
      When a script stores an account whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column         | value                       | constraint                         |
        | email          | nothing                     | email NOT NULL                     |
        | email          | "ADA@EXAMPLE.ORG"           | uq_users_email                     |
        | email          | "ada"                       | ck_users_email_form                |
        | email          | "@example.org"              | ck_users_email_form                |
        | email          | "ada@"                      | ck_users_email_form                |
        | email          | "a@" + "x" × 253            | ck_users_email_form                |
        | display_name   | nothing                     | display_name NOT NULL              |
        | display_name   | ""                          | ck_users_display_name_form         |
        | display_name   | "   "                       | ck_users_display_name_form         |
        | display_name   | "x" × 201                   | ck_users_display_name_form         |
        | password_hash  | nothing                     | password_hash NOT NULL             |
        | password_hash  | "hunter2"                   | ck_users_password_hash_form        |
        | version        | nothing                     | version NOT NULL                   |
        | version        | 0                           | ck_users_version_counts            |
        | created_at     | nothing                     | created_at NOT NULL                |
        | changed_at     | nothing                     | changed_at NOT NULL                |
        | changed_at     | "2026-03-02T11:59:59+00:00" | ck_users_changed_after_created     |
        | deactivated_at | "2026-03-02T11:59:59+00:00" | ck_users_deactivated_after_created |

    Example: A script can store an account that is valid
      When a script stores an account
      Then the database accepts it

    Example: A script can store an account without its version
      When a script stores an account without its version
      Then the database accepts it

    Scenario Outline: A script can store an account whose <column> is <value>
      When a script stores an account whose <column> is <value>
      Then the database accepts it

      Examples:
        | column         | value                       | limit of                           |
        | email          | "a@" + "é" × 252            | ck_users_email_form                |
        | display_name   | "é" × 200                   | ck_users_display_name_form         |
        | changed_at     | "2026-03-02T12:00:00+00:00" | ck_users_changed_after_created     |
        | deactivated_at | "2026-03-02T12:00:00+00:00" | ck_users_deactivated_after_created |

    Example: A script cannot choose the id of an account
      When a script stores an account whose id is 7
      Then the database rejects it because of the constraint id GENERATED ALWAYS
      And nothing has changed

  @accounts-21 @asvs-13.2.2
  Rule: Operations on accounts run under a role with no other privileges
    Example: The service works with accounts in a role without other privileges
      When the service works with accounts
      Then its role is "app_identity", which owns no table and has no attribute

    Scenario Outline: The role <role> cannot <verb> an account
      When a client in the role "<role>" tries to <verb> an account
      Then the database rejects it because of a missing privilege
      And nothing has changed

      Examples:
        | role       | verb   |
        | app_tenant | select |
        | app_tenant | insert |
        | app_tenant | update |
        | app_tenant | delete |
        | app_worker | select |
        | app_worker | insert |
        | app_worker | update |
        | app_worker | delete |
