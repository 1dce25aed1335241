"""The slowest known text for every parameter that takes text."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, get_args, get_type_hints

from domain.identity.accounts import DISPLAY_NAME_MAX_LENGTH
from domain.json_values import LONGEST, Json
from domain.settings import PasswordRules
from domain.transactions import IdentityWork, TenantWork, WorkerWork
from domain.values import (
    ABSOLUTE_PATH,
    EMAIL_MAX_LENGTH,
    EVENT_TYPE,
    SLUG,
)
from domain.work.objectives import CONSTRAINT_MAX_LENGTH, MOST_CONSTRAINTS
from domain.work.objectives import TEXT_MAX_LENGTH as OBJECTIVE_MAX_LENGTH
from domain.work.task_queue import ERROR_MAX_LENGTH
from domain.work.tasks import TITLE_MAX_LENGTH
from domain.work.workspace import AGENT_NAME_MAX_LENGTH, REASON_MAX_LENGTH
from domain.work.workspace import TEXT_MAX_LENGTH as TURN_MAX_LENGTH
from features.support.operations.registry import operations

REQUEST: Final = 100_000
"""Characters where the service has no limit: more than servers take in a header or a URL."""

WORKS: Final = (IdentityWork, TenantWork, WorkerWork)

Make = Callable[[int], Any]


@dataclass(frozen=True)
class TextParameter:
    """A parameter of an operation that takes text."""

    work: type[Any]
    part: str
    operation: str
    parameter: str

    @property
    def name(self) -> str:
        """The name in the measurements."""
        return f"{self.part}.{self.operation} {self.parameter}"


@dataclass(frozen=True)
class Worst:
    """The slowest known text for a parameter."""

    longest: int
    """In characters; of JSON, those of its text."""
    make: Make


def text_parameters() -> list[TextParameter]:
    """Return every parameter that takes text, JSON or several texts."""
    return [
        TextParameter(work, part, name, parameter)
        for work in WORKS
        for part, name, operation in operations(work)
        for parameter, kind in get_type_hints(operation).items()
        if parameter != "return" and _is_text(kind)
    ]


def worst(place: TextParameter) -> Worst:
    """Return the slowest text for a parameter. Fails for one that `WORST` does not have."""
    found = WORST.get(f"{place.operation}.{place.parameter}") or WORST.get(place.parameter)
    assert found is not None, f"WORST in operations/worst_texts.py has no text for {place.name}"
    return found


def _is_text(kind: Any) -> bool:
    return kind is Json or bool({str, Sequence[str]} & {kind, *get_args(kind)})


def _repeated(piece: str) -> Make:
    return lambda length: (piece * (length // len(piece) + 1))[:length]


def _address(length: int) -> str:
    """Return an address with the most labels and words."""
    local = ("e." * 32)[:63]
    return f"{local}@{('a-' * 20 + 'a.') * 9}"[: length - 4].rstrip(".-") + ".org"


def _constraints(length: int) -> list[str]:
    return ["x" * (length // MOST_CONSTRAINTS)] * MOST_CONSTRAINTS


SLOWEST_PASSWORD: Final = Worst(
    PasswordRules().max_length, _repeated("4@$51!3069+2qwjzkvhxbpydgmqwjzkv")
)
JSON: Final = Worst(LONGEST, lambda length: [0] * ((length - 1) // 2))

WORST: Final[dict[str, Worst]] = {
    "email": Worst(EMAIL_MAX_LENGTH, _address),
    "display_name": Worst(DISPLAY_NAME_MAX_LENGTH, _repeated("e \ufdfa ")),
    "password": SLOWEST_PASSWORD,
    "current": SLOWEST_PASSWORD,
    "new": SLOWEST_PASSWORD,
    "ip": Worst(REQUEST, _repeated("1:")),
    "user_agent": Worst(REQUEST, _repeated("\x00")),
    "token": Worst(REQUEST, _repeated("W1tb")),
    "jti": Worst(REQUEST, _repeated("x")),
    "title": Worst(TITLE_MAX_LENGTH, _repeated("🦉")),
    "payload": JSON,
    "result": JSON,
    "details": JSON,
    "path": Worst(ABSOLUTE_PATH.longest, lambda length: "/a" * (length // 2 - 1) + "//"),
    "slug": Worst(SLUG.longest, lambda length: ("a-" * length)[: length - 1] + "_"),
    "type_": Worst(EVENT_TYPE.longest, lambda length: ("a." * length)[: length - 1] + "-"),
    "name": Worst(AGENT_NAME_MAX_LENGTH, _repeated("🦉")),
    "reason": Worst(REASON_MAX_LENGTH, _repeated("🦉")),
    "say.text": Worst(TURN_MAX_LENGTH, lambda length: "\n" * (length - 1) + "x"),
    "text": Worst(OBJECTIVE_MAX_LENGTH, lambda length: "\n" * (length - 1) + "x"),
    "constraints": Worst(MOST_CONSTRAINTS * CONSTRAINT_MAX_LENGTH, _constraints),
    "error": Worst(ERROR_MAX_LENGTH, lambda length: "\n" * (length - 1) + "x"),
}
"""By the parameter, or by the operation and the parameter where one name has two limits."""
