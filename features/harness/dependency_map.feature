@harness
Feature: Which tables need which others
  In order to empty a database without knowing its tables by heart
  As a developer
  I want the order of its tables to be read from the database itself

  @harness-1
  Rule: Every table has its place, children before their parents
    Example: The service's own tables
      When the map of the service's own database is read
      Then it has every table and every foreign key that the models have
      And every table in it comes before those it refers to

    Example: Tables of several schemas, some of them by two ways
      Given a database with these tables
        | table            | refers to               |
        | people           |                         |
        | shop.orders      | people                  |
        | shop.lines       | shop.orders, shop.goods |
        | shop.goods       |                         |
        | billing.invoices | shop.orders, people     |
        | countries        |                         |
      When its map is read
      Then every table in it comes before those it refers to
      And it has the tables "billing.invoices, countries, people, shop.goods, shop.lines, shop.orders"

  @harness-2
  Rule: Tables that need each other are named
    Example: A cycle of three, and a table that refers to itself
      Given a database with these tables
        | table     | refers to |
        | people    | teams     |
        | teams     | rooms     |
        | rooms     | people    |
        | comments  | comments  |
        | doors     | rooms     |
        | buildings |           |
      When its map is read
      Then the tables "people, rooms, teams" form its only cycle
      And only "comments" refers to itself
      And every table in it comes before those it refers to

  @harness-3
  Rule: Partitions belong to their table, and a table needs no key to be one
    Example: Two tables in partitions and one without a key
      Given a database with these tables
        | table    | refers to | special       |
        | days     |           | in partitions |
        | readings | days      | in partitions |
        | notes    |           | without a key |
      When its map is read
      Then it has the tables "days, notes, readings"
      And every table in it comes before those it refers to

  @harness-4
  Rule: What the migrations and single sessions keep for themselves is left out
    Example: The version table, in whichever schema, and a temporary table
      Given a database with these tables
        | table                | refers to | special       |
        | people               |           |               |
        | alembic_version      |           | without a key |
        | shop.alembic_version |           | without a key |
      And somebody has a temporary table in it
      When its map is read
      Then it has the tables "people"
