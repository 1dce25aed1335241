@tenancy
Feature: The service answers as if others' things were not there
  In order to learn nothing about others by asking
  As whoever is responsible for what tenants are told
  I want an id of somebody else's answered as one that was never given out

  @asvs-8.2.2 @asvs-8.4.1 @tenancy-6
  Rule: Every operation answers to another tenant's id as to an unknown id
    Example: Bram comes with Ada's ids
      Given Ada has something in every table that tenants own
      And Bram has something in every table that tenants own
      When Bram asks the service for everything, with ids of Ada's
      Then it answers each as it answers to an id of nobody's
        | asked for                | with Ada's | answers                 |
        | objectives.change        | objective  | there is no objective … |
        | objectives.delete        | objective  | there is no objective … |
        | objectives.get           | objective  | there is no objective … |
        | objectives.history       | objective  | a page of 0             |
        | tasks.assign             | agent      | there is no agent …     |
        | tasks.assign             | task       | there is no task …      |
        | tasks.delete             | task       | there is no task …      |
        | tasks.get                | task       | there is no task …      |
        | tasks.list               | agent      | a page of 0             |
        | tasks.retitle            | task       | there is no task …      |
        | tasks.submit             | agent      | there is no agent …     |
        | workspace.add_agent      | project    | there is no project …   |
        | workspace.agent          | agent      | there is no agent …     |
        | workspace.agents         | project    | a page of 0             |
        | workspace.clear_priority | agent      | there is no agent …     |
        | workspace.delete_agent   | agent      | there is no agent …     |
        | workspace.delete_project | project    | there is no project …   |
        | workspace.event          | event      | there is no event …     |
        | workspace.events         | agent      | a page of 0             |
        | workspace.events         | project    | a page of 0             |
        | workspace.events         | task       | a page of 0             |
        | workspace.events         | turn       | a page of 0             |
        | workspace.prioritise     | agent      | there is no agent …     |
        | workspace.project        | project    | there is no project …   |
        | workspace.record         | agent      | there is no agent …     |
        | workspace.record         | project    | there is no project …   |
        | workspace.record         | task       | there is no task …      |
        | workspace.record         | turn       | there is no turn …      |
        | workspace.say            | task       | there is no task …      |
        | workspace.turn           | turn       | there is no turn …      |
        | workspace.turns          | task       | a page of 0             |
      And nothing has changed

    Example: Nothing else can be asked for
      When the service is looked at for what takes no id
      Then it has exactly these operations besides
        | operation                | takes                                    |
        | objectives.list          | a place in the list to go on from        |
        | objectives.pursue        | what to be after                         |
        | workspace.create_project | a path and a slug, unique for each owner |
        | workspace.projects       | a place in the list to go on from        |
