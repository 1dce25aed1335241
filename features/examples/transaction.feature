@examples
Feature: A transaction
  In order never to find a change half done
  As a tenant
  I want several changes to be stored together, or none of them

  @asvs-2.3.3 @examples-2
  Rule: Tasks that are assigned together are all assigned, or none is
    Background:
      Given Ada has an account
      And Ada has a project "q3" with an agent "Scribe"
      And Ada has a task "Import Q3 figures"
      And Ada has a task "Check Q3 figures"

    Example: Both tasks are assigned
      When Ada assigns "Import Q3 figures, Check Q3 figures" to "Scribe"
      Then these tasks are stored
        | title             | agent  | version |
        | Import Q3 figures | Scribe | 2       |
        | Check Q3 figures  | Scribe | 2       |

    Example: Neither task is assigned if one was changed since it was read
      Given another client retitles "Check Q3 figures" to "Check Q2 figures"
      When Ada assigns "Import Q3 figures, Check Q3 figures" to "Scribe"
      Then Ada is refused because the task has changed since it was read
      And nothing has changed
