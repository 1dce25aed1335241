@accounts
Feature: Registration
  In order to use the service under my own name
  As an account holder
  I want an account that is mine alone and that keeps what I entered

  @accounts-1
  Rule: A registered account is stored with the values that were given
    Example: Name and address are stored as they were entered
      When "Ada Łovelace 🦉" registers with "Ada@Example.ORG" and the password "violet teapots hum at dusk"
      Then these accounts are stored
        | email           | display name    | active | version |
        | Ada@example.org | Ada Łovelace 🦉 | yes    | 1       |

    Scenario Outline: The display name <value> is kept as it was given (<why>)
      When Ada registers with the display name <value>
      Then Ada's display name reads back as <value>

      Examples:
        | value                                | why                       |
        | "  at both ends  "                   | spaces around it          |
        | "\u00a0\u3000wide\u2003"             | other spaces around it    |
        | "Two  SPACES, mixed Case"            | spaces and case within it |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed       |
        | "x" × 199 + "y"                      | its last character        |

    Scenario Outline: The password <value> is kept as it was given (<why>)
      When Ada registers with the password <value>
      Then Ada's password is <value>

      Examples:
        | value                                   | why                       |
        | "  violet teapots hum at dusk  "        | spaces around it          |
        | "Violet  TEAPOTS hum  at dusk"          | spaces and case within it |
        | "violet teapots hum at dusk " × 4 + "y" | its last character        |

    Example: The time of registration is stored as an instant
      Given the clock shows 2026-03-29T01:59:59.123456+09:00
      When Ada registers with the email "ada@example.org"
      Then Ada's account was created at 2026-03-28T16:59:59.123456+00:00
      And Ada's account was created at 2026-03-28T12:59:59.123456-04:00

  @accounts-2
  Rule: An email address belongs to one account, regardless of case
    Scenario Outline: <address> is refused while ada@example.org has an account
      Given Ada has an account
      When Bram registers with the email "<address>"
      Then Bram is refused because the address is already registered
      And nothing has changed

      Examples:
        | address         |
        | ada@example.org |
        | ADA@example.org |
        | ada@EXAMPLE.ORG |
        | aDa@eXample.oRg |

    Example: A similar address is accepted
      Given Ada has an account
      When Bram registers with the email "ada@example.com"
      Then Bram is not refused
      And there are 2 accounts

    Example: Of two concurrent registrations with one address, the second is refused
      Given Ada registers with the email "first@example.org" in an open transaction
      When Bram registers with the email "FIRST@example.org" concurrently
      Then Bram has to wait for Ada
      When Ada commits
      Then Bram is refused because the address is already registered
      And there is 1 account
      And the account of "first@example.org" is called "Ada"

    Example: The second of two registrations succeeds when the first rolls back
      Given Ada registers with the email "first@example.org" in an open transaction
      When Bram registers with the email "FIRST@example.org" concurrently
      Then Bram has to wait for Ada
      When Ada rolls back
      And Bram commits
      Then there is 1 account
      And the account of "FIRST@example.org" is called "Bram"

  @accounts-3 @asvs-2.2.1
  Rule: An invalid value is refused, naming the field and its problem, and nothing is stored
    Scenario Outline: The <field> <value> is refused: it <problem>
      When Ada registers with the <field> <value>
      Then the <field> is refused because it <problem>
      And there are 0 accounts

      Examples: The form of email addresses
        | field | value                            | problem                 |
        | email | ""                               | is blank                |
        | email | " \u3000 "                       | is blank                |
        | email | "ada"                            | is not an email address |
        | email | "@example.org"                   | is not an email address |
        | email | "ada@example"                    | is not an email address |
        | email | "ada@example..org"               | is not an email address |
        | email | "Ada <ada@example.org>"          | is not an email address |
        | email | " ada@example.org"               | is not an email address |
        | email | "jürgen@example.org"             | is not an email address |
        | email | "ada@" + "\u338f" × 130 + ".org" | is not an email address |
        | email | "e\u0301" × 120 + "@example.org" | is not an email address |

      Examples: The characters of email addresses
        | field | value                             | problem                           |
        | email | "ada\u0000@example.org"           | contains a NUL character          |
        | email | "ada@example.org\r\nBcc: x@y.org" | contains a control character      |
        | email | "ada\ud800@example.org"           | contains half of a surrogate pair |
        | email | "ada@" + "x" × 251                | is longer than 254 characters     |

      Examples: Display names
        | field        | value                 | problem                           |
        | display name | ""                    | is blank                          |
        | display name | " \u2003\u00a0"       | is blank                          |
        | display name | "\u200b \u2060"       | is blank                          |
        | display name | "e\u0301" × 100 + "x" | is longer than 200 characters     |
        | display name | "x" × 201             | is longer than 200 characters     |
        | display name | "🦉" × 201            | is longer than 200 characters     |
        | display name | "Ada\u0000"           | contains a NUL character          |
        | display name | "Ada\u001b[31m"       | contains a control character      |
        | display name | "Ada\u0085"           | contains a control character      |
        | display name | "Ada\udfff"           | contains half of a surrogate pair |

      Examples: Passwords
        | field    | value                       | problem                           |
        | password | ""                          | is shorter than 15 characters     |
        | password | "vexed jib 7 qu"            | is shorter than 15 characters     |
        | password | "x" × 129                   | is longer than 128 characters     |
        | password | "correct horse\u0000staple" | contains a NUL character          |
        | password | "correct horse\u0007staple" | contains a control character      |
        | password | "correct horse\ud83d"       | contains half of a surrogate pair |

    Scenario Outline: The <field> <value> is accepted (<why>)
      When Ada registers with the <field> <value>
      Then there is 1 account

      Examples:
        | field        | value                     | why                                         |
        | display name | "x"                       | the shortest name                           |
        | display name | "x" × 200                 | the longest name                            |
        | display name | "🦉" × 200                | characters are counted, not bytes           |
        | display name | "\ufdfa" × 200            | characters are counted before normalization |
        | display name | "e\u0301" × 100           | also characters that can be composed        |
        | display name | "A\u200cda"               | an invisible character within a name        |
        | display name | "O'Brien \"; --"          | punctuation has no meaning                  |
        | email        | "a+b.c_d@example.org"     | the usual punctuation                       |
        | email        | "ada@exämple.org"         | a domain may be international               |
        | email        | "x" × 64 + "@example.org" | the longest part before the @               |

  @accounts-4 @asvs-11.4.2
  Rule: A password is stored as an Argon2id hash and nowhere in clear
    Example: By default, hashes have the cost that RFC 9106 recommends
      Given the service hashes at the default cost
      When Ada registers with the password "violet teapots hum at dusk"
      Then the hash of Ada's password begins with "$argon2id$v=19$m=65536,t=3,p=4$"
      And no table contains "violet teapots hum at dusk"

    Example: Two accounts with the same password have different hashes
      When Ada registers with the password "violet teapots hum at dusk"
      And Bram registers with the password "violet teapots hum at dusk"
      Then no two accounts have the same password hash

  @accounts-5 @asvs-2.3.3
  Rule: A registration that is rolled back stores nothing
    Example: A registration that is rolled back stores no account
      When Ada registers with the email "ada@example.org" in a transaction that is rolled back
      Then there are 0 accounts

    Example: The address of a registration that was rolled back is free
      Given Ada registers with the email "ada@example.org" in a transaction that is rolled back
      When Ada registers with the email "ada@example.org"
      Then there is 1 account

  @accounts-23
  Rule: A registration takes no connection before its password is checked and hashed
    Example: An accepted password is hashed before the first statement
      Given statements and hashing are counted
      When Ada registers with the password "violet teapots hum at dusk"
      Then there is 1 account
      And one password was hashed, before any statement was sent

    Scenario Outline: The refused password <password> takes neither a statement nor hashing
      Given statements and hashing are counted
      When Ada registers with the password <password>
      Then the password is refused because it <problem>
      And no statement was sent
      And 0 passwords were verified and 0 hashed

      Examples:
        | password                    | problem                       |
        | "Aa1!Aa1!Aa1!Aa1!"          | is too easy to guess          |
        | "correcthorsebatterystaple" | is a common one               |
        | "vexed jib 7 qu" × 74899    | is longer than 128 characters |
