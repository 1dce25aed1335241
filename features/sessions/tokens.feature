@sessions
Feature: Invalid tokens
  In order that only users who have logged in are let in
  As an operator
  I want every token refused that the service did not issue, or issued for another purpose

  Background:
    Given Ada is logged in

  @sessions-6
  Rule: A token is accepted as it was issued
    Example: Ada's token is accepted as it was issued
      When Ada presents her token
      Then the bearer is Ada

    Example: A token with the same contents and a valid signature is accepted
      When Ada's token is presented rebuilt with the service's key
      Then the bearer is Ada

  @asvs-9.1.1 @asvs-9.1.2 @sessions-7
  Rule: A token must be signed with one of the service's keys and its only algorithm
    Scenario Outline: Ada's token <altered> is refused
      When Ada's token is presented <altered>
      Then the token is refused because its signature is wrong
      And nothing has changed

      Examples:
        | altered                                |
        | with Bram's id in its payload          |
        | with a later expiry in its payload     |
        | with the signature of another token    |
        | with one bit of its signature changed  |
        | with half of its signature             |
        | without its signature                  |
        | signed with another key                |
        | signed with another key of the service |
        | signed with an empty key               |
        | signed with the id of the key          |

    Scenario Outline: A token with the algorithm <algorithm> is refused
      When Ada's token is presented with the header alg <algorithm>
      Then the token is refused because its algorithm is not allowed
      And nothing has changed

      Examples:
        | algorithm | why                                       |
        | "none"    | no signature at all                       |
        | "None"    | in another case                           |
        | "NONE"    | in another case                           |
        | "nOnE"    | in another case                           |
        | "HS384"   | another algorithm, with a valid signature |
        | "HS512"   | another algorithm, with a valid signature |
        | "RS256"   | an algorithm with public keys             |
        | "hs256"   | the right one in another case             |
        | ""        | an empty text                             |
        | null      | null                                      |
        | ["HS256"] | a list                                    |

    Example: A token without an algorithm is refused
      When Ada's token is presented without the header alg
      Then the token is refused because its algorithm is not allowed

  @asvs-9.1.3 @sessions-8
  Rule: The service chooses the key among its own, whatever the token names
    Scenario Outline: A token with the key id <kid> is refused
      When Ada's token is presented with the header kid <kid>
      Then the token is refused because its key is unknown
      And nothing has changed

      Examples:
        | kid                     | why            |
        | "2026-01"               | a former key   |
        | ""                      | an empty text  |
        | null                    | null           |
        | 202603                  | a number       |
        | ["2026-03"]             | a list         |
        | {"2026-03": true}       | an object      |
        | "../../../dev/null"     | a path         |
        | "2026-03' OR '1'='1"    | a piece of SQL |
        | "https://evil.example/" | an address     |

    Scenario Outline: A token with the header <name> is refused (<why>)
      When Ada's token is presented with the header <name> <value>
      Then the token is refused because its header is not the expected one
      And nothing has changed

      Examples:
        | name | value                                             | why                          |
        | jwk  | {"kty": "oct", "k": "QUFBQUFBQUFBQUFBQUFBQUFBQQ"} | a key                        |
        | jku  | "https://evil.example/keys"                       | an address of keys           |
        | x5u  | "https://evil.example/certificate"                | an address of a certificate  |
        | x5c  | ["MIIB"]                                          | a certificate                |
        | crit | ["exp"]                                           | a critical extension         |
        | b64  | false                                             | a payload that is not base64 |
        | zip  | "DEF"                                             | a payload that is compressed |

    Scenario Outline: A token without the header <name> is refused
      When Ada's token is presented without the header <name>
      Then the token is refused because its header is not the expected one

      Examples:
        | name |
        | kid  |
        | typ  |

  @asvs-15.3.5 @asvs-9.2.1 @sessions-9
  Rule: A token must have exactly the required claims, each once and of the right type
    Scenario Outline: A token without the claim <claim> is refused
      When Ada's token is presented without the claim <claim>
      Then the token is refused because its claims are not the expected ones
      And nothing has changed

      Examples:
        | claim |
        | iss   |
        | aud   |
        | sub   |
        | jti   |
        | iat   |
        | nbf   |
        | exp   |
        | typ   |

    Scenario Outline: A token with <value> as the claim <claim> is refused
      When Ada's token is presented with the claim <claim> <value>
      Then the token is refused because its claims are not the expected ones
      And nothing has changed

      Examples: The audience and the times
        | claim | value                   | why                            |
        | aud   | ["postgres-acceptance"] | a list with the right audience |
        | aud   | null                    | null                           |
        | exp   | "1999999999"            | a time as text                 |
        | exp   | 1999999999.5            | a fraction                     |
        | exp   | true                    | a Boolean                      |
        | exp   | null                    | null                           |
        | nbf   | "1700000000"            | a time as text                 |
        | iat   | "1700000000"            | a time as text                 |

      Examples: The subject, the id and others
        | claim | value                  | why                       |
        | sub   | 1                      | a number                  |
        | sub   | "ada"                  | a name                    |
        | sub   | "0"                    | no id                     |
        | sub   | "1 OR 1=1"             | a piece of SQL            |
        | sub   | "-1"                   | no id                     |
        | sub   | "99999999999999999999" | beyond the range of ids   |
        | sub   | "١"                    | a digit of another script |
        | jti   | ""                     | an empty text             |
        | jti   | "' OR '1'='1"          | a piece of SQL            |
        | jti   | ["a", "b"]             | a list                    |
        | admin | true                   | an unknown claim          |

    Example: A token with a repeated claim is refused
      When Ada's token is presented with its claim exp repeated
      Then the token is refused because it is malformed

    Example: A token with a repeated header is refused
      When Ada's token is presented with its header alg repeated
      Then the token is refused because it is malformed

  @asvs-9.2.2 @asvs-9.2.3 @sessions-10
  Rule: A token must be of the service's type, from its issuer and for its audience
    Scenario Outline: A token whose claim <claim> is <value> is refused because <problem>
      When Ada's token is presented with the claim <claim> <value>
      Then the token is refused because <problem>
      And nothing has changed

      Examples:
        | claim | value                  | problem                    | why                |
        | iss   | "evil.example"         | it is of another issuer    | another one        |
        | iss   | "Postgres-Acceptance"  | it is of another issuer    | in another case    |
        | iss   | ""                     | it is of another issuer    | an empty text      |
        | aud   | "another service"      | it is for another audience | another one        |
        | aud   | "postgres-acceptance " | it is for another audience | with a space       |
        | typ   | "reset"                | it is of another type      | for something else |
        | typ   | "SESSION"              | it is of another type      | in another case    |

    Scenario Outline: A token with the header typ <typ> is refused
      When Ada's token is presented with the header typ <typ>
      Then the token is refused because it is of another type

      Examples:
        | typ      |
        | "at+jwt" |
        | "jwt"    |
        | null     |

  @asvs-9.2.1 @sessions-11
  Rule: Token times are exact to the second, unless the settings allow clock skew
    Scenario Outline: With <claim> <seconds> from now and a clock skew of <leeway>, <outcome>
      Given the service allows a clock skew of <leeway>
      When Ada's token is presented with its <claim> <seconds> from now
      Then <outcome>

      Examples: Without clock skew
        | claim | seconds   | leeway    | outcome                                          |
        | exp   | 1 second  | 0 seconds | the bearer is Ada                                |
        | exp   | 0 seconds | 0 seconds | the token is refused because it has expired      |
        | exp   | -1 second | 0 seconds | the token is refused because it has expired      |
        | nbf   | 0 seconds | 0 seconds | the bearer is Ada                                |
        | nbf   | 1 second  | 0 seconds | the token is refused because it is not valid yet |
        | iat   | 0 seconds | 0 seconds | the bearer is Ada                                |
        | iat   | 1 second  | 0 seconds | the token is refused because it is not valid yet |

      Examples: With a minute of clock skew
        | claim | seconds     | leeway   | outcome                                          |
        | exp   | -59 seconds | 1 minute | the bearer is Ada                                |
        | exp   | -60 seconds | 1 minute | the token is refused because it has expired      |
        | nbf   | 60 seconds  | 1 minute | the bearer is Ada                                |
        | nbf   | 61 seconds  | 1 minute | the token is refused because it is not valid yet |

  @sessions-12
  Rule: A token has one encoding, and anything else is refused like any invalid token
    Scenario Outline: Ada's token <altered> is malformed
      When Ada's token is presented <altered>
      Then the token is refused because it is malformed
      And nothing has changed

      Examples:
        | altered                                     |
        | with padding                                |
        | with another spelling of its last character |
        | with a space in front                       |
        | with a line break at the end                |
        | with Bearer in front                        |
        | with a fourth part                          |
        | with only two parts                         |
        | with a list for a header                    |
        | with a list for a payload                   |
        | with a payload that is not JSON             |

    Scenario Outline: Ada's token <altered> is malformed, as it is not plain UTF-8
      When Ada's token is presented <altered>
      Then the token is refused because it is malformed

      Examples:
        | altered                                           |
        | with its header in UTF-8 with a byte order mark   |
        | with its payload in UTF-8 with a byte order mark  |
        | with its header in UTF-16                         |
        | with its payload in UTF-16                        |
        | with its header in UTF-16 with a byte order mark  |
        | with its payload in UTF-16 with a byte order mark |
        | with its header in UTF-32                         |
        | with its payload in UTF-32                        |

    Scenario Outline: The text <text> is malformed as a token (<why>)
      When the token <text> is presented
      Then the token is refused because it is malformed
      And nothing has changed

      Examples:
        | text             | why               |
        | ""               | an empty text     |
        | "."              | two empty parts   |
        | ".."             | three empty parts |
        | "a.b.c"          | parts too short   |
        | "ключ.ключ.ключ" | not base64        |
        | "\u0000"         | a NUL character   |
        | "x" × 1000000    | a megabyte        |
        | nothing          | no text           |

    Example: A malformed token of a session that has ended
      Given Ada logs out on her laptop
      When Ada's token is presented with padding
      Then the token is refused because it is malformed
