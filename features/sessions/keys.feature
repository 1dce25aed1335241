@sessions
Feature: The keys of tokens
  In order to replace keys without ending all sessions, and to end all sessions if I must
  As an operator
  I want one key to sign, several to verify, and a retired one to do neither

  @asvs-9.1.1 @sessions-31
  Rule: One key signs, all keys of the ring verify, and a retired key does not
    Example: A new key signs new tokens
      Given Ada is logged in
      And the service has the keys 2026-04, 2026-03 and signs with 2026-04
      And Bram is logged in
      When Bram presents his token
      Then the bearer is Bram
      And the header of Bram's token is
        | member | value   |
        | alg    | HS256   |
        | kid    | 2026-04 |
        | typ    | JWT     |

    Example: A token that the former key has signed is accepted
      Given Ada is logged in
      And the service has the keys 2026-04, 2026-03 and signs with 2026-04
      When Ada presents her token
      Then the bearer is Ada

    Example: A token that a retired key has signed is refused
      Given Ada is logged in
      And the service has the keys 2026-04 and signs with 2026-04
      When Ada presents her token
      Then the token is refused because its key is unknown

    Example: Another key with the same id does not verify the tokens of the former one
      Given Ada is logged in
      And the service has another key with the id 2026-03
      When Ada presents her token
      Then the token is refused because its signature is wrong

  @sessions-32
  Rule: An invalid key ring is refused when the service is configured
    Scenario Outline: A key ring is refused because <why>
      When the service is configured with <bytes> bytes as the key "<kid>" and signs with "<signing>"
      Then the setting tokens.keys is refused because it <problem>

      Examples:
        | kid     | bytes | signing | problem                                   | why                        |
        | 2026-03 | 31    | 2026-03 | has a key '2026-03' of less than 32 bytes | a key is too short         |
        | 2026-03 | 0     | 2026-03 | has a key '2026-03' of less than 32 bytes | a key is empty             |
        | 2026-03 | 32    | 2026-04 | has no key '2026-04' to sign with         | the signing key is missing |

    Scenario Outline: The text of <file> is refused as a key
      When the service is configured with the text of <file> as the key "2026-03" and signs with "2026-03"
      Then the setting tokens.keys is refused because it has a key '2026-03' that is the text of a key file (such as PEM, SSH or JWK); give the random bytes themselves

      Examples: PEM and PGP
        | file                           |
        | a PEM public key               |
        | a PEM certificate              |
        | a PEM without its end          |
        | a PEM in UTF-16                |
        | a PEM in UTF-16 without a mark |
        | a PEM in UTF-32                |
        | a PGP private key              |

      Examples: SSH and PuTTY
        | file                          |
        | an SSH public key             |
        | an SSH key on a token         |
        | an indented SSH key           |
        | an SSH key in quotes          |
        | an SSH key behind its options |
        | an SSH key behind its host    |
        | an SSH key under a comment    |
        | an SSH2 public key            |
        | a key of PuTTY                |

      Examples: JWK
        | file                         |
        | a JWK                        |
        | a JWK with a byte order mark |
        | a JWK in UTF-16              |
        | a JWK as a text in JSON      |
        | a set of JWKs                |
        | a list of JWKs               |

    Example: A str is refused as a key
      When the service is configured with a str as the key "2026-03" and signs with "2026-03"
      Then the setting tokens.keys is refused because it has a key '2026-03' that is not bytes

    Example: A key of 32 bytes is accepted
      When the service is configured with 32 bytes as the key "2026-03" and signs with "2026-03"
      Then the configuration is not refused
