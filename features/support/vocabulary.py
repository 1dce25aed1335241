"""The typed words that steps are written with, and the reasons for which something is refused."""

import json
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from behave import register_type
from parse import with_pattern

from domain import DomainError
from domain.accounts import (
    AccountAlreadyActive,
    AccountAlreadyDeactivated,
    AccountNotFound,
    EmailAlreadyRegistered,
    StaleAccount,
)
from domain.authentication import MustSetPassword
from domain.errors import StaleReading
from domain.failed_logins import LoginProblem
from domain.login_sessions import SessionEnd
from domain.objectives import ObjectiveNotFound, StaleObjective
from domain.passwords import NoTemporaryPassword, PasswordUsedBefore, TemporaryPasswordAgain
from domain.projects import (
    AgentNotFound,
    AgentSessionTaken,
    PathAlreadyUsed,
    ProjectNotFound,
    SlugAlreadyUsed,
)
from domain.sessions import SessionNotFound
from domain.settings import Argon2Cost
from domain.tasks import StaleTask, TaskAlreadyFinished, TaskNotEditable, TaskNotFound, TaskStatus
from domain.tenancy import TenantNotFound
from domain.tokens import NoKeyRing, TokenProblem
from domain.workspace import EventNotFound, TurnActor, TurnBeforeTask, TurnIntent, TurnNotFound
from features.support.alterations import ALTERATIONS
from features.support.byhand import BY_HAND
from features.support.bystanders import HOLDING
from features.support.good_rows import TABLES
from features.support.intrusions import ATTEMPTS
from features.support.lessons import LESSONS
from features.support.plans import READINGS
from features.support.pooled import ENDINGS

REASONS: Final[dict[str, type[DomainError]]] = {
    "the address is already registered": EmailAlreadyRegistered,
    "there is no such account": AccountNotFound,
    "the account was changed meanwhile": StaleAccount,
    "the account is already deactivated": AccountAlreadyDeactivated,
    "the account is already active": AccountAlreadyActive,
    "the password was used before": PasswordUsedBefore,
    "the password is the temporary one": TemporaryPasswordAgain,
    "there is no temporary password to replace": NoTemporaryPassword,
    "a new password must be set first": MustSetPassword,
    "there is no such session": SessionNotFound,
    "there are no keys": NoKeyRing,
    "there is no such tenant": TenantNotFound,
    "there is no such project": ProjectNotFound,
    "the path is already used": PathAlreadyUsed,
    "the slug is already used": SlugAlreadyUsed,
    "there is no such agent": AgentNotFound,
    "the session belongs to another agent": AgentSessionTaken,
    "there is no such task": TaskNotFound,
    "the task was changed meanwhile": StaleTask,
    "the task is already finished": TaskAlreadyFinished,
    "a worker is at it": TaskNotEditable,
    "what was edited was changed meanwhile": StaleReading,
    "there is no such turn": TurnNotFound,
    "the task was not there yet": TurnBeforeTask,
    "there is no such event": EventNotFound,
    "there is no such objective": ObjectiveNotFound,
    "the objective was changed meanwhile": StaleObjective,
}
"""Each reason in the words of the features, and the error that gives it."""

LOGIN_PROBLEMS: Final[dict[str, LoginProblem]] = {
    "nobody has this address": LoginProblem.UNKNOWN_EMAIL,
    "the password is wrong": LoginProblem.WRONG_PASSWORD,
    "the account is locked": LoginProblem.LOCKED,
    "the account is deactivated": LoginProblem.DEACTIVATED,
    "the temporary password was used": LoginProblem.TEMPORARY_USED,
    "the temporary password has expired": LoginProblem.TEMPORARY_EXPIRED,
}
"""Why a login is refused, in the words of the features; whoever tried is not told."""

TOKEN_PROBLEMS: Final[dict[str, TokenProblem]] = {
    "it is malformed": TokenProblem.MALFORMED,
    "its algorithm is not ours": TokenProblem.ALGORITHM,
    "its header is not ours": TokenProblem.HEADER,
    "its key is unknown": TokenProblem.UNKNOWN_KEY,
    "its signature is wrong": TokenProblem.SIGNATURE,
    "its claims are not ours": TokenProblem.CLAIMS,
    "it is of another type": TokenProblem.TYPE,
    "it is of another issuer": TokenProblem.ISSUER,
    "it is for another audience": TokenProblem.AUDIENCE,
    "it is not valid yet": TokenProblem.NOT_YET_VALID,
    "it has expired": TokenProblem.EXPIRED,
    "there was no such session": TokenProblem.UNKNOWN_SESSION,
    "the session is somebody else's": TokenProblem.ANOTHER_SUBJECT,
    "the session has ended": TokenProblem.ENDED,
    "the session was idle": TokenProblem.IDLE,
    "the account is deactivated": TokenProblem.DEACTIVATED,
}
"""Why a token is refused, in the words of the features; its bearer is not told."""

