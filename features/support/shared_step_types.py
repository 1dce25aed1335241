"""Step types that the steps of several capabilities use."""

from datetime import datetime, timedelta
from typing import Final

from features.support import service_settings
from features.support.arrange.valid_rows import TABLES
from features.support.error_phrases import REASONS
from features.support.execution import Execution
from features.support.vocabulary import StepTypes
from pgharness.data import cells

DEVICES: Final = ("laptop", "phone", "tablet", "watch", "desk", "car")
"""What a person is logged in on; each is a participant of its own."""

FIELDS: Final = (
    *("id", "email", "display name", "password", "limit", "ip"),
    *("title", "payload", "result", "error", "details", "path", "slug", "name", "score", "reason"),
    *("text", "time", "type", "constraint", "constraints", "tenant"),
)

PARAPHRASED_FIELDS: Final = {
    "size of the batch": "at_most",
    "value of the details": "details",
    "number of constraints": "constraints",
}
"""Fields whose names are plural or no words, as a sentence names them."""

PARTICIPANTS: Final = (
    *("worker", "administrator", "caretaker", "other client"),
    *("upgrade", "program"),
    *DEVICES,
)
"""Participants in concurrent work that are no persons."""

_PERIOD: Final = r"(?:\d+|an?) (?:microsecond|second|minute|hour|day)s?"

QUOTED: Final = rf"{cells.PIECE}(?: \+ {cells.PIECE})*"
"""Text in quotes, with JSON's escapes, repeated (×) and joined (+)."""


def value(text: str) -> str | int | None:
    """Return the value of JSON strings, repeated (×) and joined (+), of a number or of nothing."""
    if text == cells.NOTHING:
        return None
    if not text.startswith('"'):
        return int(text)
    return cells.quoted(text)


def owner(text: str) -> str:
    """Return the name in a genitive; nothing for a pronoun, which stands for who acts."""
    return text.removesuffix("'s") if text.endswith("'s") else ""


def actor(text: str) -> str:
    """Return the name of a participant in concurrent work; its connection has this name."""
    return text.removeprefix("the ")


def duration(text: str) -> timedelta:
    """Return the time that is written in units: "an hour", "30 days and 1 microsecond"."""
    whole = timedelta(0)
    for part in text.split(" and "):
        number, unit = part.split()
        count = 1 if number in {"a", "an"} else int(number)
        whole += timedelta(**{f"{unit.removesuffix('s')}s": count})
    return whole


TYPES: Final = StepTypes(
    words={
        "Person": (r"[A-Z][a-z]+", str),
        "Name": (r"[a-z_][a-z0-9_]*", str),
        "Duration": (rf"{_PERIOD}(?: and {_PERIOD})*", duration),
        "Time": (r"\d\d:\d\d(?::\d\d)?", str),
        "Rest": (r".+", str),
        "Quoted": (r'[^"]*', str),
        "Value": (rf"{QUOTED}|nothing|-?\d+", value),
        "Number": (r"-?\d+", int),
        "Numbers": (r"\d+(?:, \d+)*", lambda text: [int(n) for n in text.split(",")]),
        "Instant": (r"\d{4}-\d\d-\d\dT[\d:.]+(?:[+-]\d\d:\d\d)?", datetime.fromisoformat),
        "Owner": (r"his|her|their|[A-Z][a-z]+'s", owner),
        "Actor": (rf"[A-Z][a-z]+|the (?:first |second )?(?:{'|'.join(PARTICIPANTS)})", actor),
        "Setting": (service_settings.NAME, str),
        "SettingValue": (service_settings.VALUE, service_settings.value),
        "Subject": (r"[A-Z][a-z]+|the [a-z]+(?: [a-z]+)*", str),
    },
    phrases={
        "Whose": ("his", "her", "their"),
        "Article": ("a", "an"),
        "Kind": TABLES,
        "Which": ("the", "the first", "the second"),
    },
    meanings={
        "Field": {**{field: field for field in FIELDS}, **PARAPHRASED_FIELDS},
        "Reason": REASONS,
        "Execution": {execution.value: execution for execution in Execution},
    },
)
