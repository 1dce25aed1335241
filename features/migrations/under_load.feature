@migrations
Feature: The service goes on working while it is upgraded
  In order to upgrade in the middle of the day
  As an operator
  I want those who read and write to notice no more than a short wait

  @migrations-27
  Rule: A schema version works for as long as promised, also during an upgrade
    @fixture.empty_database
    Example: From the first revision to the latest, with clients of all times
      Given 10001 accounts and as many tasks, as they were in the beginning
      And clients for whom these revisions are promised to work
        | what a client does                  | from | to     |
        | registers by username and contact   | 0001 | 0005   |
        | registers by email and display name | 0004 | 0018   |
        | registers as today                  | 0018 | latest |
        | submits a task as its user          | 0001 | 0012   |
        | submits a task as its owner         | 0013 | latest |
      When it is upgraded to the latest revision while they work
      Then every one of them could work for as long as was promised
      And all that they were told is stored is there
      And it is at the latest revision
      And its schema is the one on record
