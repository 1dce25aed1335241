@passwords
Feature: The history of passwords
  In order that a password which may be known to others is not used again
  As an operator
  I want a user's last passwords refused as new ones

  @passwords-15
  Rule: The last five passwords, including the current one, are refused as a new password
    Scenario Outline: The <which> password is refused
      Given Ada's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |
      And Ada is logged in
      When Ada replaces her password with <new>
      Then Ada is refused because the password was used before
      And nothing has changed

      Examples:
        | which         | new                         |
        | current       | "nine herons wade upstream" |
        | last but one  | "amber kettles sing at ten" |
        | last but four | "amber kettles sing at one" |

    Example: The password before the last five is accepted
      Given Ada's passwords have been, in this order
        | password                  |
        | violet teapots hum at six |
        | amber kettles sing at one |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |
      And Ada is logged in
      When Ada replaces her password with "violet teapots hum at six"
      Then Ada is not refused
      And Ada's password is "violet teapots hum at six"

    Scenario Outline: The order of changes counts, not that of a clock that was set back: the <which> password is <what>
      Given Ada's passwords have been, in this order, each replaced an hour earlier by the clock than the one before
        | password                  |
        | violet teapots hum at six |
        | amber kettles sing at one |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |
      And Ada is logged in
      When Ada replaces her password with <new>
      Then <outcome>

      Examples:
        | which         | new                         | what     | outcome                                             |
        | last but one  | "amber kettles sing at ten" | refused  | Ada is refused because the password was used before |
        | last but five | "violet teapots hum at six" | accepted | Ada is not refused                                  |

    Example: A former password is refused in another Unicode form
      Given Ada's passwords have been, in this order
        | password                  |
        | jürgen mag neun boxkämpfe |
        | nine herons wade upstream |
      And Ada is logged in
      When Ada replaces her password with "ju\u0308rgen mag neun boxka\u0308mpfe"
      Then Ada is refused because the password was used before

  @passwords-16
  Rule: The history keeps as many passwords as are refused, and no more
    Example: A new password removes the oldest from the history
      Given Ada's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |
      And Ada is logged in
      When Ada replaces her password with "violet teapots hum at six"
      Then Ada's former passwords are
        | password                  |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |

    Example: A new password removes the oldest from the history, although the clock was set back
      Given Ada's passwords have been, in this order, each replaced an hour earlier by the clock than the one before
        | password                  |
        | amber kettles sing at one |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |
      And Ada is logged in
      When Ada replaces her password with "violet teapots hum at six"
      Then Ada's former passwords are
        | password                  |
        | amber kettles sing at two |
        | amber kettles sing at six |
        | amber kettles sing at ten |
        | nine herons wade upstream |

    Example: A service that remembers one password keeps no former one
      Given the service remembers the last 1 password
      And Ada is logged in
      When Ada replaces her password with "nine herons wade upstream"
      Then Ada has no former passwords

    Example: After the number is lowered, older passwords are accepted and removed
      Given Ada's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | amber kettles sing at two |
        | nine herons wade upstream |
      And Ada is logged in
      And the service remembers the last 2 passwords
      When Ada replaces her password with "amber kettles sing at two"
      Then Ada is refused because the password was used before
      When Ada replaces her password with "amber kettles sing at one"
      Then Ada's former passwords are
        | password                  |
        | nine herons wade upstream |

  @asvs-8.4.1 @passwords-17
  Rule: A user's history does not affect other users
    Example: Bram sets a former password of Ada's
      Given Ada's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | nine herons wade upstream |
      And Bram is logged in
      When Bram replaces his password with "amber kettles sing at one"
      Then Bram is not refused
      And no other user's rows have changed

  @passwords-18
  Rule: An entry of the history has a date, and is deleted with the account
    Example: A former password has the time at which it was replaced
      Given Ada is logged in
      And 10 minutes have passed
      When Ada replaces her password with "nine herons wade upstream"
      Then Ada's former password was retired at 12:10

    Example: The history is deleted with the account
      Given Ada's passwords have been, in this order
        | password                  |
        | amber kettles sing at one |
        | nine herons wade upstream |
      And Bram is logged in
      When Ada deletes her account
      Then no table holds anything of Ada's
