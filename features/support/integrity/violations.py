"""Why the database rejects a statement that went past the service, in the words of the features."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import psycopg
from psycopg import errors

from features.support.tenancy.attack_runner import BY_POLICY

Test = Callable[[psycopg.Error, str], bool]
"""Tells whether an error is of a kind and about the object with this name."""

OWN_STATES: Final = {
    "a forbidden transition": "TK001",
    "an outdated version": "TK002",
    "an immutable column": "TK003",
}
"""What the triggers on tasks reject, and the SQLSTATEs of our own that they raise."""


def _has_state(error: psycopg.Error, phrase: str) -> bool:
    return error.sqlstate == OWN_STATES[phrase]


def _violates_constraint(error: psycopg.Error, name: str) -> bool:
    return isinstance(error, errors.IntegrityError) and error.diag.constraint_name == name


def _is_null(error: psycopg.Error, column: str) -> bool:
    return isinstance(error, errors.NotNullViolation) and error.diag.column_name == column


def _is_generated(error: psycopg.Error, column: str) -> bool:
    return isinstance(error, errors.GeneratedAlways) and f'column "{column}"' in str(error)


def _violates_policy(error: psycopg.Error, name: str) -> bool:
    return error.diag.source_function in BY_POLICY and f'"{name}"' in str(error)


def _is_no_value_of_type(error: psycopg.Error, name: str) -> bool:
    return isinstance(error, errors.InvalidTextRepresentation) and f" {name}: " in str(error)


def _lacks_privilege(error: psycopg.Error, _: str) -> bool:
    # A policy that rejects the statement, too, does not count: a privilege must be missing.
    by_policy = error.diag.source_function in BY_POLICY
    return isinstance(error, errors.InsufficientPrivilege) and not by_policy


FORMS: Final[dict[str, Test]] = {
    r"the constraint (\w+)": _violates_constraint,
    r"the constraint (\w+) NOT NULL": _is_null,
    r"the constraint (\w+) GENERATED ALWAYS": _is_generated,
    r"the policy (\w+)": _violates_policy,
    r"the type (\w+)": _is_no_value_of_type,
    r"(a missing privilege)": _lacks_privilege,
    rf"({'|'.join(OWN_STATES)})": _has_state,
}
"""How a violation is written. The constraints include those that triggers enforce."""

PATTERN: Final = "|".join(form.replace("(", "(?:") for form in FORMS)


@dataclass(frozen=True)
class Violation:
    """What a rejected statement violates."""

    phrase: str

    def check(self, error: psycopg.Error | None) -> None:
        """Fail unless the database rejected the statement for exactly this."""
        assert error is not None, "the database accepted the statement"
        about = f"{type(error).__name__}, {error.sqlstate}: {error}"
        assert self._is_given_by(error), f"the database rejected it for another reason: {about}"

    def _is_given_by(self, error: psycopg.Error) -> bool:
        found = ((re.fullmatch(form, self.phrase), test) for form, test in FORMS.items())
        return any(match is not None and test(error, match[1]) for match, test in found)
