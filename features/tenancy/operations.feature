@tenancy
Feature: The service does not reveal another tenant's ids
  In order to learn nothing about other tenants from an answer
  As an administrator
  I want another tenant's id answered like an id that does not exist

  @asvs-8.2.2 @asvs-8.4.1 @contract @tenancy-6
  Rule: Every operation answers to another tenant's id as to an unknown id
    Example: Bram calls every operation with Ada's ids
      Given Ada and Bram have rows in every tenant table
      When Bram calls every operation with Ada's ids
      Then each answers as it answers to an unknown id
        | operation                | id of Ada's | answer                  |
        | objectives.change        | objective   | there is no objective … |
        | objectives.delete        | objective   | there is no objective … |
        | objectives.get           | objective   | there is no objective … |
        | objectives.history       | objective   | a page of 0             |
        | tasks.assign             | agent       | there is no agent …     |
        | tasks.assign             | task        | there is no task …      |
        | tasks.delete             | task        | there is no task …      |
        | tasks.get                | task        | there is no task …      |
        | tasks.list               | agent       | a page of 0             |
        | tasks.retitle            | task        | there is no task …      |
        | tasks.submit             | agent       | there is no agent …     |
        | workspace.add_agent      | project     | there is no project …   |
        | workspace.agent          | agent       | there is no agent …     |
        | workspace.agents         | project     | a page of 0             |
        | workspace.clear_priority | agent       | there is no agent …     |
        | workspace.delete_agent   | agent       | there is no agent …     |
        | workspace.delete_project | project     | there is no project …   |
        | workspace.event          | event       | there is no event …     |
        | workspace.events         | agent       | a page of 0             |
        | workspace.events         | project     | a page of 0             |
        | workspace.events         | task        | a page of 0             |
        | workspace.events         | turn        | a page of 0             |
        | workspace.prioritise     | agent       | there is no agent …     |
        | workspace.project        | project     | there is no project …   |
        | workspace.record         | agent       | there is no agent …     |
        | workspace.record         | project     | there is no project …   |
        | workspace.record         | task        | there is no task …      |
        | workspace.record         | turn        | there is no turn …      |
        | workspace.say            | task        | there is no task …      |
        | workspace.turn           | turn        | there is no turn …      |
        | workspace.turns          | task        | a page of 0             |
      And nothing has changed

    Example: All other operations take no id
      Then exactly these operations take no id
        | operation                | why                                          |
        | objectives.list          | it takes only a position in the list         |
        | objectives.pursue        | it takes only a text and constraints         |
        | workspace.create_project | it takes only a path and a slug of the owner |
        | workspace.projects       | it takes only a position in the list         |
