@passwords
Feature: Storing passwords
  In order that a copy of the database does not disclose my password
  As an account holder
  I want it stored as a hash that is expensive to guess, and compared exactly

  @asvs-11.4.2 @passwords-1
  Rule: A password is stored as an Argon2id hash at the service's cost, however it is set
    Example: A new password is hashed as RFC 9106 recommends, and the former one stays hashed
      Given Ada is logged in
      And the service hashes at the default cost
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the hash of Ada's password begins with "$argon2id$v=19$m=65536,t=3,p=4$"
      And the hash of Ada's password has a salt of 16 bytes and a tag of 32 bytes
      And Ada's password is "amber kettles sing at dawn"
      And no table contains "amber kettles sing at dawn"
      And no table contains "violet teapots hum at dusk"

    Example: Two users with the same password have different hashes
      Given Ada is logged in
      And Ada replaces her password with "amber kettles sing at dawn"
      And Bram is logged in
      When Bram replaces his password with "amber kettles sing at dawn"
      Then no two accounts have the same password hash

  @passwords-2
  Rule: A password is compared exactly as given, in Unicode normalization form NFKC
    Scenario Outline: <given> does not log in where the password is <set>: <why>
      Given Ada has an account with the password <set>
      When Ada logs in with <given>
      Then the login is refused because the password is wrong

      Examples:
        | set                          | given                         | why                         |
        | "violet teapots hum at dusk" | "Violet teapots hum at dusk"  | case counts                 |
        | "violet teapots hum at dusk" | "violet teapots hum at dus"   | the last character counts   |
        | "violet teapots hum at dusk" | "violet teapots hum at dusk " | a space at the end counts   |
        | " violet teapots at dusk"    | "violet teapots at dusk"      | a space at the start counts |
        | "jürgen hat zwölf boxkämpfe" | "jurgen hat zwolf boxkampfe"  | accents count               |
        | "ab" × 63 + "cd"             | "ab" × 63 + "ce"              | the 128th character counts  |
        | "ab" × 36 + "cd"             | "ab" × 36                     | nothing is cut off at 72    |
        | "🦉" × 20                    | "🦉" × 19                     | an emoji counts             |

    Scenario Outline: <given> logs in where the password is <set>: <why>
      Given Ada has an account with the password <set>
      When Ada logs in with <given>
      Then Ada is let in

      Examples:
        | set                           | given                                             | why                         |
        | "violet teapots hum at dusk"  | "violet teapots hum at dusk"                      | the same text               |
        | "jürgen hat zwölf boxkämpfe"  | "ju\u0308rgen hat zwo\u0308lf boxka\u0308mpfe"    | composed and decomposed     |
        | "office teapots hum at dusk"  | "o\ufb03ce teapots hum at dusk"                   | a ligature is its letters   |
        | "violet teapots 2026 at dusk" | "violet teapots \uff12\uff10\uff12\uff16 at dusk" | full-width digits           |
        | "ab" × 64                     | "ab" × 64                                         | the longest                 |
        | "ä" × 128                     | "a\u0308" × 128                                   | the longest, twice as typed |

  @asvs-11.4.2 @passwords-3
  Rule: A hash is upgraded to a higher cost at the next login, and never downgraded
    Scenario Outline: A hash of <stored> becomes <after> at a cost of <cost> (<why>)
      Given Ada's password is hashed at <stored>
      And the service hashes at <cost>
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in
      And the hash of Ada's password begins with "$argon2id$v=19$<after>$"
      And Ada's password is "violet teapots hum at dusk"

      Examples:
        | stored       | cost         | after        | why                          |
        | m=8,t=1,p=1  | m=16,t=1,p=1 | m=16,t=1,p=1 | more memory                  |
        | m=8,t=1,p=1  | m=8,t=2,p=1  | m=8,t=2,p=1  | more passes                  |
        | m=16,t=1,p=1 | m=16,t=1,p=2 | m=16,t=1,p=2 | more lanes                   |
        | m=16,t=2,p=2 | m=8,t=1,p=1  | m=16,t=2,p=2 | less of everything           |
        | m=16,t=1,p=1 | m=8,t=2,p=1  | m=16,t=2,p=1 | less of one, more of another |

    Example: Two hashes of one password that are upgraded differ
      Given Ada's password is hashed at m=8,t=1,p=1
      And Bram's password is hashed at m=8,t=1,p=1
      And the service hashes at m=16,t=1,p=1
      And Ada logs in with "violet teapots hum at dusk"
      When Bram logs in with "violet teapots hum at dusk"
      Then Bram is let in
      And no two accounts have the same password hash

    Example: A hash at the cost of the service does not change
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=8,t=1,p=1
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in
      And the hash of Ada's password has not changed

    Example: A login with a wrong password does not change the hash
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=16,t=1,p=1
      When Ada logs in with "violet teapots hum at noon"
      Then the login is refused because the password is wrong
      And the hash of Ada's password has not changed

    Example: Of two concurrent logins, one upgrades the hash, and both succeed
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=16,t=1,p=1
      And Ada logs in on her laptop in an open transaction
      When Ada logs in on her phone concurrently
      Then the phone has to wait for the laptop
      When the laptop commits
      Then the phone is not refused
      When the phone commits
      Then Ada has 2 live sessions
      And the hash of Ada's password begins with "$argon2id$v=19$m=16,t=1,p=1$"

    Example: A login that is rolled back does not change the hash
      Given Ada's password is hashed at m=8,t=1,p=1
      And the service hashes at m=16,t=1,p=1
      When Ada logs in with "violet teapots hum at dusk" in a transaction that is rolled back
      Then nothing has changed

  @asvs-11.4.2 @passwords-4
  Rule: The service cannot be configured with too low a hashing cost
    Scenario Outline: A cost whose <name> is <value> is refused
      When the service is configured with an Argon2 cost whose <name> is <value>
      Then the setting argon2.<name> is refused because it must be at least <least>

      Examples:
        | name       | value | least | why                         |
        | memory_kib | 19455 | 19456 | OWASP's minimum is 19 MiB   |
        | passes     | 1     | 2     | OWASP's minimum is 2 passes |
        | lanes      | 0     | 1     | OWASP's minimum is 1 lane   |
        | salt_bytes | 15    | 16    | RFC 9106                    |
        | tag_bytes  | 31    | 32    | RFC 9106                    |

    Example: The minimum that OWASP recommends is accepted
      When the service is configured with an Argon2 cost whose memory_kib is 19456
      Then the configuration is not refused
