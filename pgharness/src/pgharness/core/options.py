"""What the caller asked for: `behave -D name=value`, or the environment."""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Self

from sqlalchemy import URL

from pgharness.core import database_url
from pgharness.core.database_url import MalformedURL, RepeatedParameter, UnknownParameter
from pgharness.core.refusal import Refusal

DEFAULT_IMAGE: Final = "postgres:18.6"
BEHAVE_OWN: Final = "behave."
"""Userdata of this prefix configures behave itself."""
NAME: Final = re.compile("[a-z_.]+")
"""What looks like the name of an option; anything else may be a URL, with its password."""


class Kind(StrEnum):
    """The kinds of server a run can have."""

    AUTO = "auto"
    CONTAINER = "container"
    EMBEDDED = "embedded"
    EXTERNAL = "external"


class Keep(StrEnum):
    """What is left for a look after the run."""

    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True)
class Options:
    """The options of one run. The URL's password stays out of every repr (SQLAlchemy hides it)."""

    kind: Kind = Kind.AUTO
    url: URL | None = field(default=None, repr=False)
    image: str = DEFAULT_IMAGE
    keep: Keep = Keep.NOTHING
    timing: bool = False
    sql: bool = False

    @classmethod
    def read_from(cls, userdata: Mapping[str, str]) -> Self:
        """Read the options from behave's userdata and this process's environment."""
        return cls.read(userdata, os.environ)

    @classmethod
    def read(cls, userdata: Mapping[str, str], environment: Mapping[str, str]) -> Self:
        """Read the options. Raises `Refusal` for a name or a value that means nothing."""
        given = {k: v for k, v in userdata.items() if not k.startswith(BEHAVE_OWN)}
        kind, url = _server(given.pop("postgres", None), environment.get("TEST_DATABASE_URL"))
        image = given.pop("image", None) or environment.get("POSTGRES_IMAGE") or DEFAULT_IMAGE
        keep = _choice("keep", given.pop("keep", Keep.NOTHING), list(Keep))
        timing, sql = (
            _choice(name, given.pop(name, "off"), ["on", "off"]) == "on"
            for name in ("timing", "sql")
        )
        if given:
            raise _no_option(given)
        return cls(kind=kind, url=url, image=image, keep=Keep(keep), timing=timing, sql=sql)


def _no_option(given: Iterable[str]) -> Refusal:
    if all(map(NAME.fullmatch, given)):
        return Refusal(
            f"there is no option -D {min(given)}; there are image, keep, postgres, sql and timing."
        )
    return Refusal(
        "what follows -D is not the name of an option: it looks like -D postgres=auto;"
        " there are image, keep, postgres, sql and timing."
    )


def _server(asked: str | None, url_in_environment: str | None) -> tuple[Kind, URL | None]:
    if asked is not None and asked in (Kind.AUTO, Kind.CONTAINER, Kind.EMBEDDED):
        kind = Kind(asked)
        if kind is Kind.AUTO and url_in_environment:
            return Kind.EXTERNAL, parse_url(url_in_environment, "in TEST_DATABASE_URL")
        return kind, None
    if asked is not None:
        return Kind.EXTERNAL, parse_url(asked, "after -D postgres=")
    if url_in_environment:
        return Kind.EXTERNAL, parse_url(url_in_environment, "in TEST_DATABASE_URL")
    return Kind.AUTO, None


def parse_url(text: str, where: str) -> URL:
    """Return the URL with the psycopg driver; `text` may hold a password and is never repeated.

    Raises `Refusal`.
    """
    form = database_url.FORM
    if text.isalpha():
        raise Refusal(
            f"{text!r} {where} is not a kind of server: "
            f"use auto, container, embedded, or a URL like {form}."
        )
    try:
        return database_url.read(text, default_database="postgres")
    except RepeatedParameter as error:
        raise Refusal(
            f'the URL {where} has the parameter "{error}" more than once: leave all but one out.'
        ) from None
    except MalformedURL:
        raise Refusal(f"the value {where} is not a PostgreSQL URL: it looks like {form}.") from None
    except UnknownParameter as error:
        raise Refusal(
            f'the URL {where} has the parameter "{error}", which libpq does not know: leave it out.'
        ) from None


def _choice(name: str, value: str, choices: list[str]) -> str:
    if value not in choices:
        shown = value if NAME.fullmatch(value) else "…"
        raise Refusal(f"-D {name}={shown} means nothing: use {' or '.join(choices)}.")
    return value
