@contract @tasks
Feature: What the database enforces for tasks
  In order to trust tasks independently of the client that wrote them
  As a developer
  I want the database, too, to enforce the rules

  Background:
    Given Ada has an account
    And Bram has an account
    And Bram has a project "q4" with an agent "Clerk"

  @asvs-2.2.2 @asvs-2.2.3 @tasks-23
  Rule: The database rejects invalid rows of tasks and names the violated constraint
    Scenario Outline: A script cannot store a task whose <column> is <value>
      When a script stores a task of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column        | value                       | constraint                        |
        | owner_id      | nothing                     | owner_id NOT NULL                 |
        | owner_id      | 4242                        | fk_tasks_owner_id_users           |
        | agent_id      | 4242                        | fk_tasks_owner_id_agent_id_agents |
        | title         | nothing                     | title NOT NULL                    |
        | title         | ""                          | ck_tasks_title_form               |
        | title         | "  "                        | ck_tasks_title_form               |
        | title         | "x" × 201                   | ck_tasks_title_form               |
        | payload       | nothing                     | payload NOT NULL                  |
        | status        | nothing                     | status NOT NULL                   |
        | version       | nothing                     | version NOT NULL                  |
        | version       | 0                           | ck_tasks_version_counts           |
        | created_at    | nothing                     | created_at NOT NULL               |
        | result        | "{}"                        | ck_tasks_result_when_completed    |
        | error         | "too early"                 | ck_tasks_error_when_failed        |
        | error_details | "{}"                        | ck_tasks_details_when_failed      |
        | started_at    | "2026-03-02T12:30:00+00:00" | ck_tasks_started_unless_pending   |
        | finished_at   | "2026-03-02T12:30:00+00:00" | ck_tasks_finished_when_over       |

    Scenario Outline: A script cannot store a processing task whose <column> is <value>
      When a script stores a processing task of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column      | value                       | constraint                      |
        | started_at  | nothing                     | ck_tasks_started_unless_pending |
        | started_at  | "2026-03-02T11:59:59+00:00" | ck_tasks_started_after_created  |
        | finished_at | "2026-03-02T12:30:00+00:00" | ck_tasks_finished_when_over     |
        | result      | "{}"                        | ck_tasks_result_when_completed  |
        | error       | "x"                         | ck_tasks_error_when_failed      |

    Scenario Outline: A script cannot store a completed task whose <column> is <value>
      When a script stores a completed task of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column        | value                       | constraint                      |
        | result        | nothing                     | ck_tasks_result_when_completed  |
        | started_at    | nothing                     | ck_tasks_started_unless_pending |
        | finished_at   | nothing                     | ck_tasks_finished_when_over     |
        | finished_at   | "2026-03-02T12:00:30+00:00" | ck_tasks_finished_after_started |
        | error         | "x"                         | ck_tasks_error_when_failed      |
        | error_details | "{}"                        | ck_tasks_details_when_failed    |

    Scenario Outline: A script cannot store a failed task whose <column> is <value>
      When a script stores a failed task of Ada's whose <column> is <value>
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | column      | value       | constraint                     |
        | error       | nothing     | ck_tasks_error_when_failed     |
        | error       | ""          | ck_tasks_error_form            |
        | error       | "x" × 10001 | ck_tasks_error_form            |
        | result      | "{}"        | ck_tasks_result_when_completed |
        | finished_at | nothing     | ck_tasks_finished_when_over    |

    Scenario Outline: A script can store <row> that is valid
      When a script stores <row> of Ada's
      Then the database accepts it

      Examples:
        | row               |
        | a task            |
        | a processing task |
        | a completed task  |
        | a failed task     |

    Scenario Outline: A script can store a <status> task whose <column> is <value>
      When a script stores a <status> task of Ada's whose <column> is <value>
      Then the database accepts it

      Examples:
        | status     | column        | value                       | limit of                        |
        | pending    | title         | "é" × 200                   | ck_tasks_title_form             |
        | processing | started_at    | "2026-03-02T12:00:00+00:00" | ck_tasks_started_after_created  |
        | completed  | finished_at   | "2026-03-02T12:01:00+00:00" | ck_tasks_finished_after_started |
        | failed     | error         | "é" × 10000                 | ck_tasks_error_form             |
        | failed     | error_details | "{}"                        | ck_tasks_details_when_failed    |

    Scenario Outline: A script cannot change the id of <row> that a task refers to
      When a script stores a task of Bram's whose <column> is Bram's
      And a script executes "<statement>"
      Then the database rejects it because of the constraint <constraint>
      And nothing has changed

      Examples:
        | row      | column   | statement                                              | constraint                        |
        | a user   | owner_id | UPDATE users SET id = DEFAULT WHERE email LIKE 'bram%' | fk_tasks_owner_id_users           |
        | an agent | agent_id | UPDATE agents SET id = DEFAULT                         | fk_tasks_owner_id_agent_id_agents |

    Example: A script cannot choose the id of a task
      When a script stores a task of Ada's whose id is 7
      Then the database rejects it because of the constraint id GENERATED ALWAYS
      And nothing has changed

    Example: A script cannot assign a task to another tenant's agent
      When a script stores a task of Ada's whose agent_id is Bram's
      Then the database rejects it because of the constraint fk_tasks_owner_id_agent_id_agents
      And nothing has changed

    Example: A script cannot store a task with an unknown status
      When a script stores a task of Ada's whose status is "done"
      Then the database rejects it because of the type task_status
      And nothing has changed

    Example: A script cannot store a task under the id of another tenant's
      Given Bram has a task "Import Q4 figures"
      When a script stores a task of Ada's under the id of Bram's
      Then the database rejects it because of the constraint pk_tasks
      And nothing has changed

  @asvs-13.2.2 @asvs-15.3.3 @asvs-8.2.3 @tasks-24
  Rule: Only the owner can work with a task, and only as far as the service needs
    Scenario Outline: The role <role> cannot <verb> <row>
      When a client in the role "<role>" tries to <verb> <row>
      Then the database rejects it because of a missing privilege
      And nothing has changed

      Examples:
        | role         | verb   | row    |
        | app_identity | select | a task |
        | app_identity | insert | a task |
        | app_identity | update | a task |
        | app_identity | delete | a task |
        | app_worker   | select | a task |
        | app_worker   | insert | a task |
        | app_worker   | delete | a task |

    Scenario Outline: The role <role> cannot update the <column> of <row>
      When a client in the role "<role>" tries to update the <column> of <row>
      Then the database rejects it because of a missing privilege

      Examples:
        | role       | column        | row    |
        | app_tenant | owner_id      | a task |
        | app_tenant | payload       | a task |
        | app_tenant | status        | a task |
        | app_tenant | result        | a task |
        | app_tenant | error         | a task |
        | app_tenant | error_details | a task |
        | app_tenant | created_at    | a task |
        | app_tenant | started_at    | a task |
        | app_tenant | finished_at   | a task |
        | app_worker | owner_id      | a task |
        | app_worker | agent_id      | a task |
        | app_worker | title         | a task |
        | app_worker | payload       | a task |
        | app_worker | created_at    | a task |

    Scenario Outline: The role app_worker cannot select the <column> of a task
      When a client in the role "app_worker" tries to select the <column> of a task
      Then the database rejects it because of a missing privilege

      Examples:
        | column        |
        | result        |
        | error         |
        | error_details |
        | finished_at   |

    Scenario Outline: The role app_tenant cannot insert the <column> of a task
      When a client in the role "app_tenant" tries to insert the <column> of a task
      Then the database rejects it because of a missing privilege
      And nothing has changed

      Examples:
        | column        |
        | id            |
        | status        |
        | result        |
        | error         |
        | error_details |
        | version       |
        | started_at    |
        | finished_at   |
