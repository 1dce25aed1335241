@sessions
Feature: Logging in
  In order to be recognized from one request to the next
  As an account holder
  I want to give my password once, and a token from then on

  @sessions-1
  Rule: A login opens a session, and its details are stored
    Example: A session is stored as it was opened
      Given Ada has an account
      When Ada logs in from "192.0.2.7" with the browser "Mozilla/5.0 (X11; Linux)"
      Then Ada is let in
      And these sessions are stored
        | person | created | last seen | expires | ip        | browser                  | state |
        | Ada    | 12:00   | 12:00     | 00:00   | 192.0.2.7 | Mozilla/5.0 (X11; Linux) | live  |

    Scenario Outline: A login from <ip> with the browser <browser> is stored (<why>)
      Given Ada has an account
      When Ada logs in from <ip> with the browser <browser>
      Then Ada is let in
      And the session was opened from <stored ip> with the browser <stored browser>

      Examples:
        | ip            | browser             | stored ip     | stored browser | why                |
        | "2001:db8::7" | "curl/8"            | "2001:db8::7" | "curl/8"       | IPv6               |
        | nothing       | nothing             | nothing       | nothing        | neither is known   |
        | "192.0.2.7"   | "x" × 301           | "192.0.2.7"   | "x" × 300      | too long, cut off  |
        | "192.0.2.7"   | "a\u0000b\nc\ud83d" | "192.0.2.7"   | "abc"          | invalid characters |

    Example: A login from an invalid IP address is refused
      Given Ada has an account
      When Ada logs in from "192.0.2.7:443" with the browser "curl/8"
      Then the ip is refused because it is not an IP address
      And nothing has changed

    Example: A login that is rolled back stores nothing
      Given Ada has an account
      When Ada logs in with "violet teapots hum at dusk" in a transaction that is rolled back
      Then nothing has changed

    Scenario Outline: <email> logs in to the account of Ada@example.org
      Given Ada has an account with the email "Ada@example.org"
      When a client logs in as <email> with "violet teapots hum at dusk"
      Then Ada is let in

      Examples:
        | email             |
        | "Ada@example.org" |
        | "ADA@EXAMPLE.ORG" |

  @asvs-7.2.2 @asvs-7.2.3 @sessions-2
  Rule: Every login gets a unique token, with an id of 256 random bits
    Example: Forty logins have forty ids, every bit of which varies
      Given Ada has an account
      When Ada logs in 40 times with her own password
      Then all tokens are different
      And each token has an id of 256 bits, each of which varies from token to token

  @asvs-9.2.1 @asvs-9.2.2 @asvs-9.2.3 @sessions-3
  Rule: A token states its user, audience, type and lifetime, and nothing else
    Example: The header and the claims of Ada's token
      Given Ada has an account
      When Ada logs in
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

    Example: A token is valid at once, although it names only whole seconds
      Given the clock shows 2026-03-02T12:00:00.999999+00:00
      And Ada is logged in
      When Ada presents her token
      Then the bearer is Ada

  @asvs-16.5.1 @sessions-4
  Rule: Every refused login gets the same answer, and only the failure is stored
    Scenario Outline: A login as <email> with <password> is refused because <problem>
      Given Ada has an account
      And Bram has an account with the email "bram@example.nl"
      And an administrator deactivates Bram's account
      When a client logs in as <email> with <password>
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

    Scenario Outline: A login as Ada with the password <password> counts as failed (<why>)
      Given Ada has an account
      When a client logs in as "ada@example.org" with <password>
      Then the login is refused because the password is wrong
      And nothing has changed except that a failed login counts against Ada

      Examples:
        | password                     | why                      |
        | "violet teapots hum at noon" | another password         |
        | ""                           | an empty text            |
        | "violet\u0000teapots"        | a NUL character          |
        | "violet \ud83d teapots"      | half of a surrogate pair |
        | "x" × 129                    | longer than any password |
        | "x" × 1000000                | a megabyte               |
        | nothing                      | no text                  |

    Example: A login to a reactivated account succeeds
      Given Ada has an account
      And an administrator deactivates Ada's account
      And an administrator reactivates Ada's account
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is let in

  @sessions-5
  Rule: Without signing keys every login is refused
    Example: A login to a service without keys
      Given Ada has an account
      And the service has no keys
      When Ada logs in with "violet teapots hum at dusk"
      Then Ada is refused because there are no keys
      And nothing has changed

    Example: A token for a service without keys
      Given Ada is logged in
      And the service has no keys
      When Ada presents her token
      Then the bearer is refused because there are no keys
