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
        | app_identity | login_sessions      | update    | ended_at, ended_because, last_seen_at                                                                               |
        | app_identity | login_sessions      | delete    | all                                                                                                                 |
        | app_identity | password_history    | select    | all                                                                                                                 |
        | app_identity | password_history    | insert    | password_hash, retired_at, user_id                                                                                  |
        | app_identity | password_history    | delete    | all                                                                                                                 |
        | app_identity | temporary_passwords | select    | all                                                                                                                 |
        | app_identity | temporary_passwords | insert    | expires_at, issued_at, password_hash, used_at, user_id                                                              |
        | app_identity | temporary_passwords | update    | expires_at, issued_at, password_hash, used_at                                                                       |
        | app_identity | temporary_passwords | delete    | all                                                                                                                 |
        | app_identity | users               | select    | all                                                                                                                 |
        | app_identity | users               | insert    | changed_at, created_at, deactivated_at, display_name, email, failed_logins_at, locked_until, password_hash, version |
        | app_identity | users               | update    | changed_at, deactivated_at, display_name, email, failed_logins_at, locked_until, password_hash, version             |
        | app_identity | users               | delete    | all                                                                                                                 |
        | app_tenant   | agents              | select    | all                                                                                                                 |
        | app_tenant   | agents              | insert    | created_at, name, owner_id, priority_at, priority_reason, priority_score, project_id, session_uuid                  |
        | app_tenant   | agents              | update    | priority_at, priority_reason, priority_score                                                                        |
        | app_tenant   | agents              | delete    | all                                                                                                                 |
        | app_tenant   | events              | select    | all                                                                                                                 |
        | app_tenant   | events              | insert    | agent_id, created_at, owner_id, payload, project_id, task_id, turn_id, type                                         |
        | app_tenant   | objective_history   | select    | all                                                                                                                 |
        | app_tenant   | objective_history   | insert    | constraints, objective_id, owner_id, text, valid_from, valid_until                                                  |
        | app_tenant   | objective_history   | update    | valid_until                                                                                                         |
        | app_tenant   | objectives          | select    | all                                                                                                                 |
        | app_tenant   | objectives          | insert    | constraints, owner_id, since, text, version                                                                         |
        | app_tenant   | objectives          | update    | constraints, since, text, version                                                                                   |
        | app_tenant   | objectives          | delete    | all                                                                                                                 |
        | app_tenant   | projects            | select    | all                                                                                                                 |
        | app_tenant   | projects            | insert    | created_at, owner_id, path, slug                                                                                    |
        | app_tenant   | projects            | delete    | all                                                                                                                 |
        | app_tenant   | tasks               | select    | all                                                                                                                 |
        | app_tenant   | tasks               | insert    | agent_id, created_at, owner_id, payload, title                                                                      |
        | app_tenant   | tasks               | update    | agent_id, title, version                                                                                            |
        | app_tenant   | tasks               | delete    | all                                                                                                                 |
        | app_tenant   | turns               | select    | all                                                                                                                 |
        | app_tenant   | turns               | insert    | actor, created_at, intent, owner_id, task_id, text                                                                  |
        | app_worker   | tasks               | select    | agent_id, created_at, id, owner_id, payload, started_at, status, title, version                                     |
        | app_worker   | tasks               | update    | error, error_details, finished_at, result, started_at, status, version                                              |

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
