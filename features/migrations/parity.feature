@migrations
Feature: The models and the migrated schema are the same
  In order to rely on the models for what the database contains
  As a developer
  I want the models, the revisions and a record of the schema to be equal

  @migrations-21
  Rule: The models and the revisions make the same tables
    Example: Alembic compares the models with the migrated schema
      Then Alembic finds no difference between the models and the migrated schema

    @fixture.empty_database
    Example: The schema of the models lacks only what no model can express
      Given an empty database
      When the tables are created from the models
      Then only the migrated schema has these kinds of things
        | kind               |
        | function           |
        | grant              |
        | policy             |
        | row-level security |
        | statistics         |
        | trigger            |

  @migrations-22
  Rule: The schema of each revision is on record, including privileges and triggers
    @fixture.empty_database
    Example: All revisions, one at a time
      Given an empty database
      When the database is upgraded to the latest revision one revision at a time
      Then each revision has made exactly the schema on record

    Example: All revisions at once
      Then the schema of the criteria's database is the one on record
