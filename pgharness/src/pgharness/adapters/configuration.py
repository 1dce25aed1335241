"""One configuration for pytest and behave: `[tool.pgharness]`, and what is given for one run.

```toml
[tool.pgharness]
metadata = "app.models:Base.metadata"   # or another of the four that tell how the schema is made
postgres = "embedded"
```

Every name may be given for one run as well: `-D name=value`, or pytest's ini option
`pgharness_name`. The command line goes before ini options, and these before pyproject.toml.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pgharness.core.errors import HarnessError
from pgharness.core.option_names import SCHEMA
from pgharness.core.options import BEHAVE_OWN, Options, Setting, Source, check_names

if TYPE_CHECKING:
    from pgharness.core.application import Application

FILE: Final = "pyproject.toml"

TABLE: Final = Source(
    option="{name} in [tool.pgharness]",
    setting='{name} = "{value}" in [tool.pgharness]',
    url="of postgres in [tool.pgharness]",
    name="what stands in [tool.pgharness]",
    example='postgres = "auto"',
    is_file=True,
)
INI: Final = Source(
    option="pgharness_{name} in pytest's configuration",
    setting="pgharness_{name} = {value} in pytest's configuration",
    url="of pgharness_postgres in pytest's configuration",
    name="what stands in pytest's configuration",
    example="pgharness_postgres = auto",
    is_file=True,
)


class Isolation(StrEnum):
    """What a test is given of the database, and what becomes of it afterwards."""

    ROLLBACK = "rollback"
    """One transaction, which is rolled back."""
    RESET = "reset"
    """The database of the run, which is emptied afterwards."""
    DATABASE = "database"
    """A database of its own with the schema in it."""
    EMPTY_DATABASE = "empty_database"
    """A database of its own with nothing in it."""
    SERVER = "server"
    """A server of its own, which it may kill."""


@dataclass(frozen=True)
class Configuration:
    """What was configured, with every name and value checked but nothing of the project imported.

    Paths are relative to `project`.
    """

    project: Path
    options: Options
    isolation: Isolation = Isolation.RESET
    """What a test of pytest's is given that does not say it itself."""
    schema: Mapping[str, Setting] = field(default_factory=dict)
    """Of `SCHEMA`, what the strongest source names that names any."""

    def application(self) -> "Application[Any]":
        """Return the application under test, imported if it is named, else one that has a schema.

        Raises `HarnessError` unless exactly one option tells how the schema is made, and it can be
        imported.
        """
        from pgharness.adapters.references import application

        if not self.schema:
            missing = "" if (self.project / FILE).is_file() else ", which is not there"
            raise HarnessError(
                "nothing tells how the schema is made: name one of migrations, metadata, schema and"
                f" application in [tool.pgharness] of {self.project / FILE}{missing}."
            )
        return application(self.project, self.schema)


def configured(
    project: Path,
    given: Mapping[str, str],
    *,
    ini: Mapping[str, str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Configuration:
    """Return the configuration of a project, for a run that was `given` options by `-D`.

    `project` is the folder whose pyproject.toml counts, if there is one. Userdata of behave's own
    is left out. Raises `HarnessError` for a name or a value that means nothing.
    """
    command_line = {k: v for k, v in given.items() if not k.startswith(BEHAVE_OWN)}
    check_names(command_line)
    layers = [
        _settings(_table(project), TABLE),
        _settings(ini or {}, INI),
        {name: Setting(value) for name, value in command_line.items()},
    ]
    merged = {name: setting for layer in layers for name, setting in layer.items()}
    isolation = merged.get("isolation", Setting(Isolation.RESET))
    return Configuration(
        project,
        Options.of(merged, environment),
        Isolation(isolation.choice("isolation", list(Isolation))),
        next(filter(None, map(_schema, reversed(layers))), {}),
    )


def _settings(given: Mapping[str, str], source: Source) -> dict[str, Setting]:
    check_names(given, source)
    return {name: Setting(value, source) for name, value in given.items()}


def _schema(layer: Mapping[str, Setting]) -> dict[str, Setting]:
    return {name: setting for name, setting in layer.items() if name in SCHEMA}


def _table(project: Path) -> dict[str, str]:
    """Return what `[tool.pgharness]` says, as it would be given by `-D`."""
    try:
        text = (project / FILE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    try:
        table = tomllib.loads(text).get("tool", {}).get("pgharness", {})
    except tomllib.TOMLDecodeError as error:
        raise HarnessError(f"{FILE} cannot be read: {str(error).rstrip('.')}.") from None
    if not isinstance(table, dict):
        raise HarnessError(f"pgharness in [tool] of {FILE} is not a table: write [tool.pgharness].")
    check_names(table, TABLE)
    return {name: _text(name, value) for name, value in table.items()}


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str):
        return value
    raise HarnessError(f'{name} in [tool.pgharness] is not a text: write {name} = "…".')
