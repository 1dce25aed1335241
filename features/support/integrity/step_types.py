"""Step types of the steps that send statements past the service."""

from typing import Final

from features.support.arrange.valid_rows import TABLES
from features.support.integrity.violations import PATTERN, Violation
from features.support.vocabulary import StepTypes


def owned(text: str) -> tuple[str, str]:
    """Return the kind of a row and its owner's name, which an account does not have."""
    kind, _, owner = text.partition(" ")[2].partition(" of ")
    return kind, owner.removesuffix("'s")


def role(text: str) -> str:
    """Return the role in quotes; nothing for a script, which connects as the tables' owner."""
    return text.split('"')[1] if '"' in text else ""


_KINDS: Final = "|".join(sorted(TABLES, key=len, reverse=True))

TYPES: Final = StepTypes(
    words={
        "Client": (r'a script|a client in the role "[a-z_]+"', role),
        "ValidRow": (rf"an account|an? (?:{_KINDS}) of [A-Z][a-z]+'s", owned),
        "Violation": (PATTERN, Violation),
    },
)
