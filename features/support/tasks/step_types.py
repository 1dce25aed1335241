"""Step types of the steps about tasks, the workspace and objectives."""

import json
import re
from typing import Any, Final

from domain.work.tasks import TaskStatus
from domain.work.turns_and_events import TurnActor, TurnIntent
from features.support import shared_step_types
from features.support.tasks.invalid_json import UNFIT, around, megabyte
from features.support.tasks.listing import Selection
from features.support.tasks.selected import FAMILIES
from features.support.tasks.workspace import NOTHING, References
from features.support.vocabulary import StepTypes
from pgharness.data import cells

LARGE: Final = "one megabyte of nested data"
DEFAULT_SIZE: Final = "the default size"
UNFIT_DATA: Final = "data that contains "
NO_AGENT: Final = "no agent"
UNKNOWN_AGENT: Final = "an agent that does not exist"

_JSON: Final = r"[\[{\"\d-].*|null|true|false"
_TEXT: Final = rf"{cells.PIECE}(?: \+ {cells.PIECE})*"


def data(text: str) -> Any:
    """Return the value of JSON or of text that is repeated and joined, or what a phrase means."""
    if text == LARGE:
        return megabyte()
    if re.fullmatch(_TEXT, text):
        return cells.quoted(text)
    if text.startswith(UNFIT_DATA):
        return around(UNFIT[text.removeprefix(UNFIT_DATA)])
    return json.loads(text)


def titles(text: str) -> list[str]:
    """Return the titles in a list of them in quotes."""
    return [] if text == NOTHING else text.strip('"').split(", ")


def worker(text: str) -> str:
    """Return the name of a worker without its article; its connection has this name."""
    return text.partition(" ")[2]


def agent(text: str) -> str | None:
    """Return the name of an agent; empty for one that does not exist."""
    if text == NO_AGENT:
        return None
    return "" if text == UNKNOWN_AGENT else text.strip('"')


def references(text: str) -> References:
    """Return whose rows an event is about, and of which kinds: "her project, agent and task"."""
    if text == NOTHING:
        return References("", ())
    owner, _, kinds = text.partition(" ")
    return References(shared_step_types.owner(owner), tuple(re.split(r", | and ", kinds)))


def constraints(text: str) -> list[Any]:
    """Return the texts that are joined by "and", or as many as a number says."""
    if text[0].isdigit():
        return ["no overtime"] * int(text.partition(" ")[0])
    return [shared_step_types.value(each) for each in re.findall(_TEXT, text)]


def page_size(text: str) -> dict[str, int]:
    """Return the arguments of a listing that ask for a size of its pages: none for the default."""
    return {} if text == DEFAULT_SIZE else {"limit": int(text)}


TYPES: Final = StepTypes(
    words={
        "Json": (_JSON, json.loads),
        "Data": (rf"{_JSON}|{LARGE}|{UNFIT_DATA}(?:{'|'.join(UNFIT)})", data),
        "Titles": (rf'"[^"]*"|{NOTHING}', titles),
        "Worker": (r"(?:a|the (?:first|second)) worker", worker),
        "Agent": (rf'"[^"]*"|{NO_AGENT}|{UNKNOWN_AGENT}', agent),
        "References": (
            rf"{NOTHING}|(?:her|[A-Z][a-z]+'s) [a-z]+(?:(?:, [a-z]+)* and [a-z]+)?",
            references,
        ),
        "PageSize": (rf"-?\d+|{DEFAULT_SIZE}", page_size),
        "Constraints": (rf"{_TEXT}(?: and {_TEXT})*|\d+ constraints", constraints),
    },
    phrases={
        "Followed": ("each followed", "followed"),
        "Tasks": ("task", "tasks"),
        "Family": tuple(FAMILIES),
        "Parents": ("project", "projects", "task", "tasks", "objective", "objectives"),
    },
    meanings={
        "Item": {
            "project": "projects",
            "agent": "agents",
            "task": "tasks",
            "objective": "objectives",
        },
        "Things": {
            name: things
            for things in ("projects", "agents", "tasks", "turns", "events", "objectives")
            for name in (things, things.removesuffix("s"))
        },
        "Selection": {
            "": Selection(),
            "remaining ": Selection(remaining=True),
            **{f"{status} ": Selection(status) for status in TaskStatus},
        },
        "InStatus": {
            "": TaskStatus.PENDING,
            **{f" that is {status}": status for status in TaskStatus},
        },
        "Position": {"first": 0, "second": 1},
        "Increment": {"": False, " and increments its version": True},
        "SeenVersion": {"based on the version read": True, "without a version": False},
        "TaskStatus": {status.value: status for status in TaskStatus},
        "TurnActor": {actor.value: actor for actor in TurnActor},
        "TurnIntent": {intent.value: intent for intent in TurnIntent},
    },
)
