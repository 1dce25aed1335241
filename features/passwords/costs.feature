@passwords
Feature: The cost of a new password
  In order that no user's password slows the service down for others
  As an operator
  I want the work on a password bounded, and no connection taken for it

  @passwords-39
  Rule: A new password is checked and hashed before a connection is taken for it
    Example: A user replaces their password
      Given Ada is logged in
      And statements and hashing are counted
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused
      And one password was hashed, before any statement was sent

    Example: A user replaces a temporary password
      Given Ada has an account
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And statements and hashing are counted
      When Ada sets "amber kettles sing at dawn" as her own password
      Then Ada is not refused
      And one password was hashed, before any statement was sent

    Example: An administrator issues a temporary password
      Given Ada has an account
      And statements and hashing are counted
      When an administrator issues a temporary password to Ada
      Then one password was hashed, before any statement was sent

  @passwords-41
  Rule: A new password is compared with former ones while no connection is held
    Example: A new password is compared with the current and the former ones
      Given Ada's passwords have been, in this order
        | password                   |
        | nine herons wade upstream  |
        | violet teapots hum at dusk |
      And Ada logs in with "violet teapots hum at dusk"
      And statements and hashing are counted
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused
      And no connection was in use during 4 runs of Argon2

    Example: A new password is compared with the latest former ones, and only with the user's own
      Given the service remembers the last 2 passwords
      And Ada's passwords have been, in this order
        | password                   |
        | nine herons wade upstream  |
        | copper lanterns drift one  |
        | violet teapots hum at dusk |
      And Bram's passwords have been, in this order
        | password                  |
        | copper lanterns drift one |
        | copper lanterns drift two |
      And Ada logs in with "violet teapots hum at dusk"
      And statements and hashing are counted
      When Ada replaces her password with "amber kettles sing at dawn"
      Then Ada is not refused
      And no connection was in use during 4 runs of Argon2

    Example: A new password is compared with the temporary one
      Given Ada has an account
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And statements and hashing are counted
      When Ada sets "amber kettles sing at dawn" as her own password
      Then Ada is not refused
      And no connection was in use during 3 runs of Argon2

  @asvs-15.2.2 @passwords-43
  Rule: No password is compared for a change that is refused in any case
    Example: A session that has ended
      Given Ada is logged in
      And Ada logs out
      And statements and hashing are counted
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the token is refused because the session has ended
      And 0 passwords were verified and 1 hashed

    Example: A token that the service has not signed
      Given Ada is logged in
      And Ada has a token with one bit of its signature changed
      And statements and hashing are counted
      When Ada replaces her password with "amber kettles sing at dawn"
      Then the token is refused because its signature is wrong
      And 0 passwords were verified and 0 hashed

    Example: A password that no user may set is not compared, and the current one is
      Given Ada is logged in
      And statements and hashing are counted
      When Ada replaces her password with "vexed jib 7 qu"
      Then the password is refused because it is shorter than 15 characters
      And 1 password was verified and 0 hashed

    Example: A password that no user may set instead of a temporary one
      Given Ada has an account
      And an administrator issues a temporary password to Ada
      And Ada logs in with the temporary password
      And statements and hashing are counted
      When Ada sets "vexed jib 7 qu" as her own password
      Then the password is refused because it is shorter than 15 characters
      And 0 passwords were verified and 0 hashed

  @asvs-15.2.2 @passwords-40
  Rule: The work of checking a password is bounded for any password, name and address
    Scenario Outline: A password is checked with bounded work: <what>
      When the work is traced while "Ea " × 66 + "Ea" registers with "e" × 64 + "@" + "aeaeaeaeaeaeaeaeaeae." × 8 + "org" and <password>
      Then at most 1000000 lines of Python ran

      Examples:
        | what                                    | password                                            |
        | Every character stands for a letter     | "4@8({[<3691!70$5+%2" × 6 + "4@8({[<3691!70"        |
        | Many characters do, and letters follow  | "4@$51!3069+2" + "qwjzkvhxbpydgmqwj" × 6 + "4@8({[" |
        | One letter, and words that are made so  | "e" × 128                                           |
        | Two letters, and words that are made so | "ea" × 64                                           |
        | A repetition of what stands for letters | "4@$51!306" × 14                                    |
        | Digits                                  | "0123456789" × 12                                   |
        | Words                                   | "thequickbrownfoxjumpsoverthelazydog" × 3           |
        | What is too long at once                | "4@8({[<3691!70$5+%2" × 50000                       |
