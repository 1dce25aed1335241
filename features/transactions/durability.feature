@fixture.server @requires.crash @requires.restart @transactions
Feature: Acknowledged transactions survive a crash of the database server
  In order to never lose a transaction that was acknowledged
  As an operator
  I want all acknowledged transactions to survive a crash, and no others to leave a trace

  Background:
    Given Ada has an account
    And Bram has an account

  @transactions-31
  Rule: A commit is on disk before it is acknowledged
    Example: The server's settings for durable commits are in force in every transaction
      When the server's settings are read in every kind of transaction
      Then these settings are in force
        | setting            | value | because                                           |
        | fsync              | on    | writes go to the disk, not only into memory       |
        | full_page_writes   | on    | a page that a crash has torn can be restored      |
        | synchronous_commit | on    | a commit is acknowledged only after it is on disk |

  @asvs-2.3.3 @transactions-32
  Rule: Acknowledged commits survive a crash, and nothing else is there
    Example: The server crashes while many clients store rows
      Given the server acknowledges a commit after it is on disk
      And 8 clients store rows of Ada's and Bram's
      When the server crashes in the middle of their transactions
      Then all acknowledged transactions are stored
      And no other transactions are stored, except those lost during COMMIT

    Example: The server crashes twice
      Given the server acknowledges a commit after it is on disk
      And 8 clients store rows of Ada's and Bram's
      And the server crashes in the middle of their transactions
      And the clients start again
      When the server crashes in the middle of their transactions
      Then all acknowledged transactions are stored
      And no other transactions are stored, except those lost during COMMIT

    Example: A password that was replaced does not come back
      Given Ada is logged in
      And Ada replaces her password with "a walrus in wintertime"
      When the server crashes
      Then Ada's password is "a walrus in wintertime"
      And nothing has changed

  @asvs-2.3.3 @transactions-33
  Rule: A change interrupted by a crash leaves no trace
    Example: Each transaction of many clients is stored completely or not at all
      Given 8 clients store rows of Ada's and Bram's
      When the server crashes in the middle of their transactions
      Then each transaction is stored completely or not at all

    Example: A change that was not committed is rolled back
      Given Ada pursues "Import Q3 figures"
      And Ada changes the objective "Import Q3 figures" to "Import Q4 figures" in an open transaction
      And the server crashes
      When Ada tries to commit
      Then Ada is refused because the connection was lost during COMMIT
      And nothing has changed

  @transactions-34
  Rule: All constraints hold after a crash
    Example: Every constraint and every index is checked again
      Given 8 clients store rows of Ada's and Bram's
      When the server crashes in the middle of their transactions
      Then all rows satisfy the constraints and indexes of the database

  @transactions-35
  Rule: The service recovers by itself once the server is back
    Example: The clients go on with the service that they had
      Given 8 clients store rows of Ada's and Bram's
      When the server crashes in the middle of their transactions
      Then each client commits another transaction
      And all acknowledged transactions are stored

    Example: The next request after a crash does not notice it
      Given the server crashes
      When Ada submits "Import Q3 figures" with {}
      Then Ada is not refused
      And there is 1 task

    Example: A request while the server is down is refused
      When Ada submits "Import Q3 figures" while the server is down
      Then Ada is refused because the connection was lost before COMMIT
      And nothing has changed

  @transactions-36
  Rule: The check would notice a lost commit
    Example: A server that acknowledges too early loses acknowledged transactions
      Given the server acknowledges a commit before it is on disk
      And 8 clients store rows of Ada's and Bram's
      When the server crashes up to 5 times, until an acknowledged transaction is lost
      Then not all acknowledged transactions are stored
      But each transaction is stored completely or not at all

  @asvs-2.3.3 @fixture.server @requires.small_disk @transactions-37
  Rule: A transaction that fills the disk is rolled back completely
    Background:
      Given events are stored on a disk of 8 MB

    Example: The disk fills up in the middle of a transaction
      When Ada tries to store a project with 16 MB of events
      Then the caller gets the driver's error DiskFull
      And nothing has changed

    Example: Once there is room, the service goes on
      Given Ada tries to store a project with 16 MB of events
      And room is made on the disk
      When Ada tries to store a project with 2 MB of events
      Then the project is stored with 2 MB of events
