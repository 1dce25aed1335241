"""The options of a run: `-D name=value`, environment variables, or the project's files.

The command line takes precedence over the environment, and the environment over files.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from enum import StrEnum
from typing import Final, Self

from sqlalchemy import URL

from pgharness.core import database_url
from pgharness.core.database_url import MalformedURL, RepeatedParameter, UnknownParameter
from pgharness.core.errors import HarnessError
from pgharness.core.option_names import OPTIONS

DEFAULT_IMAGE: Final = "postgres:18.6"
BEHAVE_OWN: Final = "behave."
"""Userdata of this prefix configures behave itself."""
OPTION_NAME: Final = re.compile("[a-z_.]+")
"""A plausible name of an option; other text may be a URL with a password and is not shown."""


class ServerKind(StrEnum):
    """The kinds of server a run can have."""

    AUTO = "auto"
    CONTAINER = "container"
    EMBEDDED = "embedded"
    EXTERNAL = "external"


class Keep(StrEnum):
    """Which databases are kept after the run."""

    NOTHING = "nothing"
    FAILED = "failed"


@dataclass(frozen=True)
class Source:
    """A place where options are given, and how they are written there."""

    option: str = "-D {name}"
    setting: str = "-D {name}={value}"
    url: str = "after -D postgres="
    name: str = "what follows -D"
    example: str = "-D postgres=auto"
    is_file: bool = False


COMMAND_LINE: Final = Source()


@dataclass(frozen=True)
class Setting:
    """The value of one option, and where it was given."""

    value: str = field(repr=False)
    source: Source = COMMAND_LINE

    def written(self, name: str) -> str:
        """Return the setting as it was written; a value that may be a secret becomes `…`."""
        shown = self.value if OPTION_NAME.fullmatch(self.value) else "…"
        return self.source.setting.format(name=name, value=shown)

    def choice(self, name: str, choices: Iterable[str]) -> str:
        """Return the value. Raises `HarnessError` unless it is one of the choices."""
        choices = list(choices)
        if self.value not in choices:
            *others, last = choices
            raise HarnessError(
                f"{self.written(name)} means nothing: use {', '.join(others)} or {last}."
            )
        return self.value


@dataclass(frozen=True)
class Options:
    """The options of one run. The URL's password stays out of every repr (SQLAlchemy hides it)."""

    kind: ServerKind = ServerKind.AUTO
    url: URL | None = field(default=None, repr=False)
    image: str = DEFAULT_IMAGE
    keep: Keep = Keep.NOTHING
    timing: bool = False
    sql: bool = False
    keeps_template: bool = False
    """Whether the template stays on a server that is given by its URL."""

    @classmethod
    def read_from(cls, userdata: Mapping[str, str]) -> Self:
        """Read the options from behave's userdata and this process's environment."""
        return cls.read(userdata, os.environ)

    @classmethod
    def read(cls, userdata: Mapping[str, str], environment: Mapping[str, str]) -> Self:
        """Read the options. Raises `HarnessError` for an unknown name or value."""
        given = {k: v for k, v in userdata.items() if not k.startswith(BEHAVE_OWN)}
        check_names(given)
        return cls.of({name: Setting(value) for name, value in given.items()}, environment)

    @classmethod
    def of(cls, given: Mapping[str, Setting], environment: Mapping[str, str]) -> Self:
        """Convert settings to options. Raises `HarnessError` for an unknown value."""
        kind, url = _server(given.get("postgres"), environment.get("TEST_DATABASE_URL"))
        keep, timing, sql, template = (
            given.get(name, Setting(default)).choice(name, choices)
            for name, default, choices in (
                ("keep", Keep.NOTHING, list(Keep)),
                ("timing", "off", ["on", "off"]),
                ("sql", "off", ["on", "off"]),
                ("template", "drop", ["drop", "keep"]),
            )
        )
        return cls(
            kind=kind,
            url=url,
            image=_image(given.get("image"), environment.get("POSTGRES_IMAGE")),
            keep=Keep(keep),
            timing=timing == "on",
            sql=sql == "on",
            keeps_template=template == "keep",
        )


def check_names(given: Iterable[str], source: Source = COMMAND_LINE) -> None:
    """Raise `HarnessError` for a name that no option has."""
    unknown = set(given).difference(OPTIONS)
    if not unknown:
        return
    there_are = f"there are {', '.join(sorted(OPTIONS)[:-1])} and {max(OPTIONS)}"
    if not all(map(OPTION_NAME.fullmatch, unknown)):
        raise HarnessError(
            f"{source.name} is not the name of an option: it looks like {source.example};"
            f" {there_are}."
        )
    name = min(unknown)
    near = get_close_matches(name, sorted(OPTIONS), n=1)
    ending = f"did you mean {near[0]}?" if near else f"{there_are}."
    raise HarnessError(f"there is no option {source.option.format(name=name)}; {ending}")


def _image(asked: Setting | None, in_environment: str | None) -> str:
    if asked is not None and asked.value and not (asked.source.is_file and in_environment):
        return asked.value
    return in_environment or DEFAULT_IMAGE


def _server(asked: Setting | None, url_in_environment: str | None) -> tuple[ServerKind, URL | None]:
    if url_in_environment and (
        asked is None or asked.source.is_file or asked.value == ServerKind.AUTO
    ):
        return ServerKind.EXTERNAL, parse_url(url_in_environment, "in TEST_DATABASE_URL")
    if asked is None:
        return ServerKind.AUTO, None
    if asked.value in (ServerKind.AUTO, ServerKind.CONTAINER, ServerKind.EMBEDDED):
        return ServerKind(asked.value), None
    return ServerKind.EXTERNAL, parse_url(asked.value, asked.source.url)


def parse_url(text: str, where: str) -> URL:
    """Return the URL with the psycopg driver.

    Raises `HarnessError`, which does not quote the text: it may contain a password.
    """
    form = database_url.FORM
    if text.isalpha():
        raise HarnessError(
            f"{text!r} {where} is not a kind of server: "
            f"use auto, container, embedded, or a URL like {form}."
        )
    try:
        return database_url.read(text, default_database="postgres")
    except RepeatedParameter as error:
        raise HarnessError(
            f'the URL {where} has the parameter "{error}" more than once: leave all but one out.'
        ) from None
    except MalformedURL:
        raise HarnessError(
            f"the value {where} is not a PostgreSQL URL: it looks like {form}."
        ) from None
    except UnknownParameter as error:
        raise HarnessError(
            f'the URL {where} has the parameter "{error}", which libpq does not know: leave it out.'
        ) from None
