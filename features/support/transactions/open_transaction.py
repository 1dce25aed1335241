"""One transaction that several steps of a scenario work in, with its savepoints."""

from collections.abc import Callable
from contextlib import AbstractContextManager, suppress
from enum import StrEnum
from typing import Any, NoReturn, TypeVar

from domain.transactions import TenantWork
from features.support import data
from features.support.world import World

Entered = TypeVar("Entered")


class Handling(StrEnum):
    """Where an error in a transaction is caught; the values are how a step ends in the features."""

    RAISED = ""
    """Outside of the transaction, which it ends."""
    SWALLOWED = ", and the error is swallowed"
    """Where it arises."""
    SAVEPOINT = ", and the savepoint is rolled back"
    """Outside of the innermost savepoint, but in the transaction."""


class _Abandoned(Exception):
    """The scenario has ended before the transaction."""


class OpenTransaction:
    """A tenant's transaction, which is open until it commits or an error leaves it."""

    def __init__(self, world: World, person: str) -> None:
        self._levels: list[AbstractContextManager[Any]] = []
        world.before = data.fingerprint(world.reader)
        self.work: TenantWork = self._enter(world.tenant(person))
        world.add_cleanup(self._close)

    def run(
        self, operation: Callable[[TenantWork], object], handling: Handling = Handling.RAISED
    ) -> Exception | None:
        """Run one operation, and return its error if the transaction catches it.

        Raises the error as the caller of the transaction gets it, if that is where it is caught.
        """
        assert self._levels, "the transaction has ended"
        try:
            operation(self.work)
        except Exception as error:  # noqa: BLE001 (its caller judges it)
            return self._handled(error, handling)
        return None

    def begin_savepoint(self) -> None:
        """Begin a savepoint, within the one that is open, if any."""
        self._enter(self.work.savepoint())

    def release_savepoint(self) -> None:
        """End the innermost savepoint, keeping what was done in it."""
        assert len(self._levels) > 1, "no savepoint is open"
        self._levels.pop().__exit__(None, None, None)

    def commit(self) -> None:
        """End the transaction as a `with` does that is left without an error."""
        assert self._levels, "the transaction has ended"
        while self._levels:
            self._levels.pop().__exit__(None, None, None)

    def _enter(self, level: AbstractContextManager[Entered]) -> Entered:
        entered = level.__enter__()
        self._levels.append(level)
        return entered

    def _handled(self, error: Exception, handling: Handling) -> Exception:
        if handling is Handling.RAISED:
            self._abort(error)
        if handling is Handling.SWALLOWED:
            return error
        assert len(self._levels) > 1, "no savepoint is open"
        return self._left_by(error)

    def _abort(self, error: Exception) -> NoReturn:
        while self._levels:
            error = self._left_by(error)
        raise error

    def _left_by(self, error: Exception) -> Exception:
        """Leave the innermost level by an error, and return what is raised outside of it."""
        try:
            self._levels.pop().__exit__(type(error), error, error.__traceback__)
        except Exception as raised:  # noqa: BLE001 (its caller judges it)
            return raised
        return error

    def _close(self) -> None:
        with suppress(_Abandoned):
            self._abort(_Abandoned())
