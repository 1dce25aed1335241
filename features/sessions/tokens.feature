@sessions
Feature: Tokens that are not ours
  In order that nobody is let in who has not logged in
  As the operator of the service
  I want every token refused that the service did not make, or made for something else

  Background:
    Given Ada is logged in

  @sessions-6
  Rule: A token is accepted as it was issued
    Example: Ada's token
      When Ada's token is presented
      Then the bearer is Ada

    Example: One that somebody with our key has put together in the same way
      When Ada's token is presented, put together anew
      Then the bearer is Ada

  @asvs-9.1.1 @asvs-9.1.2 @sessions-7
  Rule: A token must be signed with one of the service's keys, by its one algorithm
    Scenario Outline: Ada's token <altered>
      When Ada's token is presented <altered>
      Then the token is refused because its signature is wrong
      And nothing has changed

      Examples:
        | altered                               |
        | with Bram's id in its payload         |
        | with a later end in its payload       |
        | with the signature of another token   |
        | with one bit of its signature changed |
        | with half of its signature            |
        | without its signature                 |
        | signed with another key               |
        | signed with the other key of ours     |
        | signed with an empty key              |
        | signed with the id of the key         |

    Scenario Outline: The algorithm <algorithm>
      When Ada's token is presented with the header alg <algorithm>
      Then the token is refused because its algorithm is not allowed
      And nothing has changed

      Examples:
        | algorithm | why                                        |
        | "none"    | no signature at all                        |
        | "None"    | in another case                            |
        | "NONE"    | in another case                            |
        | "nOnE"    | in another case                            |
        | "HS384"   | our key, another algorithm, rightly signed |
        | "HS512"   | our key, another algorithm, rightly signed |
        | "RS256"   | an algorithm with public keys              |
        | "hs256"   | ours in another case                       |
        | ""        | nothing                                    |
        | null      | nothing                                    |
        | ["HS256"] | a list                                     |

    Example: No algorithm
      When Ada's token is presented without its header alg
      Then the token is refused because its algorithm is not allowed

  @asvs-9.1.3 @sessions-8
  Rule: The service chooses the key: nothing in the token leads to another
    Scenario Outline: The key's id <kid>
      When Ada's token is presented with the header kid <kid>
      Then the token is refused because its key is unknown
      And nothing has changed

      Examples:
        | kid                     | why                |
        | "2026-01"               | there was one once |
        | ""                      | nothing            |
        | null                    | nothing            |
        | 202603                  | a number           |
        | ["2026-03"]             | a list             |
        | {"2026-03": true}       | an object          |
        | "../../../dev/null"     | a path             |
        | "2026-03' OR '1'='1"    | a piece of SQL     |
        | "https://evil.example/" | an address         |

    Scenario Outline: A header with <name>
      When Ada's token is presented with the header <name> <value>
      Then the token is refused because its header is not the expected one
      And nothing has changed

      Examples:
        | name | value                                             | why                          |
        | jwk  | {"kty": "oct", "k": "QUFBQUFBQUFBQUFBQUFBQUFBQQ"} | a key                        |
        | jku  | "https://evil.example/keys"                       | an address of keys           |
        | x5u  | "https://evil.example/certificate"                | an address of a certificate  |
        | x5c  | ["MIIB"]                                          | a certificate                |
        | crit | ["exp"]                                           | what must be understood      |
        | b64  | false                                             | a payload that is not base64 |
        | zip  | "DEF"                                             | a payload that is compressed |

    Scenario Outline: A header without <name>
      When Ada's token is presented without its header <name>
      Then the token is refused because its header is not the expected one

      Examples:
        | name |
        | kid  |
        | typ  |

  @asvs-9.2.1 @sessions-9
  Rule: A token must have exactly the required claims, each once and of the right type
    Scenario Outline: Without <claim>
      When Ada's token is presented without its claim <claim>
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

    Scenario Outline: The claim <claim> as <value>
      When Ada's token is presented with the claim <claim> <value>
      Then the token is refused because its claims are not the expected ones
      And nothing has changed

      Examples:
        | claim | value                   | why                           |
        | aud   | ["postgres-acceptance"] | a list, even with ours in it  |
        | aud   | null                    | nothing                       |
        | exp   | "1999999999"            | a time as text                |
        | exp   | 1999999999.5            | a fraction                    |
        | exp   | true                    | a truth                       |
        | exp   | null                    | nothing                       |
        | nbf   | "1700000000"            | a time as text                |
        | iat   | "1700000000"            | a time as text                |
        | sub   | 1                       | a number                      |
        | sub   | "ada"                   | a name                        |
        | sub   | "0"                     | no id                         |
        | sub   | "1 OR 1=1"              | a piece of SQL                |
        | sub   | "-1"                    | no id                         |
        | sub   | "99999999999999999999"  | more than a table can hold    |
        | sub   | "١"                     | a digit of another script     |
        | jti   | ""                      | nothing                       |
        | jti   | "' OR '1'='1"           | a piece of SQL                |
        | jti   | ["a", "b"]              | a list                        |
        | admin | true                    | a claim that ours do not make |

    Example: A claim that is made twice
      When Ada's token is presented with its claim exp made twice
      Then the token is refused because it is malformed

    Example: A header that is given twice
      When Ada's token is presented with its header alg given twice
      Then the token is refused because it is malformed

  @asvs-9.2.2 @asvs-9.2.3 @sessions-10
  Rule: A token must be of the service's type, from its issuer and for its audience
    Scenario Outline: The claim <claim> says <value>
      When Ada's token is presented with the claim <claim> <value>
      Then the token is refused because <problem>
      And nothing has changed

      Examples:
        | claim | value                  | problem                    | why                |
        | iss   | "evil.example"         | it is of another issuer    | somebody else      |
        | iss   | "Postgres-Acceptance"  | it is of another issuer    | in another case    |
        | iss   | ""                     | it is of another issuer    | nobody             |
        | aud   | "another service"      | it is for another audience | somebody else      |
        | aud   | "postgres-acceptance " | it is for another audience | with a space       |
        | typ   | "reset"                | it is of another type      | for something else |
        | typ   | "SESSION"              | it is of another type      | in another case    |

    Scenario Outline: The header says that it is <typ>
      When Ada's token is presented with the header typ <typ>
      Then the token is refused because it is of another type

      Examples:
        | typ      |
        | "at+jwt" |
        | "jwt"    |
        | null     |

  @asvs-9.2.1 @sessions-11
  Rule: Token times are exact to the second, unless the settings allow clock skew
    Scenario Outline: <claim> is <seconds> seconds from now, with a leeway of <leeway>
      Given the service gives clocks a leeway of <leeway>
      When Ada's token is presented with a <claim> of <seconds> seconds from now
      Then <outcome>

      Examples: No leeway
        | claim | seconds | leeway    | outcome                                          |
        | exp   | 1       | 0 seconds | the bearer is Ada                                |
        | exp   | 0       | 0 seconds | the token is refused because it has expired      |
        | exp   | -1      | 0 seconds | the token is refused because it has expired      |
        | nbf   | 0       | 0 seconds | the bearer is Ada                                |
        | nbf   | 1       | 0 seconds | the token is refused because it is not valid yet |
        | iat   | 0       | 0 seconds | the bearer is Ada                                |
        | iat   | 1       | 0 seconds | the token is refused because it is not valid yet |

      Examples: A minute
        | claim | seconds | leeway   | outcome                                          |
        | exp   | -59     | 1 minute | the bearer is Ada                                |
        | exp   | -60     | 1 minute | the token is refused because it has expired      |
        | nbf   | 60      | 1 minute | the bearer is Ada                                |
        | nbf   | 61      | 1 minute | the token is refused because it is not valid yet |

  @sessions-12
  Rule: A token has one encoding, and anything else is refused like any invalid token
    Scenario Outline: Ada's token is not the same <altered>
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

    Scenario Outline: Ada's token is read in UTF-8 alone: <altered>
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

    Scenario Outline: <text> is not a token: <why>
      When the token <text> is presented
      Then the token is refused because it is malformed
      And nothing has changed

      Examples:
        | text             | why                  |
        | ""               | nothing              |
        | "."              | nothing, twice       |
        | ".."             | nothing, three times |
        | "a.b.c"          | too little           |
        | "ключ.ключ.ключ" | not even base64      |
        | "\u0000"         | a NUL                |
        | "x" × 1000000    | a megabyte           |
        | nothing          | not even text        |

    Example: Once the session has ended, no spelling of its token leads to it
      Given Ada has logged out on her laptop
      When Ada's token is presented with padding
      Then the token is refused because it is malformed
