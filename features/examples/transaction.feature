@examples
Feature: A transaction
  In order never to find half of something done
  As whoever relies on what is stored
  I want several changes to happen together, or none of them

  @asvs-2.3.3 @examples-2
  Rule: Tasks that are handed over together are all handed over, or none is
    Background:
      Given Ada has an account
      And Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Import Q3 figures"
      And Ada has a task "Check Q3 figures"

    Example: Both are handed over
      When Ada assigns "Import Q3 figures, Check Q3 figures" to "Scribe"
      Then these tasks are stored
        | title             | agent  | version |
        | Import Q3 figures | Scribe | 2       |
        | Check Q3 figures  | Scribe | 2       |

    Example: One of them was changed meanwhile, so neither is
      Given somebody else retitles "Check Q3 figures" to "Check Q2 figures"
      When Ada assigns "Import Q3 figures, Check Q3 figures" to "Scribe"
      Then Ada is refused because the task has changed since it was read
      And nothing has changed
