"""The configuration of a project for pytest and behave: `[tool.pgharness]`, and options of a run.

```toml
[tool.pgharness]
metadata = "app.models:Base.metadata"   # or one of migrations, schema and application
postgres = "embedded"
```

Each name is also an option of a run, `-D name=value`, and an ini option of pytest,
`pgharness_name`. The command line takes precedence over ini options, and these over pyproject.toml.
"""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from pgharness.core.errors import HarnessError
from pgharness.core.option_names import SCHEMA, WORKERS
from pgharness.core.options import BEHAVE_OWN, Options, Setting, Source, check_names
from pgharness.core.settings_file import FILE, tables

if TYPE_CHECKING:
    from pgharness.core.application import Application

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
    """Which database a test receives, and how it is cleaned up."""

    ROLLBACK = "rollback"
    """One transaction in the run's database; it is rolled back."""
    RESET = "reset"
    """The run's database; it is emptied after the test."""
    DATABASE = "database"
    """A new database with the schema; it is dropped."""
    EMPTY_DATABASE = "empty_database"
    """A new database without tables; it is dropped."""
    SERVER = "server"
    """A new server, which the test may kill."""


@dataclass(frozen=True)
class Configuration:
    """A checked configuration; no module of the project has been imported.

    Paths are relative to `project`.
    """

    project: Path
    options: Options
    isolation: Isolation = Isolation.RESET
    """The default of tests of pytest without a mark."""
    schema: Mapping[str, Setting] = field(default_factory=dict)
    """The options in `SCHEMA`, from the source of the highest precedence that has any."""

    def application(self) -> "Application[Any]":
        """Import the application under test, or return one with defaults and the schema.

        Raises `HarnessError` unless exactly one option names the schema and it can be imported.
        """
        from pgharness.adapters.references import application

        if not self.schema:
            missing = "" if (self.project / FILE).is_file() else ", which is not there"
            raise HarnessError(
                "no schema is configured: set one of migrations, metadata, schema and"
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
    """Return the configuration of a project and of a run with the `-D` options `given`.

    `project` is the folder of pyproject.toml, which is optional. behave's own userdata is ignored.
    Raises `HarnessError` for an unknown name or value.
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
    """Return the settings in `[tool.pgharness]` as text, as for `-D`; tables in it are left out."""
    settings = {name: one for name, one in tables(project).items() if not isinstance(one, dict)}
    check_names(settings, TABLE)
    return {name: _text(name, value) for name, value in settings.items()}


def _text(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, str) or name == WORKERS:
        return str(value)
    raise HarnessError(f'{name} in [tool.pgharness] is not a text: write {name} = "…".')
