@tenancy
Feature: Tenants cannot reach each other
  In order to share a service with other tenants
  As a tenant
  I want the database itself to keep all others from my rows

  @asvs-8.4.1 @contract @tenancy-1
  Rule: Every table separates its rows by owner, or is listed with the reason why not
    Example: Every table is a tenant table or an exception
      Then the tenant tables are exactly these
        | table             | lacks   |
        | agents            | nothing |
        | events            | nothing |
        | objective_history | nothing |
        | objectives        | nothing |
        | projects          | nothing |
        | tasks             | nothing |
        | turns             | nothing |
      And the other tables are exactly these
        | table               | policies | why                                                       |
        | alembic_version     | none     | it holds the revision of the schema; no role may read it  |
        | login_sessions      | forced   | it is read before the user is known, only by app_identity |
        | password_history    | forced   | it is used for logins, only by app_identity               |
        | temporary_passwords | none     | it is used for logins, only by app_identity               |
        | users               | none     | it is read before the user is known, only by app_identity |

    Example: Every tenant table has the same form of policy
      Then the policies are exactly these
        | table             | names | acts as      | for    | reads or changes | writes               | kind        |
        | agents            | none  | app_tenant   | all    | own rows         | own rows             | permissive  |
        | events            | none  | app_tenant   | all    | own rows         | own rows             | permissive  |
        | login_sessions    | none  | any role     | delete | expired rows     | -                    | restrictive |
        | login_sessions    | none  | app_identity | all    | all rows         | -                    | permissive  |
        | objective_history | none  | app_tenant   | all    | own rows         | own rows             | permissive  |
        | objectives        | none  | app_tenant   | all    | own rows         | own rows             | permissive  |
        | password_history  | none  | any role     | insert | -                | the current password | restrictive |
        | password_history  | none  | app_identity | all    | all rows         | -                    | permissive  |
        | projects          | none  | app_tenant   | all    | own rows         | own rows             | permissive  |
        | tasks             | none  | app_tenant   | all    | own rows         | own rows             | permissive  |
        | tasks             | none  | app_worker   | select | all rows         | -                    | permissive  |
        | tasks             | none  | app_worker   | update | unfinished tasks | begun tasks          | permissive  |
        | turns             | none  | app_tenant   | all    | own rows         | own rows             | permissive  |

  @asvs-8.2.2 @asvs-8.4.1 @contract @tenancy-2
  Rule: A tenant can neither read nor change another tenant's rows, in any table
    Each attack is made on each table. The outcomes: "his own", all of Bram's rows and no others;
    "none", no row; "as his own", a new row of Bram's that does not collide with Ada's; "no right",
    a missing privilege; "policy", refused by a policy; "no such row", a foreign key finds none;
    "taken", a unique key of all tenants; "unsupported", by PostgreSQL for tables with policies;
    "-", not applicable.
    Background:
      Given Ada and Bram have rows in every tenant table

    Example: Bram attempts to read Ada's rows
      When Bram attempts every kind of read on Ada's rows
      Then the outcomes are, by table
        | attempt                      | agents   | events   | objective_history | objectives | projects | tasks    | turns    |
        | select every row             | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | select by Ada's ids          | none     | none     | none              | none       | none     | none     | none     |
        | select by Ada as the owner   | none     | none     | none              | none       | none     | none     | none     |
        | divide by zero on Ada's rows | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | lock every row               | his own  | no right | his own           | his own    | no right | his own  | no right |
        | select with policies off     | policy   | policy   | policy            | policy     | policy   | policy   | policy   |
        | select through a view        | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | select through a function    | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | copy the table out           | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | copy a query out             | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | read the common values       | none     | none     | none              | none       | none     | none     | none     |
        | read the sequence            | no right | no right | no right          | no right   | no right | no right | no right |

    Example: Bram attempts to insert rows that are Ada's or refer to Ada's
      When Bram attempts every kind of insert on Ada's rows
      Then the outcomes are, by table
        | attempt                           | agents      | events      | objective_history | objectives  | projects    | tasks       | turns       |
        | insert a row for Ada              | policy      | policy      | policy            | policy      | policy      | policy      | policy      |
        | insert a row with Ada's id        | no right    | no right    | no right          | no right    | no right    | no right    | no right    |
        | insert a copy of Ada's row        | taken       | no such row | no such row       | as his own  | as his own  | no such row | no such row |
        | insert it unless it exists        | none        | no such row | no such row       | as his own  | as his own  | no such row | no such row |
        | insert it or update the other     | policy      | no right    | no such row       | as his own  | no right    | no such row | no right    |
        | insert a row that refers to Ada's | no such row | no such row | no such row       | -           | -           | no such row | no such row |
        | copy a row in                     | unsupported | unsupported | unsupported       | unsupported | unsupported | unsupported | unsupported |
        | use up an id                      | no right    | no right    | no right          | no right    | no right    | no right    | no right    |
        | restart the ids                   | no right    | no right    | no right          | no right    | no right    | no right    | no right    |

    Example: Bram attempts to change Ada's rows
      When Bram attempts every kind of change on Ada's rows
      Then the outcomes are, by table
        | attempt                   | agents   | events   | objective_history | objectives | projects | tasks       | turns    |
        | update every row          | his own  | no right | his own           | his own    | no right | his own     | no right |
        | update by Ada's ids       | none     | no right | none              | none       | no right | none        | no right |
        | give a row to Ada         | no right | no right | no right          | no right   | no right | no right    | no right |
        | take over every row       | no right | no right | no right          | no right   | no right | no right    | no right |
        | make a row refer to Ada's | no right | no right | no right          | -          | -        | no such row | no right |
        | delete every row          | his own  | no right | no right          | his own    | his own  | his own     | no right |
        | delete by Ada's ids       | none     | no right | no right          | none       | none     | none        | no right |
        | merge by Ada's ids        | none     | no right | no right          | none       | none     | none        | no right |
        | truncate the table        | no right | no right | no right          | no right   | no right | no right    | no right |
        | disable the policies      | no right | no right | no right          | no right   | no right | no right    | no right |
        | add a trigger             | no right | no right | no right          | no right   | no right | no right    | no right |

  @asvs-16.5.3 @tenancy-3
  Rule: Without a bound user no row can be read or changed
    Scenario Outline: No <kind> reaches a row <binding>
      Given Ada and Bram have rows in every tenant table
      When every kind of <kind> is attempted as a tenant <binding>
      Then no attempt reads or changes a row
      And nothing has changed

      Examples:
        | kind   | binding                                        |
        | read   | in a connection that was never bound to a user |
        | insert | in a connection that was never bound to a user |
        | change | in a connection that was never bound to a user |
        | read   | in a connection that is bound to no user       |
        | insert | in a connection that is bound to no user       |
        | change | in a connection that is bound to no user       |

  @asvs-8.4.1 @tenancy-4
  Rule: What constraints, ids, sizes and locks reveal about other tenants is listed
    Scenario Outline: From <channel>, Bram learns <finding>
      Given Ada and Bram have rows in every tenant table
      When Bram observes <channel> while Ada works
      Then he learns <finding>

      Examples:
        | channel                  | finding                                                    | why                                                   |
        | the session of an agent  | that some agent has it                                     | a session is unique among the agents of all tenants   |
        | the ids of his own tasks | how many tasks all others submitted between two of his own | all tenants' ids come from one sequence               |
        | the size of a table      | about how many tasks all tenants have                      | every role may read the catalogue                     |
        | a lock on a table        | that a transaction uses it, and can make all others wait   | a role that may delete rows may also lock their table |
