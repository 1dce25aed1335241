"""Step types of the steps about the test database."""

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from features.support.arrange import every_kind
from features.support.arrange.every_kind import Made
from features.support.defaults import NOON
from features.support.harness.trials import rename, rename_asynchronously
from features.support.vocabulary import StepTypes

Batch = Callable[[Session], Made]
"""Makes rows by the factories."""


def rows(text: str) -> int:
    """Return the number in "no row", "1 row" or "2 rows"."""
    number = text.split(maxsplit=1)[0]
    return 0 if number == "no" else int(number)


def person(text: str) -> str:
    """Return the name in " and Chen's account"; nothing if there is none."""
    return text.removeprefix(" and ").removesuffix("'s account")


TYPES: Final = StepTypes(
    words={
        "Rows": (r"no row|1 row|\d+ rows", rows),
        "AndPerson": (r"(?: and [A-Z][a-z]+'s account)?", person),
    },
    phrases={"Resettable": ("the database", "the unmarked database")},
    meanings={
        "Renaming": {"a session": rename, "an asynchronous session": rename_asynchronously},
        "Batch": {
            "3 rows of every kind": lambda session: every_kind.one_of_each(session, 3),
            "a row of every kind in each of its statuses": (
                lambda session: every_kind.every_status(session, NOON)
            ),
        },
    },
)
