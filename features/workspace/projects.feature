@workspace
Feature: Projects and agents
  In order to know where my agents work and how important they are
  As a tenant
  I want projects and agents that can be told apart

  Background:
    Given Ada has an account
    And Bram has an account

  @workspace-1
  Rule: A project has a path and a slug that are unique among its owner's projects
    Example: A project is created with a path and a slug
      When Ada creates the project "q3" in "/home/ada/Q3 čísla"
      Then these projects are stored
        | owner | slug | path               | since |
        | Ada   | q3   | /home/ada/Q3 čísla | 12:00 |
      And the side effects are
        | owner | table    | inserted | updated | deleted |
        | Ada   | projects | 1        | 0       | 0       |

    Scenario Outline: The path <value> is kept as it was given (<why>)
      When Ada creates a project whose path is <value>
      Then Ada's only project reads back with the path <value>

      Examples:
        | value                                 | why                 |
        | "/ at both ends "                     | spaces around it    |
        | "/Two  SPACES/mixed Case"             | spaces and case     |
        | "/e\u0301/\u212b/\ufb01/\ud83d\udc18" | nothing is composed |
        | "/" + "x" × 498 + "y"                 | its last character  |

    Scenario Outline: A second project "<slug>" in "<path>" is refused
      Given Ada has a project "q3"
      When Ada creates the project "<slug>" in "<path>"
      Then Ada is refused because <reason>
      And nothing has changed

      Examples:
        | slug | path         | reason                   |
        | q4   | /home/ada/q3 | the path is already used |
        | q3   | /home/ada/q4 | the slug is already used |

    Example: Two tenants may use the same path and the same slug
      Given Ada has a project "q3"
      When Bram creates the project "q3" in "/home/ada/q3"
      Then these projects are stored
        | owner | slug | path         |
        | Ada   | q3   | /home/ada/q3 |
        | Bram  | q3   | /home/ada/q3 |

  @asvs-2.2.1 @workspace-2
  Rule: An invalid path or slug is refused by name
    Scenario Outline: The <field> <value> is refused: it <problem>
      When Ada creates a project whose <field> is <value>
      Then the <field> is refused because it <problem>
      And nothing has changed

      Examples: paths
        | field | value           | problem                                            |
        | path  | ""              | is blank                                           |
        | path  | "home/ada"      | is not an absolute path without a slash at its end |
        | path  | "/"             | is not an absolute path without a slash at its end |
        | path  | "/home/"        | is not an absolute path without a slash at its end |
        | path  | "/home//ada"    | is not an absolute path without a slash at its end |
        | path  | "/" + "x" × 500 | is longer than 500 characters                      |
        | path  | "/home\u0000"   | contains a NUL character                           |
        | path  | "/home\n"       | contains a control character                       |

      Examples: slugs
        | field | value    | problem                                          |
        | slug  | ""       | is blank                                         |
        | slug  | "Q3"     | is not made of a to z, 0 to 9 and single hyphens |
        | slug  | "q--3"   | is not made of a to z, 0 to 9 and single hyphens |
        | slug  | "-q3"    | is not made of a to z, 0 to 9 and single hyphens |
        | slug  | "q3-"    | is not made of a to z, 0 to 9 and single hyphens |
        | slug  | "č"      | is not made of a to z, 0 to 9 and single hyphens |
        | slug  | "x" × 64 | is longer than 63 characters                     |

    Scenario Outline: The <field> <value> is accepted
      When Ada creates a project whose <field> is <value>
      Then Ada is not refused

      Examples:
        | field | value                      |
        | path  | "/" + "x" × 499            |
        | path  | "/" + "\ud83d\udc18" × 499 |
        | path  | "/x"                       |
        | slug  | "x" × 63                   |
        | slug  | "3"                        |
        | slug  | "a-1-b"                    |

  @workspace-3
  Rule: An agent works in one project and one session, and its session is unique
    Example: An agent is added to a project
      Given Ada has a project "q3"
      When Ada adds the agent "Scribe" to "q3"
      Then these agents are stored
        | owner | name   | project | session  | score | reason | prioritised |
        | Ada   | Scribe | q3      | Scribe's |       |        |             |

    Scenario Outline: The name <value> of an agent is kept as it was given (<why>)
      Given Ada has a project "q3"
      When Ada adds the agent <value> to "q3"
      Then Ada's only agent reads back with the name <value>

      Examples:
        | value                                | why                       |
        | "  at both ends  "                   | spaces around it          |
        | "\u00a0\u3000wide\u2003"             | other spaces around it    |
        | "Two  SPACES, mixed Case"            | spaces and case within it |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed       |
        | "x" × 199 + "y"                      | its last character        |

    Scenario Outline: <tenant> cannot add another agent with the session of Ada's agent
      Given Ada has a project "q3" with an agent "Scribe"
      And <tenant> has a project "other"
      When <tenant> adds the agent "Clerk" to "other" with the session of "Scribe"
      Then <tenant> is refused because the session belongs to another agent
      And nothing has changed

      Examples:
        | tenant |
        | Ada    |
        | Bram   |

    Example: An agent cannot be added to another tenant's project
      Given Bram has a project "q4"
      When Ada adds the agent "Scribe" to "q4"
      Then Ada is refused because there is no such project
      And nothing has changed

    Scenario Outline: An agent cannot be called <value>
      Given Ada has a project "q3"
      When Ada adds the agent <value> to "q3"
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

    Scenario Outline: An agent has the score <score>
      Given an hour has passed
      When Ada prioritises "Scribe" with <score> because of "the audit"
      Then these agents are stored
        | owner | name   | score   | reason    | prioritised |
        | Ada   | Scribe | <score> | the audit | 13:00       |
        | Bram  | Clerk  |         |           |             |

      Examples:
        | score |
        | 0     |
        | 55    |
        | 100   |

    Scenario Outline: The reason <value> is kept as it was given (<why>)
      When Ada prioritises "Scribe" with 0 because of <value>
      Then Ada's only agent reads back with the reason <value>

      Examples:
        | value                                | why                       |
        | "  at both ends  "                   | spaces around it          |
        | "\u00a0\u3000wide\u2003"             | other spaces around it    |
        | "Two  SPACES, mixed Case"            | spaces and case within it |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed       |
        | "x" × 999 + "y"                      | its last character        |

    Example: A new priority replaces the old one
      Given Ada prioritises "Scribe" with 55 because of "the audit"
      And an hour has passed
      When Ada prioritises "Scribe" with 10 because of "it is over"
      Then these agents are stored
        | owner | name   | score | reason     | prioritised |
        | Ada   | Scribe | 10    | it is over | 13:00       |
        | Bram  | Clerk  |       |            |             |

    Example: A priority is removed
      Given Ada prioritises "Scribe" with 55 because of "the audit"
      When Ada removes the priority of "Scribe"
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

    Example: Another tenant's agent cannot be prioritised
      When Ada prioritises "Clerk" with 55 because of "the audit"
      Then Ada is refused because there is no such agent
      And nothing has changed
