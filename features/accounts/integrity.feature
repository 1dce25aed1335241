@accounts
Feature: What the database itself refuses
  In order to trust the accounts whatever wrote them
  As an engineer who imports and repairs data by hand
  I want the database to hold to the rules, not only the service

  Background:
    Given Ada has an account

  @accounts-20
  Rule: The database rejects invalid rows of accounts and names the violated constraint
    Scenario Outline: A script cannot store an account whose <column> is <value>
      When a script stores an account whose <column> is <value>
      Then the database refuses it by the rule <rule>
      And nothing has changed

      Examples:
        | column         | value                       | rule                               |
        | email          | nothing                     | email                              |
        | email          | "ADA@EXAMPLE.ORG"           | uq_users_email                     |
        | email          | "ada"                       | ck_users_email_form                |
        | email          | "@example.org"              | ck_users_email_form                |
        | email          | "a@" + "x" × 253            | ck_users_email_form                |
        | display_name   | nothing                     | display_name                       |
        | display_name   | ""                          | ck_users_display_name_form         |
        | display_name   | "   "                       | ck_users_display_name_form         |
        | display_name   | "x" × 201                   | ck_users_display_name_form         |
        | password_hash  | nothing                     | password_hash                      |
        | password_hash  | "hunter2"                   | ck_users_password_hash_form        |
        | version        | nothing                     | version                            |
        | version        | 0                           | ck_users_version_counts            |
        | created_at     | nothing                     | created_at                         |
        | changed_at     | nothing                     | changed_at                         |
        | changed_at     | "2026-03-02T11:59:59+00:00" | ck_users_changed_after_created     |
        | deactivated_at | "2026-03-02T11:59:59+00:00" | ck_users_deactivated_after_created |

    Example: A script cannot choose an id
      When a script stores an account whose id is 7
      Then the database refuses it because only the database gives out ids
      And nothing has changed

  @accounts-21 @asvs-13.2.2
  Rule: Operations on accounts run under a role with no other privileges
    Example: The service's role is not the one that owns the tables
      When the service asks under which role it works
      Then the role is "app_identity", which owns nothing and may not bypass any policy

    Scenario Outline: The role of <others> may not <verb> accounts
      When somebody in the role "<others>" tries to <verb> accounts
      Then the database refuses it for want of a right
      And nothing has changed

      Examples:
        | others     | verb   |
        | app_tenant | select |
        | app_tenant | insert |
        | app_tenant | update |
        | app_tenant | delete |
        | app_worker | select |
        | app_worker | insert |
        | app_worker | update |
        | app_worker | delete |
