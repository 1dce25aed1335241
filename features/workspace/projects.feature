@workspace
Feature: Projects and agents
  In order to know where my agents work and which of them matter
  As somebody who has several
  I want projects and agents that cannot be taken for each other

  Background:
    Given Ada has an account
    And Bram has an account

  @workspace-1
  Rule: A project has a path and a slug that are unique among its owner's projects
    Example: Ada begins a project
      When Ada begins a project "q3" in "/home/ada/Q3 čísla"
      Then these projects are stored
        | owner | slug | path               | since |
        | Ada   | q3   | /home/ada/Q3 čísla | 12:00 |

    Scenario Outline: Ada cannot begin <another>
      Given Ada has a project "q3"
      When Ada begins a project "<slug>" in "<path>"
      Then Ada is refused because <reason>
      And nothing has changed

      Examples:
        | another                      | slug | path         | reason                   |
        | a second project in a folder | q4   | /home/ada/q3 | the path is already used |
        | a second project of a name   | q3   | /home/ada/q4 | the slug is already used |

    Example: What Ada uses does not keep Bram from using it
      Given Ada has a project "q3"
      When Bram begins a project "q3" in "/home/ada/q3"
      Then these projects are stored
        | owner | slug | path         |
        | Ada   | q3   | /home/ada/q3 |
        | Bram  | q3   | /home/ada/q3 |

  @asvs-2.2.1 @workspace-2
  Rule: An invalid path or slug is refused by name
    Scenario Outline: The <field> <value> is refused: it <problem>
      When Ada begins a project whose <field> is <value>
      Then the <field> is refused because it <problem>
      And nothing has changed

      Examples:
        | field | value           | problem                                            |
        | path  | ""              | is blank                                           |
        | path  | "home/ada"      | is not an absolute path without a slash at its end |
        | path  | "/"             | is not an absolute path without a slash at its end |
        | path  | "/home/"        | is not an absolute path without a slash at its end |
        | path  | "/home//ada"    | is not an absolute path without a slash at its end |
        | path  | "/" + "x" × 500 | is longer than 500 characters                      |
        | path  | "/home\u0000"   | contains a NUL character                           |
        | path  | "/home\n"       | contains a control character                       |
        | slug  | ""              | is blank                                           |
        | slug  | "Q3"            | is not made of a to z, 0 to 9 and single hyphens   |
        | slug  | "q--3"          | is not made of a to z, 0 to 9 and single hyphens   |
        | slug  | "-q3"           | is not made of a to z, 0 to 9 and single hyphens   |
        | slug  | "q3-"           | is not made of a to z, 0 to 9 and single hyphens   |
        | slug  | "č"             | is not made of a to z, 0 to 9 and single hyphens   |
        | slug  | "x" × 64        | is longer than 63 characters                       |

    Scenario Outline: The <field> <value> is just right
      When Ada begins a project whose <field> is <value>
      Then Ada is not refused

      Examples:
        | field | value                      | why                             |
        | path  | "/" + "x" × 499            | the longest                     |
        | path  | "/" + "\ud83d\udc18" × 499 | the longest, in its widest form |
        | path  | "/x"                       | the shortest                    |
        | slug  | "x" × 63                   | the longest                     |
        | slug  | "3"                        | the shortest                    |
        | slug  | "a-1-b"                    | several words                   |

  @workspace-3
  Rule: An agent works in one project and one session, and its session is unique
    Example: Ada lets an agent work in a project
      Given Ada has a project "q3"
      When Ada lets "Scribe" work in "q3"
      Then these agents are stored
        | owner | name   | project | session  | score | reason | prioritised |
        | Ada   | Scribe | q3      | Scribe's |       |        |             |

    Scenario Outline: A session belongs to one agent: <who> cannot give it to another
      Given Ada has a project "q3" with an agent "Scribe"
      And <who> has a project "other"
      When <who> lets "Clerk" work in "other" with the session of "Scribe"
      Then <who> is refused because the session belongs to another agent
      And nothing has changed

      Examples:
        | who  | why                      |
        | Ada  | her own other agent      |
        | Bram | somebody else altogether |

    Example: Bram's project is none for Ada
      Given Bram has a project "q4"
      When Ada lets "Scribe" work in "q4"
      Then Ada is refused because there is no such project
      And nothing has changed

    Scenario Outline: An agent cannot be called <value>
      Given Ada has a project "q3"
      When Ada lets an agent work in "q3" whose name is <value>
      Then the name is refused because it <problem>
      And nothing has changed

      Examples:
        | value     | problem                       |
        | ""        | is blank                      |
        | "x" × 201 | is longer than 200 characters |
        | "\u3164"  | is blank                      |

  @workspace-4
  Rule: A priority is a score from 0 to 100 with a reason and a time, all or none
    Background:
      Given Ada has a project "q3" with an agent "Scribe"
      And Bram has a project "q4" with an agent "Clerk"

    Scenario Outline: Ada gives an agent the score <score>
      Given an hour has passed
      When Ada prioritises "Scribe" with <score> because of "the audit"
      Then these agents are stored
        | owner | name   | score   | reason    | prioritised |
        | Ada   | Scribe | <score> | the audit | 13:00       |
        | Bram  | Clerk  |         |           |             |

      Examples:
        | score | why         |
        | 0     | the lowest  |
        | 55    | in between  |
        | 100   | the highest |

    Example: A new priority takes the place of the old one
      Given Ada has prioritised "Scribe" with 55 because of "the audit"
      And an hour has passed
      When Ada prioritises "Scribe" with 10 because of "it is over"
      Then these agents are stored
        | owner | name   | score | reason     | prioritised |
        | Ada   | Scribe | 10    | it is over | 13:00       |
        | Bram  | Clerk  |       |            |             |

    Example: A priority is taken away altogether
      Given Ada has prioritised "Scribe" with 55 because of "the audit"
      When Ada takes the priority of "Scribe" away
      Then these agents are stored
        | owner | name   | score | reason | prioritised |
        | Ada   | Scribe |       |        |             |
        | Bram  | Clerk  |       |        |             |

    Scenario Outline: The score <score> because of <why> is refused
      When Ada prioritises "Scribe" with <score> because of <why>
      Then the <field> is refused because it <problem>
      And nothing has changed

      Examples:
        | score | why        | field  | problem                        |
        | -1    | "x"        | score  | must be from 0 to 100          |
        | 101   | "x"        | score  | must be from 0 to 100          |
        | 55    | ""         | reason | is blank                       |
        | 55    | "\ufe0f"   | reason | is blank                       |
        | 55    | "x" × 1001 | reason | is longer than 1000 characters |

    Example: Bram's agent is none for Ada
      When Ada prioritises "Clerk" with 55 because of "the audit"
      Then Ada is refused because there is no such agent
      And nothing has changed
