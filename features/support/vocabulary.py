"""The typed words that steps are written with."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from behave import register_type
from parse import with_pattern

from domain import Isolation
from domain.connections import EXCEEDED, CommitOutcome, Limit
from domain.settings import Argon2Cost
from domain.tasks import TaskStatus
from domain.workspace import TurnActor, TurnIntent
from features.support import cells
from features.support.alterations import ALTERATIONS
from features.support.by_hand import GUARDS
from features.support.bystanders import HOLDING
from features.support.committing import ENDS, LOSSES
from features.support.deeds import ADMINISTERING, DOING
from features.support.drift import BY_HAND
from features.support.ends_of_time import DURATIONS
from features.support.examples import WRONG_PASSWORDS
from features.support.forged_marks import CLAIMS
from features.support.good_rows import TABLES
from features.support.intrusions import ATTEMPTS
from features.support.key_files import KEY_FILES
from features.support.leavings import DOINGS as LEAVINGS
from features.support.leftovers import LEFTOVERS
from features.support.lessons import LESSONS
from features.support.limited import EXCESSES
from features.support.lockstep import VERDICTS
from features.support.logins_within import WITHIN
from features.support.mishaps import MISHAPS
from features.support.plan_cache import PLANS
from features.support.plans import READINGS
from features.support.pooled import ENDINGS
from features.support.races import RACES
from features.support.reasons import (
    LOGIN_PROBLEMS,
    REASONS,
    SESSION_ENDS,
    TASK_RULES,
    TOKEN_PROBLEMS,
)
from features.support.retrying import CONFLICTS
from features.support.rolled_back import ENDS as UNIT_ENDS
from features.support.rolled_back import SCENARIOS, WISHES
from features.support.rules import BREACHES, WHEN
from features.support.samples import KINDS as SAMPLE_KINDS
from features.support.server_channels import SERVER_CHANNELS
from features.support.session_limits import SLOWNESS
from features.support.session_mistakes import MISTAKES
from features.support.session_names import TROUBLES as TROUBLES_TOLD
from features.support.session_names import WORKS
from features.support.session_work import KINDS
from features.support.side_channels import CHANNELS
from features.support.sketches import CHANGES, TRIGGERS
from features.support.sweep import WAYS
from features.support.troubles import TROUBLES
from features.support.undoing import UNDOINGS

FIELDS: Final = (
    *("email", "display name", "password", "limit", "ip"),
    *("title", "payload", "result", "error", "details", "path", "slug", "name", "score", "reason"),
    *("text", "time", "type", "constraint", "constraints", "tenant"),
)

LEVELS: Final = {level.lower(): level for level in Isolation}
"""The isolation levels by SQL's names."""

_PERIOD: Final = r"\d+ (?:microsecond|second|minute|hour|day)s?"


def value(text: str) -> str | int | None:
    """Return the value of JSON strings, repeated (×) and joined (+), of a number or of nothing."""
    if text == cells.NOTHING:
        return None
    if not text.startswith('"'):
        return int(text)
    return cells.quoted(text)


def cost(text: str) -> Argon2Cost:
    """Return the cost that is written as in a PHC string: m=8,t=1,p=1."""
    memory, passes, lanes = (int(part.partition("=")[2]) for part in text.split(","))
    return Argon2Cost(memory_kib=memory, passes=passes, lanes=lanes, for_tests=True)


def duration(text: str) -> timedelta:
    """Return the time that is written as numbers and units: "30 days and 1 microsecond"."""
    whole = timedelta(0)
    for part in text.split(" and "):
        number, unit = part.split()
        whole += timedelta(**{unit if unit.endswith("s") else f"{unit}s": int(number)})
    return whole


WORDS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "Person": (r"[A-Z][a-z]+", str),
    "Name": (r"[a-z_][a-z0-9_]*", str),
    "Cost": (r"m=\d+,t=\d+,p=\d+", cost),
    "Duration": (rf"{_PERIOD}(?: and {_PERIOD})*", duration),
    "Time": (r"\d\d:\d\d(?::\d\d)?", str),
    "Learnt": (r"(?:that|how) .*|nothing", str),
    "Json": (r"[\[{\"\d-].*|null|true|false", json.loads),
    "Encoding": (r"[A-Z]+[0-9]+", str),
    "Revision": (r"\d{4}", str),
    "Rest": (r".+", str),
    "Quoted": (r'[^"]*', str),
    "Sentence": (r"(?:is|was) .*", str),
    "AnomalyKinds": (r"G[\w-]+(?: and G[\w-]+)*", lambda text: tuple(text.split(" and "))),
    "Priorities": (r"[A-Z]\w+ \d+(?:, [A-Z]\w+ \d+)*", str),
    "Order": (r"\w+(?:, \w+)*", lambda text: tuple(text.split(", "))),
    "Value": (rf"{cells.PIECE}(?: \+ {cells.PIECE})*|nothing|-?\d+", value),
    "Number": (r"-?\d+", int),
    "Numbers": (r"\d+(?:, \d+)*", lambda text: [int(n) for n in text.split(",")]),
    "Instant": (r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", datetime.fromisoformat),
    "Subject": (
        r"[A-Z][a-z]+|the reading|the change|the bearer|the service|the report|the work",
        str,
    ),
}
"""Open words: the pattern of each, and what it stands for."""

