@migrations
Feature: Clients work while the database is upgraded
  In order to upgrade without an outage
  As an operator
  I want clients that read and write to notice no more than a short wait

  @migrations-27
  Rule: A schema version works for as long as promised, also during an upgrade
    @fixture.empty_database
    Example: Clients of all versions work during an upgrade over all revisions
      Given a database at revision "0001" with 10001 accounts and as many tasks
      And clients that are promised to work at these revisions
        | what a client does                  | from | to     |
        | registers by username and contact   | 0001 | 0005   |
        | registers by email and display name | 0004 | 0018   |
        | registers with a time of change     | 0018 | latest |
        | submits a task as its user          | 0001 | 0012   |
        | submits a task as its owner         | 0013 | latest |
      When the database is upgraded to the latest revision while the clients work
      Then each client has worked at every revision at which it is promised to
      And every row that a client was told is stored exists
      And the database is at the latest revision
      And its schema is the one on record
