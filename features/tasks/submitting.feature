@tasks
Feature: Submitting a task
  In order to have work done in the background
  As a tenant
  I want a task stored exactly as I submitted it

  Background:
    Given Ada has an account
    And Bram has an account

  @tasks-1
  Rule: A submitted task is stored with the values that were given, and is pending
    Example: A task is submitted for any agent
      When Ada submits "Import Q3 figures" with {"rows": 1200}
      Then these tasks are stored
        | owner | title             | payload        | status  | agent | version | submitted | started | finished | result | error |
        | Ada   | Import Q3 figures | {"rows": 1200} | pending |       | 1       | 12:00     |         |          |        |       |
      And the side effects are
        | table | inserted | updated | deleted |
        | tasks | 1        | 0       | 0       |

    Example: A task is submitted for one of the tenant's agents
      Given Ada has a project "q3" with an agent "Scribe"
      When Ada submits "Import Q3 figures" for "Scribe"
      Then these tasks are stored
        | owner | title             | agent  | status  |
        | Ada   | Import Q3 figures | Scribe | pending |

    Scenario Outline: The title <value> is kept as it was given (<why>)
      When Ada submits a task whose title is <value>
      Then Ada's only task reads back with the title <value>

      Examples:
        | value                                | why                       |
        | "  at both ends  "                   | spaces around it          |
        | "\u00a0\u3000wide\u2003"             | other spaces around it    |
        | "Two  SPACES, mixed Case"            | spaces and case within it |
        | "e\u0301 \u212b \ufb01 \ud83d\udc18" | nothing is composed       |
        | "x" × 199 + "y"                      | its last character        |

    Scenario Outline: The payload <payload> is kept as it was given
      When Ada submits "Import Q3 figures" with <payload>
      Then Ada's only task reads back with the payload <payload>

      Examples:
        | payload                                         |
        | 0                                               |
        | 0.0                                             |
        | ""                                              |
        | false                                           |
        | []                                              |
        | null                                            |
        | {"": [0, "", false, [], null, {}]}              |
        | "  Two  SPACES\r\n\te\u0301 \u212b\r "          |
        | {" Key ": "x", "key": "y", "e\u0301": "\u00e9"} |
        | "x" × 100000 + "y"                              |

    Example: Two tasks may have the same title
      Given Ada has a task "Import Q3 figures"
      When Ada submits "Import Q3 figures" with {}
      Then these tasks are stored
        | owner | title             |
        | Ada   | Import Q3 figures |
        | Ada   | Import Q3 figures |

    Example: A task submitted in a transaction that is rolled back is not stored
      When Ada submits "Import Q3 figures" in a transaction that is rolled back
      Then nothing has changed

  @tasks-2
  Rule: A task can only be assigned to an existing agent
    Example: A task for an agent that does not exist is refused
      When Ada submits "Import Q3 figures" for an agent that does not exist
      Then Ada is refused because there is no such agent
      And nothing has changed

    Example: A task for another tenant's agent is refused
      Given Bram has a project "q4" with an agent "Clerk"
      When Ada submits "Import Q3 figures" for "Clerk"
      Then Ada is refused because there is no such agent
      And nothing has changed

  @tasks-3
  Rule: A task can only belong to an existing account
    Example: A tenant without an account is refused
      When the tenant 4242 submits a task
      Then the tenant is refused because there is no such tenant
      And nothing has changed

    Scenario Outline: The tenant id <id> is refused
      When the tenant <id> submits a task
      Then the tenant is refused because it is not the id of a user
      And nothing has changed

      Examples:
        | id                  |
        | 0                   |
        | -1                  |
        | 9223372036854775808 |
        | "1 OR 1 = 1"        |
        | nothing             |

  @asvs-2.2.1 @tasks-4
  Rule: An invalid title is refused by name
    Scenario Outline: The title <value> is refused: it <problem>
      When Ada submits a task whose title is <value>
      Then the title is refused because it <problem>
      And nothing has changed

      Examples:
        | value                 | problem                           |
        | ""                    | is blank                          |
        | "  "                  | is blank                          |
        | "\u200b \u2800"       | is blank                          |
        | "e\u0301" × 100 + "x" | is longer than 200 characters     |
        | "x" × 201             | is longer than 200 characters     |
        | "A\u0000"             | contains a NUL character          |
        | "A\nB"                | contains a control character      |
        | "A\ud800"             | contains half of a surrogate pair |
        | nothing               | must be text                      |

    Example: A title of 200 characters is accepted
      When Ada submits a task whose title is "x" × 200
      Then Ada is not refused
      And the side effects are
        | table | inserted | updated | deleted |
        | tasks | 1        | 0       | 0       |

  @asvs-2.2.1 @tasks-5
  Rule: A payload that JSON cannot represent is refused before anything is written
    Scenario Outline: A payload that contains <content> is refused
      When Ada submits "Import" with data that contains <content>
      Then the payload is refused because it <problem>
      And nothing was sent to the database

      Examples: Numbers and characters
        | content                  | problem                           |
        | NaN                      | contains NaN or an infinity       |
        | infinity                 | contains NaN or an infinity       |
        | minus infinity           | contains NaN or an infinity       |
        | a NUL character          | contains a NUL character          |
        | a NUL character in a key | contains a NUL character          |
        | half of a surrogate pair | contains half of a surrogate pair |

      Examples: Python values
        | content           | problem                                     |
        | a set             | contains a set, which JSON cannot hold      |
        | a tuple           | contains a tuple, which JSON cannot hold    |
        | bytes             | contains a bytes, which JSON cannot hold    |
        | a time            | contains a datetime, which JSON cannot hold |
        | a decimal         | contains a Decimal, which JSON cannot hold  |
        | a number as a key | has a key that is not text                  |

      Examples: Limits
        | content                     | problem                                    |
        | lists 101 deep              | is nested more than 100 deep               |
        | a list that contains itself | is nested more than 100 deep               |
        | a number of 1001 digits     | contains a number of more than 1000 digits |
        | ten million characters      | is longer than 10000000 characters of JSON |
