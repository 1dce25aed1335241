"""What administrators do to accounts, and what is done with the token of a session."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from domain.transactions import IdentityWork
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins
from features.support.shared_step_types import DEVICES
from features.support.world import World

ADMINISTRATOR: Final = "administrator"
"""The participant, and the name of their connection."""

_NAME: Final = r"[A-Z][a-z]+"

SessionOperation = Callable[[World, str, IdentityWork], None]
"""One operation with the token of a session; what it returns is kept in the state."""


@dataclass(frozen=True)
class Administration:
    """One operation of an administrator on the account of a person."""

    person: str
    run: Callable[[World, str, IdentityWork], None]


def issue_temporary(world: World, person: str, tx: IdentityWork) -> None:
    """Issue a temporary password; the person knows it from then on."""
    state = world.state(IdentityState)
    state.issued = tx.passwords.issue_temporary(world.people[person].id)
    state.temporary.setdefault(person, []).append(state.issued.password)


def _end_all(world: World, person: str, tx: IdentityWork) -> None:
    tx.sessions.end_all(world.people[person].id)


def _deactivate(world: World, person: str, tx: IdentityWork) -> None:
    world.people[person] = tx.accounts.deactivate(world.people[person])


def _reactivate(world: World, person: str, tx: IdentityWork) -> None:
    world.people[person] = tx.accounts.reactivate(world.people[person])


_ADMINISTRATIONS: Final = {
    "ends all of NAME's sessions": _end_all,
    "issues a temporary password to NAME": issue_temporary,
    "deactivates NAME's account": _deactivate,
    "reactivates NAME's account": _reactivate,
}

ADMINISTRATION: Final = "|".join(_ADMINISTRATIONS).replace("NAME", _NAME)


def administration(text: str) -> Administration:
    """Return the operation that is written like this."""
    (name,) = re.findall(rf"\b{_NAME}", text)
    return Administration(name, _ADMINISTRATIONS[text.replace(name, "NAME")])


def _log_out(_: World, token: str, tx: IdentityWork) -> None:
    tx.sessions.log_out(token)


def _list(world: World, token: str, tx: IdentityWork) -> None:
    world.state(IdentityState).sessions = tx.sessions.list(token)


def _end_others(_: World, token: str, tx: IdentityWork) -> None:
    tx.sessions.end_others(token)


_SESSION_OPERATIONS: Final[dict[str, SessionOperation]] = {
    "logs out": _log_out,
    "lists her sessions": _list,
    "ends all other sessions": _end_others,
}
_ENDING: Final = "ends the session of "

SESSION_OPERATION: Final = "|".join(
    [*_SESSION_OPERATIONS, rf"{_ENDING}(?:her|{_NAME}'s) (?:{'|'.join(DEVICES)})"]
)


def session_operation(text: str) -> SessionOperation:
    """Return the operation that is written like this."""
    if text in _SESSION_OPERATIONS:
        return _SESSION_OPERATIONS[text]
    whose, device = text.removeprefix(_ENDING).split()

    def end(world: World, token: str, tx: IdentityWork) -> None:
        tokens = world.state(IdentityState).tokens
        (own,) = [place for place, kept in tokens.items() if kept == token]
        person = own.partition("'s ")[0] if whose == "her" else whose.removesuffix("'s")
        tx.sessions.end(token, logins.jti(tokens[logins.place(person, device)]))

    return end
