@fixture.server @requires.crash @requires.restart @transactions
Feature: What a crash of the database server leaves
  In order to never have to tell anybody that their work is gone
  As whoever answers for the service
  I want all that was acknowledged to survive a crash, and nothing else to be left of it

  Background:
    Given Ada has an account
    And Bram has an account

  @transactions-31
  Rule: A commit is on disk before it is acknowledged
    Example: The settings that this rests on are in force in every unit of work
      When the service is asked how it commits
      Then this is so in every kind of unit of work
        | setting            | value | because                                                 |
        | fsync              | on    | what is written goes to the disk, not only into memory  |
        | full_page_writes   | on    | a page that a crash has torn can be made whole again    |
        | synchronous_commit | on    | nobody is told that it is done before it is on the disk |

  @asvs-2.3.3 @transactions-32
  Rule: Acknowledged commits survive a crash, and nothing else is there
    Example: The server is killed while many clients store their work
      Given what is committed is on disk before it is acknowledged
      And 8 clients are storing work of Ada's and Bram's
      When the server is killed in the middle of it and started again
      Then all the work that was acknowledged is there
      And no other work is there but what was being committed

    Example: The server is killed twice
      Given what is committed is on disk before it is acknowledged
      And 8 clients are storing work of Ada's and Bram's
      And the server was killed in the middle of it, and the clients have begun anew
      When the server is killed in the middle of it and started again
      Then all the work that was acknowledged is there
      And no other work is there but what was being committed

    Example: A password that was replaced does not come back
      Given Ada is logged in
      And Ada replaces her password with "a walrus in wintertime"
      When the server is killed and started again
      Then Ada's password is "a walrus in wintertime"
      And nothing has changed

  @asvs-2.3.3 @transactions-33
  Rule: A change interrupted by a crash leaves no trace
    Example: Work is there as a whole or not at all
      Given 8 clients are storing work of Ada's and Bram's
      When the server is killed in the middle of it and started again
      Then each piece of work is there as a whole or not at all

    Example: What Ada has not finished is as it was
      Given Ada pursues "Import Q3 figures"
      And Ada changes the objective "Import Q3 figures" to "Import Q4 figures" in an open transaction
      And the server was killed and started again
      When Ada wants to finish
      Then Ada is refused because the connection is lost
      And Ada is told that it is undecided
      And nothing has changed

  @transactions-34
  Rule: All constraints hold after a crash
    Example: Every constraint and every index is checked anew
      Given 8 clients are storing work of Ada's and Bram's
      When the server is killed in the middle of it and started again
      Then everything stored is as the rules of the database want it

  @transactions-35
  Rule: The service recovers by itself once the server is back
    Example: The clients go on with the service that they had
      Given 8 clients are storing work of Ada's and Bram's
      And the server was killed in the middle of it and started again
      When the clients go on
      Then each of them has stored another piece of work
      And all the work that was acknowledged is there

    Example: Whoever comes next does not notice anything
      Given the server was killed and started again
      When Ada submits "Import Q3 figures" with {}
      Then Ada is not refused
      And there is 1 task

    Example: Who comes while the server is down is told
      When Ada submits "Import Q3 figures" while the server is down
      Then Ada is refused because the connection is lost
      And Ada is told that it is not committed
      And nothing has changed

  @transactions-36
  Rule: The check would notice a lost commit
    Example: A server that acknowledges too early loses what it has acknowledged
      Given what is committed is acknowledged before it is on disk
      And 8 clients are storing work of Ada's and Bram's
      When the server is killed in the middle of it up to 5 times, until something is lost
      Then some of the work that was acknowledged is gone
      But each piece of work is there as a whole or not at all

  @asvs-2.3.3 @fixture.server @requires.small_disk @transactions-37
  Rule: Work that fills the disk is rolled back as a whole
    Example: The disk fills up in the middle of a unit of work
      Given events are kept on a disk of 8 MB
      When Ada stores a project with 16 MB of events
      Then it fails because the disk is full
      And nothing has changed

    Example: Once there is room, the service goes on
      Given events are kept on a disk of 8 MB
      And Ada has failed to store a project with 16 MB of events
      And room has been made on the disk
      When Ada stores a project with 2 MB of events
      Then the project is there with 2 MB of events
