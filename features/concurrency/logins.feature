@concurrency
Feature: Racing for an account
  In order that nobody gets around what holds for accounts by being quick
  As somebody whose account it is
  I want logins, failures, registrations and changes of passwords counted one by one
  Two devices at a time, step by step, are in features/sessions, features/passwords and
  features/accounts, and here where it matters who comes between.

  Background:
    Given Ada has an account

  @asvs-7.1.2 @concurrency-10
  Rule: No user has more sessions than allowed, however many logins run at once
    Example: Eight people log in to three accounts, again and again
      Given Bram has an account
      And Chen has an account
      When 8 people at once log in to anybody's account
      Then all of them went through
      And there is no account with more sessions than are allowed

    Example: Counting first and opening afterwards lets eight in
      When 8 people at once log in to Ada's account, counting her sessions first
      Then all of them went through
      And there is an account with more sessions than are allowed

  @asvs-6.3.1 @concurrency-11
  Rule: Every failed login is counted
    Example: Eight wrong passwords
      Given an account is locked after 100 failed logins
      When 8 people at once fail to log in to Ada's account
      Then each of them was refused because the password is wrong
      And there is no failed login that was not counted

    Example: Counting first and writing afterwards forgets seven
      When 8 people at once fail to log in to Ada's account, counting the failures first
      Then there is a failed login that was not counted

  @concurrency-12
  Rule: An email address is registered once
    Example: Eight people register with it, each in another spelling
      Given Ada deletes her account
      When 8 people at once register with one address
      Then 1 of them went through
      And 7 were refused because the address is already registered
      And there is no address with two accounts

    @fixture.database
    Example: Looking for it first and storing it afterwards stores it eight times
      Given Ada deletes her account
      And the database does not guard addresses against a second account
      When 8 people at once register with one address, looking for it first
      Then all of them went through
      And there is an address with two accounts

    Example: The database lets only one of them store it even then
      Given Ada deletes her account
      When 8 people at once register with one address, looking for it first
      Then 1 of them went through
      And 7 were stopped by the database
      And there is no address with two accounts

  @asvs-15.4.2 @concurrency-13
  Rule: Of concurrent changes of one password the first succeeds, and the others are refused
    Example: From eight devices
      Given Ada is logged in on 8 devices, as many as are allowed
      When 8 people at once replace Ada's password
      Then 1 of them went through
      And 7 were refused because the session has ended
      And there is no password that was accepted and is lost

    Example: Without holding the account, seven of eight are lost
      When 8 people at once replace Ada's password without holding her account
      Then all of them went through
      And there is a password that was accepted and is lost

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
        | what                  | does                               | why                                |
        | Her sessions end      | ends all of Ada's sessions         | an administrator ended it          |
        | Her password is reset | issues a temporary password to Ada | she was given a temporary password |
        | Her account is closed | deactivates Ada's account          | her account was deactivated        |

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
        | ends the session of Ada's tablet from her phone                      |
        | ends all other sessions from her phone                               |
        | replaces her password on her phone with "amber kettles sing at dawn" |

    Example: A session with a temporary password
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
        | what                       | does                               | why                        |
        | A temporary password comes | issues a temporary password to Ada | the password is wrong      |
        | Her account is closing     | deactivates Ada's account          | the account is deactivated |

    Example: The former password, while it is being replaced
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
    Example: Two remove three each
      Given 7 sessions of Ada's that ended 31 to 37 days ago
      And the first caretaker deletes a batch of 3 old sessions in an open transaction
      When the second caretaker deletes a batch of 3 old sessions concurrently
      Then the second caretaker does not have to wait
      When the first caretaker commits
      And the second caretaker commits
      Then the batches had 3, 3 sessions
      And the sessions that are left ended 31 days ago

    Example: Eight remove forty
      Given 40 sessions of Ada's that ended 31 to 70 days ago
      When 8 people at once remove old sessions
      Then there is no session that was removed twice
      And 0 sessions of Ada's are left

    Example: Looking first and removing afterwards counts the same sessions eight times
      Given 40 sessions of Ada's that ended 31 to 70 days ago
      When 8 people at once remove old sessions without locking them
      Then there is a session that was removed twice
