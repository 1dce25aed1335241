@tenancy
Feature: Tenants cannot reach each other
  In order to hand work to a service that others use too
  As a tenant
  I want the database itself to keep everybody else away from what I own

  @asvs-8.4.1 @tenancy-1
  Rule: Every table separates its rows by owner, or is listed with the reason why not
    Example: No table is forgotten
      When the catalogue is asked for the tables
      Then these are tenants' own, and nothing of their protection is lacking
        | table             | lacks   |
        | agents            | nothing |
        | events            | nothing |
        | objective_history | nothing |
        | objectives        | nothing |
        | projects          | nothing |
        | tasks             | nothing |
        | turns             | nothing |
      And these are not, for these reasons
        | table               | policies | why                                                      |
        | alembic_version     | none     | which migrations were run; nobody has a right to it      |
        | login_sessions      | forced   | looked up before it is known who asks: only app_identity |
        | password_history    | forced   | about logging in: only app_identity                      |
        | temporary_passwords | none     | about logging in: only app_identity                      |
        | users               | none     | looked up before it is known who asks: only app_identity |

    Example: The policies say so in one plain form
      When the catalogue is asked for the policies
      Then it names exactly these
        | table             | names  | acts as      | for      | may see or touch | may write            | kind        |
        | agents            | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |
        | events            | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |
        | login_sessions    | nobody | anybody      | delete   | expired ones     | -                    | restrictive |
        | login_sessions    | nobody | app_identity | any work | all rows         | -                    | permissive  |
        | objective_history | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |
        | objectives        | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |
        | password_history  | nobody | anybody      | insert   | -                | the current password | restrictive |
        | password_history  | nobody | app_identity | any work | all rows         | -                    | permissive  |
        | projects          | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |
        | tasks             | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |
        | tasks             | nobody | app_worker   | select   | all rows         | -                    | permissive  |
        | tasks             | nobody | app_worker   | update   | unfinished ones  | begun ones           | permissive  |
        | turns             | nobody | app_tenant   | any work | own rows         | own rows             | permissive  |

  @asvs-8.2.2 @asvs-8.4.1 @tenancy-2
  Rule: A tenant can neither read nor change another tenant's rows, in any table
    What comes of it, in a word: "his own" rows, all of them and no others; "none"; "as his own", a
    row of his own that Ada's does not stand in the way of; "no right" to do that, or against a
    "policy"; there is "no such row" to point to; "taken", for a name all tenants share; "unsupported"
    by PostgreSQL where there are policies; "-", nothing to try it on.
    Background:
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own

    Example: Bram tries to see what is Ada's
      When Bram tries everything of reading with all that is Ada's
      Then this is what comes of it
        | he tries                          | agents   | events   | objective_history | objectives | projects | tasks    | turns    |
        | to see every row                  | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | to see what has Ada's ids         | none     | none     | none              | none       | none     | none     | none     |
        | to see what is Ada's              | none     | none     | none              | none       | none     | none     | none     |
        | to fail on what is Ada's          | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | to lock every row                 | his own  | no right | his own           | his own    | no right | his own  | no right |
        | to see every row, policies off    | policy   | policy   | policy            | policy     | policy   | policy   | policy   |
        | to look through a view of his     | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | to look through a function of his | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | to copy the table out             | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | to copy a query out               | his own  | his own  | his own           | his own    | his own  | his own  | his own  |
        | to see which values are common    | none     | none     | none              | none       | none     | none     | none     |
        | to see where the ids are          | no right | no right | no right          | no right   | no right | no right | no right |

    Example: Bram tries to store what would be Ada's, or reach it
      When Bram tries everything of storing with all that is Ada's
      Then this is what comes of it
        | he tries                            | agents      | events      | objective_history | objectives  | projects    | tasks       | turns       |
        | to store a row for Ada              | policy      | policy      | policy            | policy      | policy      | policy      | policy      |
        | to store a row with an id of Ada's  | no right    | no right    | no right          | no right    | no right    | no right    | no right    |
        | to store what Ada has               | taken       | no such row | no such row       | as his own  | as his own  | no such row | no such row |
        | to store it unless it is there      | none        | no such row | no such row       | as his own  | as his own  | no such row | no such row |
        | to store it or change what is there | policy      | no right    | no such row       | as his own  | no right    | no such row | no right    |
        | to store what belongs to Ada's      | no such row | no such row | no such row       | -           | -           | no such row | no such row |
        | to copy a row in                    | unsupported | unsupported | unsupported       | unsupported | unsupported | unsupported | unsupported |
        | to use an id up                     | no right    | no right    | no right          | no right    | no right    | no right    | no right    |
        | to begin the ids anew               | no right    | no right    | no right          | no right    | no right    | no right    | no right    |

    Example: Bram tries to change what is Ada's
      When Bram tries everything of changing with all that is Ada's
      Then this is what comes of it
        | he tries                     | agents   | events   | objective_history | objectives | projects | tasks       | turns    |
        | to change every row          | his own  | no right | his own           | his own    | no right | his own     | no right |
        | to change what has Ada's ids | none     | no right | none              | none       | no right | none        | no right |
        | to give a row to Ada         | no right | no right | no right          | no right   | no right | no right    | no right |
        | to take every row            | no right | no right | no right          | no right   | no right | no right    | no right |
        | to let a row belong to Ada's | no right | no right | no right          | -          | -        | no such row | no right |
        | to remove every row          | his own  | no right | no right          | his own    | his own  | his own     | no right |
        | to remove what has Ada's ids | none     | no right | no right          | none       | none     | none        | no right |
        | to merge Ada's ids away      | none     | no right | no right          | none       | none     | none        | no right |
        | to empty the table           | no right | no right | no right          | no right   | no right | no right    | no right |
        | to switch the policies off   | no right | no right | no right          | no right   | no right | no right    | no right |
        | to let a trigger look        | no right | no right | no right          | no right   | no right | no right    | no right |

  @asvs-16.5.3 @tenancy-3
  Rule: Without a bound user no row can be read or changed
    Scenario Outline: While <binding>, <kind> is fruitless
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own
      When everything of <kind> is tried as a tenant while <binding>
      Then nothing is seen, and nothing is done
      And nothing has changed

      Examples:
        | kind     | binding               |
        | reading  | nobody was ever bound |
        | storing  | nobody was ever bound |
        | changing | nobody was ever bound |
        | reading  | nobody is bound       |
        | storing  | nobody is bound       |
        | changing | nobody is bound       |

  @asvs-8.4.1 @tenancy-4
  Rule: What constraints, ids, sizes and locks reveal about other tenants is listed
    Scenario Outline: Bram tries <way>
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own
      When Bram tries <way>, with Ada about
      Then he learns <what>

      Examples:
        | way                      | what                                                            | why it cannot be avoided                       |
        | the session of an agent  | that some agent has it                                          | a unique rule over all tenants must be kept    |
        | the ids of his own tasks | how many tasks all others submitted between two of his own      | all tenants' ids come from one sequence        |
        | the size of a table      | how many tasks all tenants have, about                          | the catalogue is open to everybody             |
        | a lock on a table        | that somebody is at work in it, and can keep all others waiting | whoever may remove rows may lock the table too |
