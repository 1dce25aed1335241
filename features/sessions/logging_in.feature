@sessions
Feature: Logging in
  In order to be known from one request to the next
  As a person with an account
  I want to show my password once and a token from then on

  @sessions-1
  Rule: A login opens a session, and its details are stored
    Example: A session reads back as it was opened
      Given Ada has an account
      When Ada logs in from "192.0.2.7" with the browser "Mozilla/5.0 (X11; Linux)"
      Then Ada is let in
      And a new connection finds these sessions
        | person | created | last seen | expires | ip        | browser                  | state |
        | Ada    | 12:00   | 12:00     | 00:00   | 192.0.2.7 | Mozilla/5.0 (X11; Linux) | live  |

    Scenario Outline: From <ip> with <browser>: <why>
      Given Ada has an account
      When Ada logs in from <ip> with the browser <browser>
      Then Ada is let in
      And the session was opened from <stored ip> with the browser <stored browser>

      Examples:
        | ip            | browser             | stored ip     | stored browser | why                   |
        | "2001:db8::7" | "curl/8"            | "2001:db8::7" | "curl/8"       | IPv6                  |
        | nothing       | nothing             | nothing       | nothing        | neither is known      |
        | "192.0.2.7"   | "x" × 301           | "192.0.2.7"   | "x" × 300      | too long              |
        | "192.0.2.7"   | "a\u0000b\nc\ud83d" | "192.0.2.7"   | "abc"          | what cannot be stored |

    Example: An address that is none is refused
      Given Ada has an account
      When Ada logs in from "192.0.2.7:443" with the browser "curl/8"
      Then the ip is refused because it is not an IP address
      And nothing has changed

    Example: The work around a login fails after it
      Given Ada has an account
      When Ada logs in with "violet teapots hum at dusk" in a unit of work that then fails
      Then nothing has changed

    Scenario Outline: <email> leads to Ada's account, which is registered as Ada@example.org
      Given Ada has an account with "Ada@example.org"
      When somebody logs in at <email> with "violet teapots hum at dusk"
      Then Ada has a session

      Examples:
        | email             |
        | "Ada@example.org" |
        | "ADA@EXAMPLE.ORG" |

  @asvs-7.2.3 @asvs-7.2.4 @sessions-2
  Rule: Every login gets a token of its own, with an id of 256 random bits
    Example: A hundred logins, a hundred ids, every bit of which varies
      Given Ada has an account
      When Ada logs in 100 times
      Then no two tokens are the same
      And each token has an id of 256 bits, each of which varies from token to token

  @asvs-9.2.1 @asvs-9.2.2 @asvs-9.2.3 @sessions-3
  Rule: A token states its user, audience, type and lifetime, and nothing else
    Example: Header and claims
      When Ada registers and logs in
      Then the header of Ada's token is
        | member | value   |
        | alg    | HS256   |
        | kid    | 2026-03 |
        | typ    | JWT     |
      And the claims of Ada's token are
        | claim | value               |
        | iss   | postgres-acceptance |
        | aud   | postgres-acceptance |
        | sub   | Ada's id            |
        | jti   | the session's id    |
        | iat   | 12:00               |
        | nbf   | 12:00               |
        | exp   | 00:00               |
        | typ   | session             |

  @asvs-16.5.1 @asvs-6.3.8 @sessions-4
  Rule: Every refused login gets the same answer, and only the failure is stored
    Scenario Outline: <email> with <password>: <problem>
      Given Ada has an account with "ada@example.org"
      And Bram has an account with "bram@example.nl"
      And Bram's account has been deactivated
      When somebody logs in at <email> with <password>
      Then the login is refused because <problem>
      And nothing has changed

      Examples:
        | email                   | password                     | problem                     |
        | "chen@example.org"      | "violet teapots hum at dusk" | no account has this address |
        | "ada@example.com"       | "violet teapots hum at dusk" | no account has this address |
        | "_da@example.org"       | "violet teapots hum at dusk" | no account has this address |
        | "ada"                   | "violet teapots hum at dusk" | no account has this address |
        | ""                      | ""                           | no account has this address |
        | "ada@example.org\u0000" | "violet teapots hum at dusk" | no account has this address |
        | "' OR 1=1 --"           | "' OR 1=1 --"                | no account has this address |
        | "bram@example.nl"       | "violet teapots hum at dusk" | the account is deactivated  |
        | "bram@example.nl"       | "violet teapots hum at noon" | the account is deactivated  |

    Scenario Outline: Ada's address with <password>
      Given Ada has an account with "ada@example.org"
      When somebody logs in at "ada@example.org" with <password>
      Then the login is refused because the password is wrong
      And nothing has changed but a failed login that counts against Ada

      Examples:
        | password                     | why                        |
        | "violet teapots hum at noon" | another password           |
        | ""                           | nothing                    |
        | "violet\u0000teapots"        | no password can hold a NUL |
        | "violet \ud83d teapots"      | half of a surrogate pair   |
        | "x" × 129                    | longer than any password   |
        | "x" × 1000000                | a megabyte                 |
        | nothing                      | not even text              |

    Example: An account that was opened again lets its owner in again
      Given Ada has an account
      And Ada's account has been deactivated
      And Ada's account has been reactivated
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

  @sessions-5
  Rule: Without signing keys every login is refused
    Example: A service that was set up without keys
      Given Ada has an account
      And the service has no keys
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is refused because there are no keys
      And nothing has changed

    Example: A token for a service without keys
      Given Ada is logged in
      And the service has no keys
      When Ada's token is presented
      Then the bearer is refused because there are no keys
