"""What may be done to an account while somebody else is at it, in one unit of work each."""

from collections.abc import Callable
from typing import Final

from domain.transactions import IdentityWork
from features.support.arrange.factories import PASSWORD
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins, token_builder
from features.support.world import World

NEW: Final = "amber kettles sing at dawn"
"""A password that nobody has had."""

Administering = Callable[[IdentityWork, World], object]
"""What an administrator does to Ada's account."""

ADMINISTERING: Final[dict[str, Administering]] = {
    "ends all of Ada's sessions": lambda tx, world: tx.sessions.end_all(_ada(world)),
    "issues a temporary password to Ada": (
        lambda tx, world: tx.passwords.issue_temporary(_ada(world))
    ),
    "deactivates Ada's account": lambda tx, world: tx.accounts.deactivate(world.people["Ada"]),
}

Doing = Callable[[IdentityWork, World, str], object]
"""What is done with the token of a session of Ada's."""

DOING: Final[dict[str, Doing]] = {
    "logs out": lambda tx, _, token: tx.sessions.log_out(token),
    "ends the tablet's session": lambda tx, world, token: tx.sessions.end(
        token, _jti(world, "tablet")
    ),
    "ends all other sessions": lambda tx, _, token: tx.sessions.end_others(token),
    "replaces the password": lambda tx, _, token: tx.passwords.change(token, PASSWORD, NEW),
    "replaces the temporary password": (
        lambda tx, _, token: tx.passwords.replace_temporary(token, NEW)
    ),
}


def _ada(world: World) -> int:
    return world.people["Ada"].id


def _jti(world: World, device: str) -> str:
    _, claims = token_builder.read(world.state(IdentityState).tokens[logins.place("Ada", device)])
    return str(claims["jti"])
