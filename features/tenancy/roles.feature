@tenancy
Feature: A role cannot extend its own privileges
  In order to rely on policies and privileges whatever statement a role runs
  As an administrator
  I want no statement of a role about itself to weaken them

  @asvs-13.2.2 @contract @tenancy-14
  Rule: No statement that a role runs about itself changes a policy, a privilege or a role
    Each statement is run in each role and rolled back; all catalogues of the server are compared before
    and after. The changes that remain possible give no access: default privileges on future objects,
    where the role may create none; settings for logins, where it cannot log in; a large object.
    Example: The catalogues that each statement changes
      Then each statement changes these catalogues, by the role that runs it
        | statement                                                                    | app_identity            | app_tenant              | app_worker              |
        | DROP OWNED BY CURRENT_ROLE                                                   | nothing                 | nothing                 | no right                |
        | DROP OWNED BY {role} CASCADE                                                 | nothing                 | nothing                 | no right                |
        | DROP OWNED BY {role}, {other}                                                | no right                | no right                | no right                |
        | REASSIGN OWNED BY {role} TO {other}                                          | no right                | no right                | no right                |
        | ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO PUBLIC                       | pg_default_acl          | pg_default_acl          | pg_default_acl          |
        | ALTER DEFAULT PRIVILEGES FOR ROLE SESSION_USER GRANT ALL ON TABLES TO PUBLIC | no right                | no right                | no right                |
        | ALTER ROLE CURRENT_ROLE SET search_path = nowhere                            | pg_db_role_setting      | pg_db_role_setting      | pg_db_role_setting      |
        | ALTER ROLE {role} IN DATABASE {database} SET row_security = off              | pg_db_role_setting      | pg_db_role_setting      | pg_db_role_setting      |
        | ALTER ROLE ALL SET row_security = off                                        | no right                | no right                | no right                |
        | ALTER DATABASE {database} SET row_security = off                             | no right                | no right                | no right                |
        | ALTER ROLE CURRENT_ROLE LOGIN                                                | no right                | no right                | no right                |
        | ALTER ROLE CURRENT_ROLE BYPASSRLS                                            | no right                | no right                | no right                |
        | ALTER ROLE {role} RENAME TO mallory                                          | refused by 0A000        | refused by 0A000        | refused by 0A000        |
        | DROP ROLE {role}                                                             | no right                | no right                | no right                |
        | GRANT {role} TO {other}                                                      | no right                | no right                | no right                |
        | GRANT {other} TO {role}                                                      | no right                | no right                | no right                |
        | SET ROLE {other}                                                             | nothing                 | nothing                 | nothing                 |
        | COMMENT ON ROLE {role} IS 'mine'                                             | no right                | no right                | no right                |
        | COMMENT ON POLICY tasks_of_the_tenant ON tasks IS 'mine'                     | no right                | no right                | no right                |
        | SECURITY LABEL ON ROLE {role} IS 'mine'                                      | refused by 22023        | refused by 22023        | refused by 22023        |
        | GRANT EXECUTE ON FUNCTION acts_as TO PUBLIC                                  | nothing                 | nothing                 | nothing                 |
        | GRANT SELECT ON tasks TO PUBLIC                                              | no right                | nothing                 | no right                |
        | REVOKE EXECUTE ON FUNCTION acts_as FROM {role}                               | nothing                 | nothing                 | nothing                 |
        | DROP FUNCTION acts_as CASCADE                                                | no right                | no right                | no right                |
        | ALTER FUNCTION acts_as OWNER TO {role}                                       | no right                | no right                | no right                |
        | ALTER POLICY tasks_of_the_tenant ON tasks USING (true)                       | no right                | no right                | no right                |
        | CREATE TABLE public.mine (id bigint)                                         | no right                | no right                | no right                |
        | CREATE SCHEMA mine                                                           | no right                | no right                | no right                |
        | SELECT lo_create(0)                                                          | pg_largeobject_metadata | pg_largeobject_metadata | pg_largeobject_metadata |

    Scenario Outline: <role> cannot log in with a password of its own
      Then the role "<role>" cannot log in with a password that it has set for itself

      Examples:
        | role         |
        | app_identity |
        | app_tenant   |
        | app_worker   |
