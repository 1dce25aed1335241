@sessions
Feature: The keys of the tokens
  In order to change keys without throwing everybody out, and to throw everybody out if I must
  As the operator of the service
  I want one key to sign, several to verify, and a retired one to do neither

  @asvs-9.1.1 @sessions-31
  Rule: One key signs, all keys of the ring verify, and a retired key does not
    Example: A new key signs new tokens
      Given Ada is logged in
      And the service has the keys 2026-04, 2026-03 and signs with 2026-04
      And Bram is logged in
      When Bram's token is presented
      Then the bearer is Bram
      And Bram's token names the key 2026-04

    Example: Tokens that the former key has signed are still good
      Given Ada is logged in
      And the service has the keys 2026-04, 2026-03 and signs with 2026-04
      When Ada's token is presented
      Then the bearer is Ada

    Example: Once it is retired, they are not
      Given Ada is logged in
      And the service has the keys 2026-04 and signs with 2026-04
      When Ada's token is presented
      Then the token is refused because its key is unknown

    Example: A key that was replaced under its name does not verify what it has not signed
      Given Ada is logged in
      And the service has another key called 2026-03
      When Ada's token is presented
      Then the token is refused because its signature is wrong

  @asvs-7.2.3 @sessions-32
  Rule: An invalid key ring is refused when the service is configured
    Scenario Outline: The key ring is refused: <why>
      When the service is to be set up with a key of <bytes> bytes called "<kid>" and to sign with "<signing>"
      Then the setting tokens.keys is refused because it <problem>

      Examples:
        | kid     | bytes | signing | problem                                   | why                          |
        | 2026-03 | 31    | 2026-03 | has a key '2026-03' of less than 32 bytes | a key is too short           |
        | 2026-03 | 0     | 2026-03 | has a key '2026-03' of less than 32 bytes | a key is empty               |
        | 2026-03 | 32    | 2026-04 | has no key '2026-04' to sign with         | the signing key is not there |

    Scenario Outline: The text of a key file is no key: <file>
      When the service is to be set up with the text of <file> for a key
      Then the setting tokens.keys is refused because it has a key '2026-03' that is the text of a key file (such as PEM, SSH or JWK); give the random bytes themselves

      Examples:
        | file                           |
        | a PEM public key               |
        | a PEM certificate              |
        | a PEM without its end          |
        | a PEM in UTF-16                |
        | a PEM in UTF-16 without a mark |
        | a PEM in UTF-32                |
        | a PGP private key              |
        | an SSH public key              |
        | an SSH key on a token          |
        | an indented SSH key            |
        | an SSH key in quotes           |
        | an SSH key behind its options  |
        | an SSH key behind its host     |
        | an SSH key under a comment     |
        | an SSH2 public key             |
        | a key of PuTTY                 |
        | a JWK                          |
        | a JWK with a byte order mark   |
        | a JWK in UTF-16                |
        | a JWK as a text in JSON        |
        | a set of JWKs                  |
        | a list of JWKs                 |

    Example: A key is bytes
      When the service is to be set up with a text for a key
      Then the setting tokens.keys is refused because it has a key '2026-03' that is not bytes

    Example: 32 bytes will do
      When the service is to be set up with a key of 32 bytes called "2026-03" and to sign with "2026-03"
      Then the service is not refused
