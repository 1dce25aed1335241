"""Texts and JSON of tenants that are trimmed, composed, cut, or taken for none."""

from dataclasses import replace

from _pytest.monkeypatch import MonkeyPatch

from domain import json_values
from domain.work import objectives, task_queue, tasks, workspace
from domain.work.task_queue import Claim, TaskQueue
from tests.faults.catalogue import fault
from tests.faults.rewriting import change_values, composed, cut, in_one_way, rewrite, something


@fault("titles are trimmed", noticed_by="tasks/submitting", examples="The title")
def titles_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, tasks, "line", "title", str.strip)


@fault("titles are composed", noticed_by="tasks/editing", examples="The new title")
def titles_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, tasks, "line", "title", composed)


@fault("titles are cut", noticed_by="tasks/submitting", examples="The title")
def titles_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, tasks, "line", "title", cut(100))


@fault(
    "payloads of nothing are empty objects", noticed_by="tasks/submitting", examples="The payload"
)
def payloads_of_nothing_are_empty_objects(patch: MonkeyPatch) -> None:
    change_values(patch, tasks, "storable_json", "payload", something)


@fault("errors are composed", noticed_by="tasks/reporting", examples="The error")
def errors_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, task_queue, "prose", "error", composed)


@fault("errors are cut", noticed_by="tasks/reporting", examples="The error")
def errors_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, task_queue, "prose", "error", cut(1000))


@fault("details of nothing are none", noticed_by="tasks/reporting", examples="The details")
def details_of_nothing_are_none(patch: MonkeyPatch) -> None:
    rewrite(patch, TaskQueue, "_values", {"if details is None": "if not details"})


@fault(
    "no details are JSON's null", noticed_by="tasks/reporting", examples="without details has none"
)
def no_details_are_jsons_null(patch: MonkeyPatch) -> None:
    rewrite(patch, TaskQueue, "_values", {"null()": "None"})


@fault(
    "a worker is given nothing as an empty object",
    noticed_by="tasks/claiming",
    examples="A claim returns the payload",
)
def a_worker_is_given_nothing_as_an_empty_object(patch: MonkeyPatch) -> None:
    original = TaskQueue.claim

    def claim(self: TaskQueue) -> Claim | None:
        found = original(self)
        return found and replace(found, payload=found.payload or {})

    patch.setattr(TaskQueue, "claim", claim)


@fault(
    "a worker is given a title without its spaces",
    noticed_by="tasks/claiming",
    examples="A claim returns the payload",
)
def a_worker_is_given_a_title_without_its_spaces(patch: MonkeyPatch) -> None:
    original = TaskQueue.claim

    def claim(self: TaskQueue) -> Claim | None:
        found = original(self)
        return found and replace(found, title=found.title.strip())

    patch.setattr(TaskQueue, "claim", claim)


@fault("long texts in JSON are cut", noticed_by="tasks/reporting", examples="The result")
def long_texts_in_json_are_cut(patch: MonkeyPatch) -> None:
    original = json_values._text
    patch.setattr(json_values, "_text", lambda value: original(value[:65_535]))


@fault(
    "texts in JSON end their lines in one way", noticed_by="tasks/reporting", examples="The result"
)
def texts_in_json_end_their_lines_in_one_way(patch: MonkeyPatch) -> None:
    original = json_values._text
    patch.setattr(json_values, "_text", lambda value: original(in_one_way(value)))


@fault("paths are trimmed", noticed_by="workspace/projects", examples="The path")
def paths_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "formed", "path", str.strip)


@fault("paths are composed", noticed_by="workspace/projects", examples="The path")
def paths_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "formed", "path", composed)


@fault("paths are cut", noticed_by="workspace/projects", examples="The path")
def paths_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "formed", "path", cut(255))


@fault("names of agents are trimmed", noticed_by="workspace/projects", examples="The name")
def names_of_agents_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "line", "name", str.strip)


@fault("names of agents are composed", noticed_by="workspace/projects", examples="The name")
def names_of_agents_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "line", "name", composed)


@fault("names of agents are cut", noticed_by="workspace/projects", examples="The name")
def names_of_agents_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "line", "name", cut(100))


@fault("reasons are trimmed", noticed_by="workspace/projects", examples="The reason")
def reasons_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "line", "reason", str.strip)


@fault("reasons are cut", noticed_by="workspace/projects", examples="The reason")
def reasons_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "line", "reason", cut(255))


@fault("turns are trimmed", noticed_by="workspace/chain", examples="The text")
def turns_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "prose", "text", str.strip)


@fault("turns are composed", noticed_by="workspace/chain", examples="The text")
def turns_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "prose", "text", composed)


@fault("turns are cut", noticed_by="workspace/chain", examples="The text")
def turns_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "prose", "text", cut(65_535))


@fault("turns end their lines in one way", noticed_by="workspace/chain", examples="The text")
def turns_end_their_lines_in_one_way(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "prose", "text", in_one_way)


@fault(
    "payloads of events of nothing are empty objects",
    noticed_by="workspace/chain",
    examples="of an event is kept",
)
def payloads_of_events_of_nothing_are_empty_objects(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "storable_json", "payload", something)


@fault("types of events are cut", noticed_by="workspace/chain", examples="A type of 100")
def types_of_events_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, workspace, "formed", "type", cut(63))


@fault("objectives are trimmed", noticed_by="objectives/objectives", examples="as it was given")
def objectives_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "prose", "text", str.strip)


@fault("objectives are composed", noticed_by="objectives/objectives", examples="as it was given")
def objectives_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "prose", "text", composed)


@fault("objectives are cut", noticed_by="objectives/objectives", examples="as it was given")
def objectives_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "prose", "text", cut(1000))


@fault(
    "objectives end their lines in one way",
    noticed_by="objectives/objectives",
    examples="as it was given",
)
def objectives_end_their_lines_in_one_way(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "prose", "text", in_one_way)


@fault("constraints are trimmed", noticed_by="objectives/objectives", examples="as they were given")
def constraints_are_trimmed(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "line", "constraint", str.strip)


@fault(
    "constraints are composed", noticed_by="objectives/objectives", examples="as they were given"
)
def constraints_are_composed(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "line", "constraint", composed)


@fault("constraints are cut", noticed_by="objectives/objectives", examples="as they were given")
def constraints_are_cut(patch: MonkeyPatch) -> None:
    change_values(patch, objectives, "line", "constraint", cut(255))


@fault(
    "a constraint that is given twice is one",
    noticed_by="objectives/objectives",
    examples="as they were given",
)
def a_constraint_that_is_given_twice_is_one(patch: MonkeyPatch) -> None:
    original = objectives._checked
    patch.setattr(
        objectives, "_checked", lambda constraints: list(dict.fromkeys(original(constraints)))
    )