PHRASES: Final[dict[str, Iterable[str]]] = {
    "Whose": ("his", "her", "their"),
    "Field": FIELDS,
    "Device": ("laptop", "phone", "tablet", "watch", "desk", "car"),
    "Fate": ("was ended", "expired", "became idle"),
    "Article": ("a", "an"),
    "Kind": TABLES,
    "Verb": ("select", "insert", "update", "delete"),
    "Intrusion": ATTEMPTS,
    "Binding": ("nobody was ever bound", "nobody is bound"),
    "Leftover": LEFTOVERS,
    "KeyFile": KEY_FILES,
    "Lesson": LESSONS,
    "Channel": CHANNELS | SERVER_CHANNELS,
    "Ending": ENDINGS,
    "Reading": READINGS,
    "Plans": PLANS,
    "Part": ("header", "claim"),
    "Mishap": MISHAPS,
    "Loss": LOSSES,
    "Ends": ENDS,
    "How": CONFLICTS,
    "Group": DURATIONS,
    "Excess": EXCESSES,
    "Complaint": [complaint for complaint, _ in EXCEEDED.values()],
    "Breach": BREACHES,
    "When": WHEN.values(),
    "PasswordUse": WRONG_PASSWORDS,
    "Way": WAYS,
    "Alteration": ALTERATIONS,
    "Things": ("projects", "agents", "turns", "events", "objectives"),
    "Which": ("the", "the first", "the second"),
    "Verdict": VERDICTS,
    "Held": HOLDING,
    "SessionWork": WORKS,
    "SessionTrouble": TROUBLES_TOLD,
    "Mistake": MISTAKES,
    "UnitEnd": UNIT_ENDS,
    "UnitOfWork": WITHIN,
    "ScenarioEnd": SCENARIOS,
    "Wish": WISHES,
    "Slowness": SLOWNESS,
    "ByHand": BY_HAND,
    "Leaving": LEAVINGS,
    "HookTime": ("before", "after"),
    "Habit": TRIGGERS,
    "Change": CHANGES,
    "Says": CLAIMS,
    "SampleKind": SAMPLE_KINDS,
    "Undoing": UNDOINGS,
}
"""Closed sets of phrases that stand for themselves."""

MEANINGS: Final[dict[str, Mapping[str, Any]]] = {
    "Reason": REASONS,
    "LoginProblem": LOGIN_PROBLEMS,
    "TokenProblem": TOKEN_PROBLEMS,
    "SessionEnd": SESSION_ENDS,
    "TaskRule": TASK_RULES,
    "TaskStatus": {status.value: status for status in TaskStatus},
    "TurnActor": {actor.value: actor for actor in TurnActor},
    "TurnIntent": {intent.value: intent for intent in TurnIntent},
    "CommitOutcome": {outcome.value: outcome for outcome in CommitOutcome},
    "Level": LEVELS,
    "Race": RACES,
    "Administering": ADMINISTERING,
    "Doing": DOING,
    "Guard": GUARDS,
    "Trouble": TROUBLES,
    "Sharing": {"this rule": "rule", "this feature": "feature", "the run": "run"},
    "SessionKind": KINDS,
    "Limit": {limit.value: limit for limit in Limit},
}
"""Closed sets of phrases, and what each stands for."""


def register() -> None:
    """Teach behave the words; done before any step is defined."""
    for name, (pattern, convert) in WORDS.items():
        _word(name, pattern, convert)
    for name, phrases in PHRASES.items():
        _word(name, _any_of(phrases), str)
    for name, meanings in MEANINGS.items():
        _word(name, _any_of(meanings), meanings.__getitem__)


def _any_of(phrases: Iterable[str]) -> str:
    """Return the pattern of these phrases; of two that begin alike, the longer one."""
    return "|".join(re.escape(phrase) for phrase in sorted(phrases, key=len, reverse=True))


def _word(name: str, pattern: str, convert: Callable[[str], object]) -> None:
    @with_pattern(pattern)  # type: ignore[untyped-decorator]
    def converter(text: str) -> object:
        return convert(text)

    register_type(**{name: converter})
