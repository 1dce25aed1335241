@tenancy
Feature: Everything else in the database, in every schema
  In order to rely on policies and privileges whatever is added to the database
  As a tenant
  I want nothing beside the tables, in any schema, to show or change my rows

  @asvs-8.4.1 @tenancy-17
  Rule: Nothing that a tenant can reach, in any schema, shows or changes another tenant's rows
    Example: Bram uses every table, view, function and procedure that tenants have a privilege on
      Given Ada and Bram have rows in every tenant table
      When Bram attempts to get at Ada's rows by all that a tenant can reach
      Then no attempt shows or changes a row of Ada's

  @asvs-13.2.2 @contract @tenancy-18
  Rule: Nothing in the database passes rows on without their policies
    Example: The objects of kinds that policies do not protect
      Then the objects that could pass rows on are exactly these
        | kind                   | objects | why                                                         |
        | event triggers         | none    | they run for changes of the schema by any role              |
        | extensions             | plpgsql | PostgreSQL's default; others bring functions for every role |
        | foreign data wrappers  | none    | they read and write other servers                           |
        | languages              | none    | they may run what PostgreSQL does not check                 |
        | large objects          | none    | there are no policies for them                              |
        | materialized views     | none    | they store rows that no policy protects                     |
        | publications           | none    | they send rows of all tenants                               |
        | rules                  | none    | they run with the privileges of the table's owner           |
        | subscriptions          | none    | they write rows with their owner's privileges               |
        | tables that share rows | none    | a partition or child is read without its parent's policies  |

  @asvs-13.2.2 @tenancy-19
  Rule: No setting weakens policies or constraints, and no role can change one that would
    Example: The settings that a connection begins with
      Then a new connection of the service has exactly these settings
        | setting                  | value           | why                                                    |
        | allow_system_table_mods  | off             | the catalogue, with the policies, cannot be written    |
        | app.user_id              | none            | a transaction without a binding is for no user         |
        | lo_compat_privileges     | off             | a large object is for those with a privilege on it     |
        | role                     | none            | a transaction takes its role itself                    |
        | row_security             | on              | a query returns its own rows and does not fail instead |
        | search_path              | public, pg_temp | no other schema can put a table in the place of one    |
        | session_replication_role | origin          | foreign keys and triggers are enforced                 |

    Scenario Outline: <role> cannot set what only a superuser may set
      Then the role "<role>" can set no parameter that PostgreSQL reserves to superusers

      Examples:
        | role         |
        | app_identity |
        | app_tenant   |
        | app_worker   |