SESSION_ENDS: Final[dict[str, SessionEnd]] = {
    "she logged out": SessionEnd.LOGGED_OUT,
    "she ended it": SessionEnd.ENDED_BY_USER,
    "an administrator ended it": SessionEnd.ENDED_BY_ADMINISTRATOR,
    "there were too many": SessionEnd.TOO_MANY,
    "her password was changed": SessionEnd.PASSWORD_CHANGED,
    "she was given a temporary password": SessionEnd.TEMPORARY_PASSWORD,
    "her account was deactivated": SessionEnd.DEACTIVATED,
}
"""Why a session ended, in the words of the features."""

TASK_RULES: Final = {
    "no task goes from there to there": "TK001",
    "the task was changed meanwhile": "TK002",
    "that part of the task is fixed": "TK003",
}
"""What the triggers on tasks refuse, and the SQLSTATEs of our own that they do it with."""

FIELDS: Final = (
    *("email", "display name", "password", "limit", "ip"),
    *("title", "payload", "result", "error", "details", "path", "slug", "name", "score", "reason"),
    *("text", "time", "type", "constraint", "constraints", "tenant"),
)

_PERIOD: Final = r"\d+ (?:microsecond|second|minute|hour|day)s?"
_PIECE: Final = r'"(?:[^"\\]|\\.)*"(?: × \d+)?'


def value(text: str) -> str | int | None:
    """Return the value of JSON strings, repeated (×) and joined (+), of a number or of nothing."""
    if text == "nothing":
        return None
    if not text.startswith('"'):
        return int(text)
    pieces: list[str] = re.findall(_PIECE, text)
    whole = ""
    for piece in pieces:
        literal, _, times = piece.partition(" × ")
        whole += str(json.loads(literal)) * int(times or 1)
    return whole


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


def register() -> None:
    """Teach behave the words; done before any step is defined."""
    _word("Person", r"[A-Z][a-z]+")
    _word("Name", r"[a-z_][a-z0-9_]*")
    _word("Encoding", r"[A-Z]+[0-9]+")
    _word("Whose", r"his|her|their")
    _word("Field", "|".join(FIELDS))
    _word("Reason", "|".join(map(re.escape, REASONS)), REASONS.__getitem__)
    _word("LoginProblem", "|".join(LOGIN_PROBLEMS), LOGIN_PROBLEMS.__getitem__)
    _word("TokenProblem", "|".join(TOKEN_PROBLEMS), TOKEN_PROBLEMS.__getitem__)
    _word("SessionEnd", "|".join(SESSION_ENDS), SESSION_ENDS.__getitem__)
    _word("Device", r"laptop|phone|tablet|watch|desk|car")
    _word("Cost", r"m=\d+,t=\d+,p=\d+", cost)
    _word("Duration", rf"{_PERIOD}(?: and {_PERIOD})*", duration)
    _word("Time", r"\d\d:\d\d(?::\d\d)?")
    _word("Fate", r"was ended|expired|became idle")
    _word("Article", r"an?")
    _word("Kind", "|".join(TABLES))
    _word("Verb", r"select|insert|update|delete")
    _word("Intrusion", "|".join(ATTEMPTS))
    _word("Binding", r"nobody was ever bound|nobody is bound")
    _word("Lesson", "|".join(LESSONS))
    _word("Learnt", r"(?:that|how) .*")
    _word("Ending", "|".join(ENDINGS))
    _word("Reading", "|".join(READINGS))
    _word("Part", r"header|claim")
    _word("Json", r"[\[{\"\d-].*|null|true|false", json.loads)
    _word("Quoted", r'[^"]*')
    _word("Alteration", "|".join(map(re.escape, ALTERATIONS)))
    _word("TaskStatus", "|".join(TaskStatus), TaskStatus)
    _word("TaskRule", "|".join(TASK_RULES), TASK_RULES.__getitem__)
    _word("TurnActor", "|".join(TurnActor), TurnActor)
    _word("TurnIntent", "|".join(TurnIntent), TurnIntent)
    _word("Things", r"projects|agents|turns|events|objectives")
    _word("Sentence", r"(?:is|was) .*")
    _word("Which", r"the|the first|the second")
    _word("Subject", r"[A-Z][a-z]+|the reading|the change|the bearer|the service|the report")
    _word("Value", rf"{_PIECE}(?: \+ {_PIECE})*|nothing|-?\d+", value)
    _word("Number", r"-?\d+", int)
    _word("Numbers", r"\d+(?:, \d+)*", lambda text: [int(n) for n in text.split(",")])
    _word("Held", "|".join(HOLDING))
    _word("ByHand", "|".join(map(re.escape, BY_HAND)))
    _word("Rest", r".+")
    _word("Revision", r"\d{4}")
    _word("Instant", r"\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d", datetime.fromisoformat)


def _word(name: str, pattern: str, convert: Callable[[str], object] = str) -> None:
    @with_pattern(pattern)  # type: ignore[untyped-decorator]
    def converter(text: str) -> object:
        return convert(text)

    register_type(**{name: converter})
