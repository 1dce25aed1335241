@migrations
Feature: A database in an unexpected state is not upgraded
  In order to trust that a schema is the one that its revision made
  As an operator
  I want an upgrade to check the database first, and to name what it did not expect

  @migrations-28
  Rule: The recorded version must be one revision of this history
    @fixture.database
    Scenario Outline: The upgrade is refused if <change>
      Given a database at the latest revision with rows in every table
      And a manual change: <change>
      When the database is upgraded to the latest revision
      Then the upgrade is refused: <reason>
      And its revision, schema and rows are unchanged

      Examples:
        | change                                           | reason                                                                                                 |
        | the version table names a revision of the future | the database is at revision '9999', which is not among these migrations                                |
        | the version table names two revisions            | alembic_version names 2 revisions (0001, the latest) where there is one line of them                   |
        | the version table was emptied                    | the database records no revision, but its schema is not empty: the column agents.created_at is unknown |
        | the version table was dropped                    | the database records no revision, but its schema is not empty: the column agents.created_at is unknown |
        | the version table names an older revision        | the schema is not what revision 0020 made                                                              |

  @contract @migrations-29
  Rule: Manual changes of the schema are named, and the upgrade refuses to build on them
    @fixture.database
    Scenario Outline: The upgrade is refused if <change>
      Given a database at the latest revision with rows in every table
      And a manual change: <change>
      When the database is upgraded to the latest revision
      Then the upgrade is refused: the schema is not what the latest revision made: <difference>
      And its revision, schema and rows are unchanged

      Examples:
        | change                                      | difference                                                            |
        | a column was added                          | the column users.nickname is unknown                                  |
        | a column was renamed                        | the column projects.slug is missing                                   |
        | a column became nullable                    | the column users.email is different                                   |
        | the default of a column was changed         | the column tasks.status is different                                  |
        | an identity column accepts given ids        | the column tasks.id is different                                      |
        | the increment of a sequence was changed     | the numbering of tasks_id_seq is different                            |
        | a table was added                           | the column notes.text is unknown; the table notes is unknown          |
        | a table was dropped                         | the column temporary_passwords.expires_at is missing                  |
        | a view was added                            | the column addresses.email is unknown; the view addresses is unknown  |
        | a check was dropped                         | the constraint ck_users_email_form on users is missing                |
        | a check was weakened                        | the constraint ck_users_version_counts on users is different          |
        | a check was not validated                   | the constraint ck_users_version_counts on users is different          |
        | a foreign key lost its ON DELETE CASCADE    | the constraint fk_turns_owner_id_task_id_tasks on turns is different  |
        | an index was dropped                        | the index uq_users_email on users is missing                          |
        | a label was added to an enum                | the type task_status is different                                     |
        | a trigger was disabled                      | the trigger tasks_unchanged on tasks is different                     |
        | a trigger's function was replaced           | the function task_change() is different                               |
        | a policy was opened                         | the policy turns_of_the_tenant on turns is different                  |
        | a policy was dropped                        | the policy events_of_the_tenant on events is missing                  |
        | policies were no longer forced on the owner | the table tasks is different                                          |
        | a privilege on a table was granted          | the grant on the table users to app_worker is unknown                 |
        | a privilege on a column was granted         | the grant on the column tasks.result to app_worker is different       |
        | a privilege on a function was granted       | the grant on the function task_change() to PUBLIC is unknown          |
        | a privilege on the schema was granted       | the grant on the schema public to app_tenant is different             |
        | a privilege was revoked                     | the grant on the table users to app_identity is different             |
        | default privileges were granted             | the default grant on the tables of the owner to app_tenant is unknown |
        | a comment was added                         | the comment on table column public.users.email is unknown             |

    @fixture.database
    Example: Default privileges of a role that may create nothing do not prevent an upgrade
      Given a database at the latest revision with rows in every table
      And a manual change: the role of tenants set default privileges of its own
      When the database is upgraded to the latest revision
      Then the upgrade is not refused

  @migrations-30
  Rule: Missing privileges or an unsuitable database are reported before anything happens
    @fixture.empty_database
    Example: A role that may not create tables
      Given an empty database
      When the database is upgraded to the latest revision in a session with the role "app_worker"
      Then the upgrade is refused: the role "app_worker" cannot migrate: it may not create tables in the schema public; it may not grant itself
      And its revision, schema and rows are unchanged

    @fixture.empty_database
    Example: A role that does not own the tables
      Given a database at revision "0001" with rows in every table
      When the database is upgraded to the latest revision in a session with the role "app_worker"
      Then the upgrade is refused: the role "app_worker" cannot migrate: it may not create tables in the schema public; it does not own alembic_version; tasks; users
      And its revision, schema and rows are unchanged

    Example: A database that cannot store every text
      Given an empty database that stores text as LATIN1
      When the database is upgraded to the latest revision
      Then the upgrade is refused: the database stores text as LATIN1
      And its revision, schema and rows are unchanged
