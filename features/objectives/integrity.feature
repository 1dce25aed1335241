@objectives
Feature: What the database itself refuses about objectives
  In order to trust what is stored whatever wrote it
  As an engineer who imports and repairs data by hand
  I want the database to hold to the rules, not only the service

  Background:
    Given Ada has an account
    And Bram has an account
    And Ada pursues "Close Q3"

  @objectives-6
  Rule: The database rejects invalid rows of objectives and names the violated constraint
    Scenario Outline: A script cannot store an objective whose <column> is <value>
      When a script stores an objective of Ada's whose <column> is <value>
      Then the database refuses it by the rule <rule>
      And nothing has changed

      Examples:
        | column      | value      | rule                           |
        | owner_id    | nothing    | owner_id                       |
        | owner_id    | 4242       | fk_objectives_owner_id_users   |
        | text        | nothing    | text                           |
        | text        | ""         | ck_objectives_text_form        |
        | text        | "x" × 2001 | ck_objectives_text_form        |
        | constraints | nothing    | constraints                    |
        | constraints | "{NULL}"   | ck_objectives_constraints_form |
        | constraints | "{\"\"}"   | ck_objectives_constraints_form |
        | since       | nothing    | since                          |
        | version     | nothing    | version                        |
        | version     | 0          | ck_objectives_version_counts   |

    Scenario Outline: A script cannot store an objective's entry whose <column> is <value>
      When a script stores an objective's entry of Ada's whose <column> is <value>
      Then the database refuses it by the rule <rule>
      And nothing has changed

      Examples:
        | column       | value                       | rule                                                  |
        | owner_id     | nothing                     | owner_id                                              |
        | owner_id     | 4242                        | fk_objective_history_owner_id_objective_id_objectives |
        | objective_id | nothing                     | objective_id                                          |
        | objective_id | 4242                        | fk_objective_history_owner_id_objective_id_objectives |
        | text         | nothing                     | text                                                  |
        | text         | ""                          | ck_objective_history_text_form                        |
        | text         | "x" × 2001                  | ck_objective_history_text_form                        |
        | constraints  | nothing                     | constraints                                           |
        | constraints  | "{NULL}"                    | ck_objective_history_constraints_form                 |
        | constraints  | "{\"\"}"                    | ck_objective_history_constraints_form                 |
        | valid_from   | nothing                     | valid_from                                            |
        | valid_until  | "2026-03-02T10:59:59+00:00" | ck_objective_history_until_after_from                 |
        | valid_until  | nothing                     | uq_objective_history_open                             |

    Scenario Outline: A script can store <row> whose values are all right
      When a script stores <row> of Ada's as it should be
      Then the database lets it through

      Examples:
        | row                  |
        | an objective's entry |

    Scenario Outline: A script cannot choose the id of <row>
      When a script stores <row> of Ada's whose id is 7
      Then the database refuses it because only the database gives out ids
      And nothing has changed

      Examples:
        | row                  |
        | an objective         |
        | an objective's entry |

    Scenario Outline: A script cannot give <row> the id of somebody else's
      Given Bram pursues "Close Q4"
      When a script stores <row> of Ada's under an id of Bram's
      Then the database refuses it by the rule <rule>
      And nothing has changed

      Examples:
        | row                  | rule                 |
        | an objective         | pk_objectives        |
        | an objective's entry | pk_objective_history |

    Example: A script cannot give an objective of Ada's an entry of Bram's
      When a script stores an objective's entry of Ada's whose owner_id is Bram's
      Then the database refuses it by the rule fk_objective_history_owner_id_objective_id_objectives
      And nothing has changed

    Scenario Outline: Exactly one entry is open, and says what the objective is: a script cannot <do>
      When a script tries to <do>
      Then the database refuses it by the rule objectives_open_entry
      And nothing has changed

      Examples:
        | do                             |
        | store an objective on its own  |
        | change an objective on its own |
        | constrain an objective further |
        | date an objective otherwise    |
        | close the open entry           |
        | rewrite the open entry         |
        | date the open entry otherwise  |
        | delete the open entry          |
        | delete the whole history       |

  @asvs-13.2.2 @objectives-7
  Rule: Only the owner can work with an objective, and only as far as the service needs
    Scenario Outline: The role of <role> may not <verb> <row>
      When somebody in the role "<role>" tries to <verb> <row>
      Then the database refuses it for want of a right
      And nothing has changed

      Examples:
        | role         | verb   | row                  |
        | app_identity | select | an objective         |
        | app_identity | insert | an objective         |
        | app_identity | update | an objective         |
        | app_identity | delete | an objective         |
        | app_worker   | select | an objective         |
        | app_worker   | insert | an objective         |
        | app_worker   | update | an objective         |
        | app_worker   | delete | an objective         |
        | app_identity | select | an objective's entry |
        | app_identity | insert | an objective's entry |
        | app_identity | update | an objective's entry |
        | app_identity | delete | an objective's entry |
        | app_worker   | select | an objective's entry |
        | app_worker   | insert | an objective's entry |
        | app_worker   | update | an objective's entry |
        | app_worker   | delete | an objective's entry |
        | app_tenant   | delete | an objective's entry |

    Scenario Outline: The role of <role> may not change the <column> of <row>
      When somebody in the role "<role>" tries to change the <column> of <row>
      Then the database refuses it for want of a right

      Examples:
        | role       | column       | row                  |
        | app_tenant | owner_id     | an objective         |
        | app_tenant | owner_id     | an objective's entry |
        | app_tenant | objective_id | an objective's entry |
        | app_tenant | text         | an objective's entry |
        | app_tenant | constraints  | an objective's entry |
        | app_tenant | valid_from   | an objective's entry |
