@contract @objectives
Feature: What the database enforces for objectives
  In order to trust objectives and their history independently of the client that wrote them
  As a developer
  I want the database, too, to enforce the rules

  Background:
    Given Ada has an account
    And Bram has an account
    And Ada pursues "Close Q3"

  @asvs-2.2.2 @objectives-6
  Rule: The database rejects invalid rows of objectives and names the violated constraint
    Scenario Outline: A script cannot store an objective whose <column> is <value>
      When a script stores an objective of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column      | value      | constraint                     |
        | owner_id    | nothing    | owner_id NOT NULL              |
        | owner_id    | 4242       | fk_objectives_owner_id_users   |
        | text        | nothing    | text NOT NULL                  |
        | text        | ""         | ck_objectives_text_form        |
        | text        | "x" × 2001 | ck_objectives_text_form        |
        | constraints | nothing    | constraints NOT NULL           |
        | constraints | "{NULL}"   | ck_objectives_constraints_form |
        | constraints | "{\"\"}"   | ck_objectives_constraints_form |
        | since       | nothing    | since NOT NULL                 |
        | version     | nothing    | version NOT NULL               |
        | version     | 0          | ck_objectives_version_counts   |

    Scenario Outline: A script cannot store an objective's entry whose <column> is <value>
      When a script stores an objective's entry of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column       | value                       | constraint                                            |
        | owner_id     | nothing                     | owner_id NOT NULL                                     |
        | owner_id     | 4242                        | fk_objective_history_owner_id_objective_id_objectives |
        | objective_id | nothing                     | objective_id NOT NULL                                 |
        | objective_id | 4242                        | fk_objective_history_owner_id_objective_id_objectives |
        | text         | nothing                     | text NOT NULL                                         |
        | text         | ""                          | ck_objective_history_text_form                        |
        | text         | "x" × 2001                  | ck_objective_history_text_form                        |
        | constraints  | nothing                     | constraints NOT NULL                                  |
        | constraints  | "{NULL}"                    | ck_objective_history_constraints_form                 |
        | constraints  | "{\"\"}"                    | ck_objective_history_constraints_form                 |
        | valid_from   | nothing                     | valid_from NOT NULL                                   |
        | valid_until  | "2026-03-02T10:59:59+00:00" | ck_objective_history_until_after_from                 |
        | valid_until  | nothing                     | uq_objective_history_open                             |

    Example: A script can store an objective's entry that is valid
      When a script stores an objective's entry of Ada's
      Then the database accepts it

    Scenario Outline: A script can store an objective's entry whose <column> is <value>
      When a script stores an objective's entry of Ada's whose <column> is <value>
      Then the database accepts it

      Examples:
        | column      | value                       | limit of                              |
        | text        | "é" × 2000                  | ck_objective_history_text_form        |
        | valid_until | "2026-03-02T11:00:00+00:00" | ck_objective_history_until_after_from |

    Scenario Outline: A script can store an objective <which>
      When a script executes "WITH o AS (INSERT INTO objectives (owner_id, text, since) SELECT owner_id, <text>, since FROM objectives RETURNING *) INSERT INTO objective_history (owner_id, objective_id, text, constraints, valid_from) SELECT owner_id, id, text, '{}', since FROM o"
      Then the database accepts it

      Examples:
        | which                    | text              | limit of                |
        | whose text is "é" × 2000 | repeat('é', 2000) | ck_objectives_text_form |
        | without constraints      | 'Rest'            | constraints             |

    Scenario Outline: A script cannot change the id of <row> that <another> refers to
      When a script executes "<statement>"
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | row          | another      | statement                                             | constraint                                            |
        | a user       | an objective | UPDATE users SET id = DEFAULT WHERE email LIKE 'ada%' | fk_objectives_owner_id_users                          |
        | an objective | an entry     | UPDATE objectives SET id = DEFAULT                    | fk_objective_history_owner_id_objective_id_objectives |

    Scenario Outline: A script cannot choose the id of <row>
      When a script stores <row> of Ada's whose id is 7
      Then the database rejects it because of the constraint id GENERATED ALWAYS
      And nothing has changed

      Examples:
        | row                  |
        | an objective         |
        | an objective's entry |

    Scenario Outline: A script cannot store <row> under the id of another tenant's
      Given Bram pursues "Close Q4"
      When a script stores <row> of Ada's under the id of Bram's
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | row                  | constraint           |
        | an objective         | pk_objectives        |
        | an objective's entry | pk_objective_history |

    Example: A script cannot store an entry of one tenant for the objective of another
      When a script stores an objective's entry of Ada's whose owner_id is Bram's
      Then the database rejects it because of the constraint fk_objective_history_owner_id_objective_id_objectives
      And nothing has changed

    Scenario Outline: An objective has one open entry with its current values: a script cannot <do>
      When a script executes "<statement>"
      Then the database rejects it because of the constraint objectives_open_entry
      And nothing has changed

      Examples:
        | do                                   | statement                                                                                     |
        | store only an objective              | INSERT INTO objectives (owner_id, text, since) SELECT owner_id, 'Rest', since FROM objectives |
        | change only the text of an objective | UPDATE objectives SET text = 'Rest'                                                           |
        | change only the constraints of one   | UPDATE objectives SET constraints = '{more}'                                                  |
        | change only the time of an objective | UPDATE objectives SET since = since - interval '1 second'                                     |
        | close the open entry                 | UPDATE objective_history SET valid_until = valid_from                                         |
        | change the text of the open entry    | UPDATE objective_history SET text = 'Rest'                                                    |
        | change the time of the open entry    | UPDATE objective_history SET valid_from = valid_from - interval '1 second'                    |
        | delete the open entry                | DELETE FROM objective_history WHERE valid_until IS NULL                                       |
        | delete the whole history             | DELETE FROM objective_history                                                                 |

  @asvs-13.2.2 @objectives-7
  Rule: Only the owner can work with an objective, and only as far as the service needs
    Scenario Outline: The role <role> cannot <verb> <row>
      When a client in the role "<role>" tries to <verb> <row>
      Then the database rejects it because of a missing privilege
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

    Scenario Outline: The role <role> cannot update the <column> of <row>
      When a client in the role "<role>" tries to update the <column> of <row>
      Then the database rejects it because of a missing privilege

      Examples:
        | role       | column       | row                  |
        | app_tenant | owner_id     | an objective         |
        | app_tenant | owner_id     | an objective's entry |
        | app_tenant | objective_id | an objective's entry |
        | app_tenant | text         | an objective's entry |
        | app_tenant | constraints  | an objective's entry |
        | app_tenant | valid_from   | an objective's entry |
