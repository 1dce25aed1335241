@concurrency
Feature: Concurrent logins, registrations and changes of one account
  In order that no limit of an account is evaded by concurrent requests
  As an account holder
  I want concurrent logins, failures, registrations and changes of passwords serialized
  Two devices, step by step, are also in features/sessions, features/passwords and
  features/accounts.

  Background:
    Given Ada has an account

  @asvs-7.1.2 @concurrency-10
  Rule: No user has more sessions than allowed, however many logins run concurrently
    Example: Eight clients log in to three accounts repeatedly
      Given Bram has an account
      And Chen has an account
      When 8 clients concurrently log in to random accounts
      Then all of them are successful
      And there is no account with more sessions than are allowed

    Example: Sessions counted without a lock exceed the limit
      When 8 clients concurrently log in to Ada's account, counting her sessions without a lock
      Then all of them are successful
      And there is an account with more sessions than are allowed

  @asvs-6.3.1 @concurrency-11
  Rule: Every failed login is counted
    Example: Eight logins with wrong passwords are recorded
      Given lockout.failures is set to 100
      When 8 clients concurrently fail to log in to Ada's account
      Then all of them are refused because the password is wrong
      And there is no failed login that was not recorded

    Example: Failures counted without a lock are lost
      When 8 clients concurrently fail to log in to Ada's account, counting the failures without a lock
      Then there is a failed login that was not recorded

  @concurrency-12
  Rule: An email address is registered once
    Example: Eight clients register with one address, each in another spelling
      Given Ada deletes her account
      When 8 clients concurrently register with one address
      Then 1 of them is successful
      And 7 of them are refused because the address is already registered
      And there is no address with two accounts

    @fixture.database
    Example: An address that is checked without a unique index is registered eight times
      Given Ada deletes her account
      And the database has no unique index on email addresses
      When 8 clients concurrently register with one address, checking it without a constraint
      Then all of them are successful
      And there is an address with two accounts

    Example: An address that is checked without a lock is registered once because of the unique index
      Given Ada deletes her account
      When 8 clients concurrently register with one address, checking it without a constraint
      Then 1 of them is successful
      And 7 of them are refused by a constraint
      And there is no address with two accounts

  @asvs-15.4.2 @concurrency-13
  Rule: Of concurrent changes of one password the first succeeds, and the others are refused
    Example: Eight devices change the password
      Given sessions.at_most is set to 8
      And Ada is logged in on 8 devices
      When 8 clients concurrently replace Ada's password
      Then 1 of them is successful
      And 7 of them are refused because the session has ended
      And there is no password that was accepted and lost

    Example: Without a lock on the account, seven of eight changes are lost
      When 8 clients concurrently replace Ada's password without locking her account
      Then all of them are successful
      And there is a password that was accepted and lost

  @asvs-15.4.2 @asvs-7.4.1 @concurrency-14
  Rule: Ending all sessions also ends those that are being opened
    Scenario Outline: <what> while Ada is logging in
      Given Ada logs in on her laptop in an open transaction
      When an administrator <does> concurrently
      Then the administrator has to wait for the laptop
      When the laptop commits
      And the administrator commits
      Then all of Ada's sessions have ended because <why>

      Examples:
        | what                           | does                               | why                                |
        | Her sessions are ended         | ends all of Ada's sessions         | an administrator ended it          |
        | A temporary password is issued | issues a temporary password to Ada | she was given a temporary password |
        | Her account is deactivated     | deactivates Ada's account          | her account was deactivated        |

  @asvs-15.4.2 @asvs-7.4.1 @concurrency-15
  Rule: A session that is being ended can do nothing more
    Scenario Outline: While her phone's session is being ended, Ada <does>
      Given Ada is logged in on her laptop
      And Ada is logged in on her phone
      And Ada is logged in on her tablet
      And Ada ends all other sessions from her laptop in an open transaction
      When Ada <does> concurrently
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is refused because the session has ended

      Examples:
        | does                                                                 |
        | logs out on her phone                                                |
        | ends the session of her tablet from her phone                        |
        | ends all other sessions from her phone                               |
        | replaces her password on her phone with "amber kettles sing at dawn" |

    Example: A temporary password cannot be replaced while its session is being ended
      Given an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And an administrator ends all of Ada's sessions in an open transaction
      When Ada sets "amber kettles sing at dawn" as her own password concurrently
      Then the laptop has to wait for the administrator
      When the administrator commits
      Then the laptop is refused because the session has ended

  @asvs-15.4.2 @concurrency-16
  Rule: A login is judged by the state at its commit, not at its beginning
    Scenario Outline: <what> while Ada is logging in
      Given an administrator <does> in an open transaction
      When Ada logs in on her phone concurrently
      Then the phone has to wait for the administrator
      When the administrator commits
      Then the phone is refused because <why>
      And Ada has 0 live sessions

      Examples:
        | what                           | does                               | why                        |
        | A temporary password is issued | issues a temporary password to Ada | the password is wrong      |
        | Her account is deactivated     | deactivates Ada's account          | the account is deactivated |

    Example: The password that is being replaced does not log in
      Given Ada is logged in on her laptop
      And Ada replaces her password on her laptop with "amber kettles sing at dawn" in an open transaction
      When Ada logs in on her phone concurrently
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is refused because the password is wrong
      And Ada has 1 live session

  @concurrency-17
  Rule: A login does not block other work on the account
    Example: Ada's laptop submits a task while her phone logs in
      Given Ada logs in on her phone in an open transaction
      When Ada submits "Import" concurrently
      Then Ada does not have to wait
      When Ada commits
      Then there is 1 task

  @concurrency-18
  Rule: Old sessions are deleted once by any number of concurrent purges, without waiting
    Example: Two concurrent purges delete three sessions each
      Given 7 sessions of Ada's that ended 31 to 37 days ago
      And the first caretaker deletes a batch of 3 old sessions in an open transaction
      When the second caretaker deletes a batch of 3 old sessions concurrently
      Then the second caretaker does not have to wait
      When the first caretaker commits
      And the second caretaker commits
      Then the batches had 3, 3 sessions
      And the sessions that are left ended 31 days ago

    Example: Eight clients delete forty sessions
      Given 40 sessions of Ada's that ended 31 to 70 days ago
      When 8 clients concurrently delete old sessions
      Then there is no session that was deleted twice
      And 0 sessions of Ada's are left

    Example: Sessions deleted without a lock are counted eight times
      Given 40 sessions of Ada's that ended 31 to 70 days ago
      When 8 clients concurrently delete old sessions without locking them
      Then there is a session that was deleted twice
