@contract @workspace
Feature: What the database enforces for the workspace
  In order to trust projects, agents, turns and events independently of the client that wrote them
  As a developer
  I want the database, too, to enforce the rules

  Background:
    Given Ada has an account
    And Bram has an account
    And Ada has a project "q3" with an agent "Scribe"
    And Bram has a project "bram-project" with an agent "Bram's agent"
    And Ada has a task "Import Q3 figures"
    And Bram has a task "Import Q4 figures"

  @asvs-2.2.2 @workspace-11
  Rule: The database rejects invalid rows of the workspace and names the violated constraint
    Scenario Outline: A script cannot store a project whose <column> is <value>
      When a script stores a project of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column     | value           | constraint                 |
        | owner_id   | nothing         | owner_id NOT NULL          |
        | owner_id   | 4242            | fk_projects_owner_id_users |
        | path       | nothing         | path NOT NULL              |
        | path       | ""              | ck_projects_path_form      |
        | path       | "srv"           | ck_projects_path_form      |
        | path       | "srv/q4"        | ck_projects_path_form      |
        | path       | "/srv/"         | ck_projects_path_form      |
        | path       | "/" + "x" × 500 | ck_projects_path_form      |
        | path       | "/home/ada/q3"  | uq_projects_owner_id_path  |
        | slug       | nothing         | slug NOT NULL              |
        | slug       | "Q4"            | ck_projects_slug_form      |
        | slug       | "q--4"          | ck_projects_slug_form      |
        | slug       | "-q4"           | ck_projects_slug_form      |
        | slug       | "x" × 64        | ck_projects_slug_form      |
        | slug       | "q3"            | uq_projects_owner_id_slug  |
        | created_at | nothing         | created_at NOT NULL        |

    Scenario Outline: A script cannot store an agent whose <column> is <value>
      When a script stores an agent of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column          | value                       | constraint                             |
        | owner_id        | nothing                     | owner_id NOT NULL                      |
        | owner_id        | 4242                        | fk_agents_owner_id_project_id_projects |
        | project_id      | nothing                     | project_id NOT NULL                    |
        | project_id      | 4242                        | fk_agents_owner_id_project_id_projects |
        | session_uuid    | nothing                     | session_uuid NOT NULL                  |
        | name            | nothing                     | name NOT NULL                          |
        | name            | ""                          | ck_agents_name_form                    |
        | name            | "x" × 201                   | ck_agents_name_form                    |
        | created_at      | nothing                     | created_at NOT NULL                    |
        | priority_score  | 55                          | ck_agents_priority_is_whole            |
        | priority_reason | "why"                       | ck_agents_priority_is_whole            |
        | priority_at     | "2026-03-02T12:00:00+00:00" | ck_agents_priority_is_whole            |

    Scenario Outline: A script cannot store a prioritised agent whose <column> is <value>
      When a script stores a prioritised agent of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column          | value                       | constraint                       |
        | priority_score  | nothing                     | ck_agents_priority_is_whole      |
        | priority_score  | -1                          | ck_agents_priority_score_range   |
        | priority_score  | 101                         | ck_agents_priority_score_range   |
        | priority_reason | nothing                     | ck_agents_priority_is_whole      |
        | priority_reason | ""                          | ck_agents_priority_reason_form   |
        | priority_reason | "x" × 1001                  | ck_agents_priority_reason_form   |
        | priority_at     | nothing                     | ck_agents_priority_is_whole      |
        | priority_at     | "2026-03-02T11:59:59+00:00" | ck_agents_priority_after_created |

    Scenario Outline: A script cannot store a turn whose <column> is <value>
      When a script stores a turn of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column     | value                       | constraint                      |
        | owner_id   | nothing                     | owner_id NOT NULL               |
        | owner_id   | 4242                        | fk_turns_owner_id_task_id_tasks |
        | task_id    | nothing                     | task_id NOT NULL                |
        | task_id    | 4242                        | fk_turns_owner_id_task_id_tasks |
        | actor      | nothing                     | actor NOT NULL                  |
        | intent     | nothing                     | intent NOT NULL                 |
        | text       | nothing                     | text NOT NULL                   |
        | text       | ""                          | ck_turns_text_form              |
        | text       | "x" × 100001                | ck_turns_text_form              |
        | created_at | nothing                     | created_at NOT NULL             |
        | created_at | "2026-03-02T11:59:59+00:00" | turns_not_before_task           |

    Scenario Outline: A script cannot store an event whose <column> is <value>
      When a script stores an event of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column     | value     | constraint                             |
        | owner_id   | nothing   | owner_id NOT NULL                      |
        | owner_id   | 4242      | fk_events_owner_id_users               |
        | project_id | 4242      | fk_events_owner_id_project_id_projects |
        | agent_id   | 4242      | fk_events_owner_id_agent_id_agents     |
        | task_id    | 4242      | fk_events_owner_id_task_id_tasks       |
        | turn_id    | 4242      | fk_events_owner_id_turn_id_turns       |
        | type       | nothing   | type NOT NULL                          |
        | type       | ""        | ck_events_type_form                    |
        | type       | "Seen"    | ck_events_type_form                    |
        | type       | ".seen"   | ck_events_type_form                    |
        | type       | "seen."   | ck_events_type_form                    |
        | type       | "x" × 101 | ck_events_type_form                    |
        | payload    | nothing   | payload NOT NULL                       |
        | created_at | nothing   | created_at NOT NULL                    |

    Scenario Outline: A script can store <row> that is valid
      When a script stores <row> of Ada's
      Then the database accepts it

      Examples:
        | row                 |
        | a project           |
        | an agent            |
        | a prioritised agent |
        | a turn              |
        | an event            |

    Scenario Outline: A script can store <row> whose <column> is <value>
      When a script stores <row> of Ada's whose <column> is <value>
      Then the database accepts it

      Examples:
        | row                 | column          | value           | limit of                       |
        | a project           | path            | "/" + "é" × 499 | ck_projects_path_form          |
        | a project           | path            | "/home/ada/Q3"  | uq_projects_owner_id_path      |
        | a project           | slug            | "x" × 63        | ck_projects_slug_form          |
        | a project           | slug            | "a-b-4"         | ck_projects_slug_form          |
        | an agent            | name            | "é" × 200       | ck_agents_name_form            |
        | a prioritised agent | priority_score  | 0               | ck_agents_priority_score_range |
        | a prioritised agent | priority_score  | 100             | ck_agents_priority_score_range |
        | a prioritised agent | priority_reason | "é" × 1000      | ck_agents_priority_reason_form |
        | a turn              | text            | "é" × 100000    | ck_turns_text_form             |
        | an event            | type            | "x" × 100       | ck_events_type_form            |
        | an event            | type            | "task.was_seen" | ck_events_type_form            |

    Scenario Outline: A script cannot change the id of a user that <row> refers to
      Given Chen has an account
      And a script stores <row> of Chen's
      When a script executes "UPDATE users SET id = DEFAULT WHERE email LIKE 'chen%'"
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | row       | constraint                 |
        | a project | fk_projects_owner_id_users |
        | an event  | fk_events_owner_id_users   |

    Example: A script cannot change the id of a project that an agent refers to
      When a script executes "UPDATE projects SET id = DEFAULT"
      Then the database rejects it because of the constraint fk_agents_owner_id_project_id_projects
      And nothing has changed

    Scenario Outline: A script cannot change the <column> that an event refers to
      Given Chen has an account
      And a script stores a project of Chen's
      And a script stores a turn of Ada's
      When a script stores an event of <person>'s whose <column> is <person>'s
      And a script executes "<statement>"
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | person | column     | statement                                          | constraint                             |
        | Chen   | project_id | UPDATE projects SET id = DEFAULT WHERE slug = 'q4' | fk_events_owner_id_project_id_projects |
        | Ada    | agent_id   | UPDATE agents SET id = DEFAULT                     | fk_events_owner_id_agent_id_agents     |
        | Ada    | turn_id    | UPDATE turns SET id = DEFAULT                      | fk_events_owner_id_turn_id_turns       |

    Example: A script cannot store an event with the turn_id of another tenant's
      Given a script stores a turn of Bram's
      When a script stores an event of Ada's whose turn_id is Bram's
      Then the database rejects it because of the constraint fk_events_owner_id_turn_id_turns
      And nothing has changed

    Scenario Outline: A script can store a project with the <column> of another tenant's
      When a script stores a project of Ada's whose <column> is <value>
      Then the database accepts it

      Examples:
        | column | value                    | unique for each owner     |
        | path   | "/home/ada/bram-project" | uq_projects_owner_id_path |
        | slug   | "bram-project"           | uq_projects_owner_id_slug |

    Scenario Outline: A script can store a turn whose <column> is <value>
      When a script stores a turn of Ada's whose <column> is <value>
      Then the database accepts it

      Examples:
        | column | value        |
        | actor  | "user"       |
        | actor  | "agent"      |
        | intent | "command"    |
        | intent | "answer"     |
        | intent | "question"   |
        | intent | "progress"   |
        | intent | "completion" |

    Scenario Outline: A script cannot choose the id of <row>
      When a script stores <row> of Ada's whose id is 7
      Then the database rejects it because of the constraint id GENERATED ALWAYS
      And nothing has changed

      Examples:
        | row       |
        | a project |
        | an agent  |
        | a turn    |
        | an event  |

    Scenario Outline: A script cannot store <row> under the id of another tenant's
      Given a script stores a turn of Bram's
      And a script stores an event of Bram's
      When a script stores <row> of Ada's under the id of Bram's
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | row       | constraint  |
        | a project | pk_projects |
        | an agent  | pk_agents   |
        | a turn    | pk_turns    |
        | an event  | pk_events   |

    Scenario Outline: A script cannot store <row> with the <column> of another tenant's
      When a script stores <row> of Ada's whose <column> is Bram's
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | row      | column     | constraint                             |
        | an agent | project_id | fk_agents_owner_id_project_id_projects |
        | a turn   | task_id    | fk_turns_owner_id_task_id_tasks        |
        | an event | project_id | fk_events_owner_id_project_id_projects |
        | an event | agent_id   | fk_events_owner_id_agent_id_agents     |
        | an event | task_id    | fk_events_owner_id_task_id_tasks       |

    Scenario Outline: A script cannot store <row> whose <column> is <value>, which is not of its type
      When a script stores <row> of Ada's whose <column> is <value>
      Then the database rejects it because of the type <type>
      And nothing has changed

      Examples:
        | row      | column       | value    | type        |
        | a turn   | actor        | "robot"  | turn_actor  |
        | a turn   | intent       | "gossip" | turn_intent |
        | an agent | session_uuid | "laptop" | uuid        |

    Example: A script cannot store agents of two tenants with the same session
      Given a script stores an agent of Bram's
      When a script stores an agent of Ada's
      Then the database rejects it because of the constraint uq_agents_session_uuid
      And nothing has changed

    Example: A script cannot move a turn to a time before its task
      Given a script stores a turn of Ada's
      When a script executes "UPDATE turns SET created_at = created_at - interval '1 second'"
      Then the database rejects it because of the constraint turns_not_before_task
      And nothing has changed

  @asvs-13.2.2 @workspace-12
  Rule: Only the owner can work with the workspace, and only as far as the service needs
    Scenario Outline: The role <role> cannot <verb> <row>
      When a client in the role "<role>" tries to <verb> <row>
      Then the database rejects it because of a missing privilege
      And nothing has changed

      Examples:
        | role         | verb   | row       |
        | app_identity | select | a project |
        | app_identity | insert | a project |
        | app_identity | update | a project |
        | app_identity | delete | a project |
        | app_worker   | select | a project |
        | app_worker   | insert | a project |
        | app_worker   | update | a project |
        | app_worker   | delete | a project |
        | app_tenant   | update | a project |
        | app_identity | select | an agent  |
        | app_identity | insert | an agent  |
        | app_identity | update | an agent  |
        | app_identity | delete | an agent  |
        | app_worker   | select | an agent  |
        | app_worker   | insert | an agent  |
        | app_worker   | update | an agent  |
        | app_worker   | delete | an agent  |
        | app_identity | select | a turn    |
        | app_identity | insert | a turn    |
        | app_identity | update | a turn    |
        | app_identity | delete | a turn    |
        | app_worker   | select | a turn    |
        | app_worker   | insert | a turn    |
        | app_worker   | update | a turn    |
        | app_worker   | delete | a turn    |
        | app_tenant   | update | a turn    |
        | app_tenant   | delete | a turn    |
        | app_identity | select | an event  |
        | app_identity | insert | an event  |
        | app_identity | update | an event  |
        | app_identity | delete | an event  |
        | app_worker   | select | an event  |
        | app_worker   | insert | an event  |
        | app_worker   | update | an event  |
        | app_worker   | delete | an event  |
        | app_tenant   | update | an event  |
        | app_tenant   | delete | an event  |

    Scenario Outline: The role <role> cannot update the <column> of <row>
      When a client in the role "<role>" tries to update the <column> of <row>
      Then the database rejects it because of a missing privilege

      Examples:
        | role       | column       | row       |
        | app_tenant | owner_id     | a project |
        | app_tenant | path         | a project |
        | app_tenant | slug         | a project |
        | app_tenant | created_at   | a project |
        | app_tenant | owner_id     | an agent  |
        | app_tenant | project_id   | an agent  |
        | app_tenant | session_uuid | an agent  |
        | app_tenant | name         | an agent  |
        | app_tenant | created_at   | an agent  |
        | app_tenant | owner_id     | a turn    |
        | app_tenant | task_id      | a turn    |
        | app_tenant | text         | a turn    |
        | app_tenant | owner_id     | an event  |
        | app_tenant | task_id      | an event  |
        | app_tenant | payload      | an event  |
