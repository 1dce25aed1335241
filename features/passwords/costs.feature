@passwords
Feature: What a new password costs
  In order that nobody's password slows the service down for everybody else
  As the operator of the service
  I want the work on one bounded, and no connection taken for it

  @passwords-39
  Rule: A new password is checked and hashed before a connection is taken for it
    Example: One's own password is replaced
      Given Ada is logged in
      When Ada replaces her password with "amber kettles sing at dawn", and the work is counted
      Then Ada is not refused
      And one password was hashed before any statement was sent

    Example: A temporary password is replaced
      Given Ada has an account
      And an administrator has issued a temporary password to Ada
      And Ada has logged in with the first temporary password
      When Ada sets her own password "amber kettles sing at dawn", and the work is counted
      Then Ada is not refused
      And one password was hashed before any statement was sent

    Example: A temporary password is issued
      Given Ada has an account
      When an administrator issues a temporary password to Ada, and the work is counted
      Then one password was hashed before any statement was sent

  @passwords-41
  Rule: A new password is compared with former ones while no connection is held
    Example: One's own password is compared with that and the former ones
      Given Ada's passwords have been, in this order
        | password                   |
        | nine herons wade upstream  |
        | violet teapots hum at dusk |
      And Ada has logged in with "violet teapots hum at dusk"
      When Ada replaces her password with "amber kettles sing at dawn", and the work is counted
      Then Ada is not refused
      And no connection was in use while Argon2 ran, which was 4 times

    Example: A password of one's own is compared with the temporary one
      Given Ada has an account
      And an administrator has issued a temporary password to Ada
      And Ada has logged in with the first temporary password
      When Ada sets her own password "amber kettles sing at dawn", and the work is counted
      Then Ada is not refused
      And no connection was in use while Argon2 ran, which was 3 times

  @passwords-40
  Rule: Checking a password is cheap, whatever its length and its user's words
    Scenario Outline: A password is checked cheaply: <what>
      When somebody with many words registers with the password <password>
      Then that took no more than 1000000 lines of Python, whatever came of it

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
