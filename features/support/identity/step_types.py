"""Step types of the steps about accounts, passwords, sessions and tokens."""

import re
from typing import Final

from domain import Settings
from domain.settings import Argon2Cost
from features.support.defaults import UncheckedCost
from features.support.error_phrases import SESSION_ENDS
from features.support.identity import account_operations, credentials, key_material, logins
from features.support.identity.surrounding_transactions import SURROUNDINGS
from features.support.identity.token_tampering import ALTERATIONS
from features.support.shared_step_types import DEVICES
from features.support.vocabulary import StepTypes

_COST: Final = r"m=\d+,t=\d+,p=\d+"


def cost(text: str) -> Argon2Cost:
    """Return the cost that is written as in a PHC string, m=8,t=1,p=1, or the default one."""
    if text == "the default cost":
        return Settings().argon2
    memory, passes, lanes = (int(part.partition("=")[2]) for part in text.split(","))
    return UncheckedCost(memory_kib=memory, passes=passes, lanes=lanes)


def device(text: str) -> str:
    """Return the device that is named last, or the laptop."""
    return text.rpartition(" ")[2] or logins.LAPTOP


def number(text: str) -> int:
    """Return the number that stands before a noun; "no" is 0."""
    count = text.partition(" ")[0]
    return 0 if count == "no" else int(count)


def _numbered(noun: str) -> str:
    """Return the pattern of a number and a noun that agrees with it."""
    return rf"1 {noun}|(?!1 )\d+ {noun}s"


TYPES: Final = StepTypes(
    words={
        "Cost": (rf"{_COST}|the default cost", cost),
        "Costs": (rf"{_COST}(?:(?:, | and ){_COST})*", lambda text: re.findall(_COST, text)),
        "OnDevice": (rf"(?: (?:on|from) (?:his|her) (?:{'|'.join(DEVICES)}))?", device),
        "Password": (credentials.PATTERN, credentials.password),
        "KeyMaterial": (key_material.KEY_MATERIAL, key_material.key_material),
        "Administration": (account_operations.ADMINISTRATION, account_operations.administration),
        "SessionOperation": (
            account_operations.SESSION_OPERATION,
            account_operations.session_operation,
        ),
        "Accounts": (_numbered("account"), number),
        "Sessions": (_numbered("session"), number),
        "Logins": (_numbered("login"), number),
        "Passwords": (_numbered("password"), number),
        "Connections": (rf"no connection|{_numbered('connection')}", number),
        "Runs": (_numbered("run"), number),
        "Seconds": (r"-?(?:1 second|(?!1 )\d+ seconds)", number),
        "Statements": (r"1 statement was|(?!1 )\d+ statements were", number),
        "Failures": (
            r"no failed login counts|1 failed login counts|(?!1 )\d+ failed logins count",
            number,
        ),
    },
    phrases={
        "Device": DEVICES,
        "Fate": ("was ended", "expired", "became idle"),
        "Part": ("header", "claim"),
        "Alteration": ALTERATIONS,
        "Surrounding": SURROUNDINGS,
        "SessionNoun": ("session", "sessions"),
        "Are": ("is", "are"),
        "Were": ("was", "were"),
        "Have": ("has", "have"),
        "Listed": ("the accounts", "the remaining accounts"),
    },
    meanings={
        "SessionEnd": SESSION_ENDS,
        "PasswordKind": {
            "password": "users",
            "temporary password": "temporary_passwords",
            "former passwords": "password_history",
        },
    },
)
