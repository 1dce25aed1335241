@migrations
Feature: A database that is not what it seems is refused
  In order to trust that a schema is what its revision made
  As an operator
  I want an upgrade to begin only where it knows what it will find, and to name what it did not expect

  @migrations-28
  Rule: The recorded version must be one revision of this history
    @fixture.database
    Scenario Outline: The upgrade is refused if <what>
      Given a database at the latest revision, in which Ada has an account
      And by hand: <what>
      When somebody upgrades it
      Then the upgrade is refused: <reason>
      And neither its revision nor its schema nor its rows have changed

      Examples:
        | what                                             | reason                                                                                                                  |
        | the version table names a revision of the future | the database is at revision '9999', which is not among these migrations                                                 |
        | the version table names two revisions            | alembic_version names 2 revisions (0001, the latest) where there is one line of them                                    |
        | the version table is empty                       | the database says of no revision that it is at it, but its schema is not empty: the column agents.created_at is unknown |
        | the version table is gone                        | the database says of no revision that it is at it, but its schema is not empty: the column agents.created_at is unknown |
        | the version table names an older revision        | the schema is not what revision 0020 made                                                                               |

  @migrations-29
  Rule: Manual changes of the schema are named, and the upgrade refuses to build on them
    @fixture.database
    Scenario Outline: The upgrade is refused if <what>
      Given a database at the latest revision, in which Ada has an account
      And by hand: <what>
      When somebody upgrades it
      Then the upgrade is refused: the schema is not what the latest revision made: <difference>
      And neither its revision nor its schema nor its rows have changed

      Examples:
        | what                                         | difference                                                            |
        | a column was added                           | the column users.nickname is unknown                                  |
        | a column was renamed                         | the column projects.slug is missing                                   |
        | a column may be empty                        | the column users.email is different                                   |
        | a column has another default                 | the column tasks.status is different                                  |
        | a column is numbered by whoever writes       | the column tasks.id is different                                      |
        | a numbering takes other steps                | the numbering of tasks_id_seq is different                            |
        | a table was added                            | the column notes.text is unknown; the table notes is unknown          |
        | a table was dropped                          | the column temporary_passwords.expires_at is missing                  |
        | a view was added                             | the column everybody.email is unknown; the view everybody is unknown  |
        | a check was dropped                          | the constraint ck_users_email_form on users is missing                |
        | a check was weakened                         | the constraint ck_users_version_counts on users is different          |
        | a check was not validated                    | the constraint ck_users_version_counts on users is different          |
        | a foreign key keeps what it should delete    | the constraint fk_turns_owner_id_task_id_tasks on turns is different  |
        | an index was dropped                         | the index uq_users_email on users is missing                          |
        | an enum has one more word                    | the type task_status is different                                     |
        | a trigger was disabled                       | the trigger tasks_unchanged on tasks is different                     |
        | a trigger's function does nothing            | the function task_change() is different                               |
        | a policy was opened                          | the policy turns_of_the_tenant on turns is different                  |
        | a policy was dropped                         | the policy events_of_the_tenant on events is missing                  |
        | policies do not bind the owner               | the table tasks is different                                          |
        | a right to a table was granted               | the grant on the table users to app_worker is unknown                 |
        | a right to a column was granted              | the grant on the column tasks.result to app_worker is different       |
        | a right to a function was granted            | the grant on the function task_change() to everybody is unknown       |
        | a right to the schema was granted            | the grant on the schema public to app_tenant is different             |
        | a right was taken away                       | the grant on the table users to app_identity is different             |
        | rights to what is still to come were granted | the default grant on the tables of the owner to app_tenant is unknown |
        | a comment was written                        | the comment on table column public.users.email is unknown             |

    @fixture.database
    Example: What a group role says of what it may not make is in no upgrade's way
      Given a database at the latest revision, in which Ada has an account
      And by hand: a tenant granted rights to what it will make
      When somebody upgrades it
      Then the upgrade is not refused

  @migrations-30
  Rule: Missing privileges or an unsuitable database are reported before anything happens
    @fixture.empty_database
    Example: A role that may not make tables
      Given a database that nobody has migrated
      When somebody upgrades it in the role "app_worker"
      Then the upgrade is refused: the role "app_worker" cannot migrate: it may not create tables in the schema public; it may not grant itself
      And neither its revision nor its schema nor its rows have changed

    @fixture.empty_database
    Example: A role that does not own the tables
      Given a database at the first revision, in which Ada has an account
      When somebody upgrades it in the role "app_worker"
      Then the upgrade is refused: the role "app_worker" cannot migrate: it may not create tables in the schema public; it does not own alembic_version; tasks; users
      And neither its revision nor its schema nor its rows have changed

    Example: A database that cannot store every text
      Given an empty database that stores text as LATIN1
      When somebody upgrades it
      Then the upgrade is refused: the database stores text as LATIN1
      And neither its revision nor its schema nor its rows have changed
