@migrations
Feature: The models and the migrated schema are the same
  In order to find no surprise in the database that the code does not know of
  As an engineer
  I want everything about the schema to be written down where it can be compared

  @migrations-21
  Rule: The models and the revisions make the same tables
    Example: Alembic has nothing to add
      When the models are compared with the migrated schema
      Then Alembic finds no difference

    @fixture.empty_database
    Example: The catalogue has nothing to add, but for what only revisions say
      Given a database that nobody has migrated
      When the tables are created from the models alone
      Then the migrated schema has beyond that only
        | what               |
        | function           |
        | grant              |
        | policy             |
        | row-level security |
        | statistics         |
        | trigger            |

  @migrations-22
  Rule: The schema of each revision is on record, including privileges and triggers
    @fixture.empty_database
    Example: From the first revision to the latest
      Given a database that nobody has migrated
      When the revisions are applied one after the other
      Then each makes exactly the schema on record
