@tenancy
Feature: The privileges of the roles
  In order to limit the damage of a fault in one part of the service
  As an administrator
  I want every privilege listed, and no other privilege granted

  @asvs-13.2.2 @asvs-15.3.3 @asvs-8.2.3 @asvs-8.3.1 @contract @tenancy-7
  Rule: Each role has the privileges that its work needs, and no others
    Example: The privileges on tables and sequences
      Then the privileges on tables and sequences are exactly these
        | role         | table               | privilege | columns                                                                                                             |
        | app_identity | login_sessions      | select    | all                                                                                                                 |
        | app_identity | login_sessions      | insert    | all                                                                                                                 |
        | app_identity | login_sessions      | update    | last_seen_at, ended_at, ended_because                                                                               |
        | app_identity | login_sessions      | delete    | all                                                                                                                 |
        | app_identity | password_history    | select    | all                                                                                                                 |
        | app_identity | password_history    | insert    | user_id, password_hash, retired_at                                                                                  |
        | app_identity | password_history    | delete    | all                                                                                                                 |
        | app_identity | temporary_passwords | select    | all                                                                                                                 |
        | app_identity | temporary_passwords | insert    | user_id, password_hash, issued_at, expires_at, used_at                                                              |
        | app_identity | temporary_passwords | update    | password_hash, issued_at, expires_at, used_at                                                                       |
        | app_identity | temporary_passwords | delete    | all                                                                                                                 |
        | app_identity | users               | select    | all                                                                                                                 |
        | app_identity | users               | insert    | password_hash, created_at, email, display_name, changed_at, version, deactivated_at, failed_logins_at, locked_until |
        | app_identity | users               | update    | password_hash, email, display_name, changed_at, version, deactivated_at, failed_logins_at, locked_until             |
        | app_identity | users               | delete    | all                                                                                                                 |
        | app_tenant   | agents              | select    | all                                                                                                                 |
        | app_tenant   | agents              | insert    | owner_id, project_id, session_uuid, name, priority_score, priority_reason, priority_at, created_at                  |
        | app_tenant   | agents              | update    | priority_score, priority_reason, priority_at                                                                        |
        | app_tenant   | agents              | delete    | all                                                                                                                 |
        | app_tenant   | events              | select    | all                                                                                                                 |
        | app_tenant   | events              | insert    | owner_id, project_id, agent_id, task_id, turn_id, type, payload, created_at                                         |
        | app_tenant   | objective_history   | select    | all                                                                                                                 |
        | app_tenant   | objective_history   | insert    | owner_id, objective_id, text, constraints, valid_from, valid_until                                                  |
        | app_tenant   | objective_history   | update    | valid_until                                                                                                         |
        | app_tenant   | objectives          | select    | all                                                                                                                 |
        | app_tenant   | objectives          | insert    | owner_id, text, constraints, since, version                                                                         |
        | app_tenant   | objectives          | update    | text, constraints, since, version                                                                                   |
        | app_tenant   | objectives          | delete    | all                                                                                                                 |
        | app_tenant   | projects            | select    | all                                                                                                                 |
        | app_tenant   | projects            | insert    | owner_id, path, slug, created_at                                                                                    |
        | app_tenant   | projects            | delete    | all                                                                                                                 |
        | app_tenant   | tasks               | select    | all                                                                                                                 |
        | app_tenant   | tasks               | insert    | owner_id, title, created_at, payload, agent_id                                                                      |
        | app_tenant   | tasks               | update    | title, agent_id, version                                                                                            |
        | app_tenant   | tasks               | delete    | all                                                                                                                 |
        | app_tenant   | turns               | select    | all                                                                                                                 |
        | app_tenant   | turns               | insert    | owner_id, task_id, actor, intent, text, created_at                                                                  |
        | app_worker   | tasks               | select    | id, owner_id, title, created_at, started_at, status, payload, agent_id, version                                     |
        | app_worker   | tasks               | update    | error, started_at, finished_at, status, result, error_details, version                                              |

    Example: The privileges on other objects, on parameters and on what will be made
      Then the privileges on other objects are exactly these
        | role         | privilege | on                   | why                                                       |
        | PUBLIC       | connect   | the database         | PostgreSQL's default; the operator decides who may log in |
        | PUBLIC       | temporary | the database         | PostgreSQL's default; it gives no access to a table       |
        | PUBLIC       | usage     | the schema public    | PostgreSQL's default; it gives no access to a table       |
        | PUBLIC       | usage     | the type session_end | an enumerated type, whose values reveal nothing           |
        | app_identity | execute   | the function acts_as | policies compare the current role by it                   |
        | app_identity | usage     | the schema public    | the tables of the service are in it                       |
        | app_tenant   | execute   | the function acts_as | policies compare the current role by it                   |
        | app_tenant   | usage     | the schema public    | the tables of the service are in it                       |
        | app_worker   | execute   | the function acts_as | policies compare the current role by it                   |
        | app_worker   | usage     | the schema public    | the tables of the service are in it                       |

  @asvs-13.2.2 @tenancy-8
  Rule: No role has a capability that was not granted to it
    Scenario Outline: <role> is neither a superuser nor an owner of anything
      Then the role "<role>" has no capability beyond its privileges

      Examples:
        | role         |
        | app_identity |
        | app_tenant   |
        | app_worker   |

  @asvs-13.2.2 @contract @tenancy-9
  Rule: No function or view runs with more privileges than its caller's
    Example: The functions and views
      Then the functions are exactly these
        | function                 | privileges of | search path         | callers                              |
        | acts_as                  | its caller    | pg_catalog, pg_temp | app_identity, app_tenant, app_worker |
        | event_is_written         | its caller    | pg_catalog, pg_temp | none                                 |
        | objective_has_open_entry | its caller    | pg_catalog, pg_temp | none                                 |
        | session_end_is_final     | its caller    | pg_catalog, pg_temp | none                                 |
        | task_change              | its caller    | pg_catalog, pg_temp | none                                 |
        | task_transition          | its caller    | pg_catalog, pg_temp | none                                 |
        | turn_not_before_task     | its caller    | pg_catalog, pg_temp | none                                 |
      And no view runs with its owner's privileges
