"""Import the application or the schema that a configuration names."""

import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import MetaData

from pgharness.core.application import Application, plain_application
from pgharness.core.callers import place_of
from pgharness.core.errors import HarnessError
from pgharness.core.options import Setting
from pgharness.core.protocols import Migrator
from pgharness.databases.migrators import Alembic, Metadata, SqlFiles

T = TypeVar("T")

REFERENCE: Final = re.compile(r"(?P<module>[A-Za-z_][\w.]*):(?P<attributes>[A-Za-z_][\w.]*)")
"""A reference to an object: `package.module:NAME`, where NAME may have attributes."""


def application(project: Path, given: Mapping[str, Setting]) -> Application[Any]:
    """Return the named application, or one with defaults and the named schema.

    `given` has at least one entry. Raises `HarnessError` if it has several, or if the application
    or the schema cannot be imported.
    """
    if len(given) > 1:
        one, other, *_ = sorted(given)
        raise HarnessError(f"both {one} and {other} configure the schema: leave one out.")
    ((name, setting),) = given.items()
    if name == "application":
        return _object(project, name, setting, Application)
    return plain_application(_migrator(project, name, setting))


def _migrator(project: Path, name: str, setting: Setting) -> Migrator:
    match name:
        case "migrations":
            return Alembic(project / setting.value)
        case "metadata":
            return Metadata(_object(project, name, setting, MetaData))
        case _:
            return SqlFiles(project / setting.value)


def _object(project: Path, name: str, setting: Setting, kind: type[T]) -> T:
    """Import the object that a setting names. Raises `HarnessError` for another type."""
    found = REFERENCE.fullmatch(setting.value)
    if found is None:
        raise HarnessError(
            f"{setting.written(name)} names no object: it looks like package.module:NAME."
        )
    named = f"{name} = {setting.value}"
    if str(project) not in sys.path:
        sys.path.append(str(project))  # last, so that it hides no other module
    module = _module(found["module"], named)
    try:
        value = reduce(getattr, found["attributes"].split("."), module)
    except AttributeError as error:
        near = get_close_matches(error.name or "", dir(error.obj), n=1)
        ending = f"; did you mean {near[0]}?" if near else "."
        raise HarnessError(f"{named}: there is no {error.name} in it{ending}") from None
    if not isinstance(value, kind):
        raise HarnessError(f"{named} is of type {type(value).__name__}, not {kind.__name__}.")
    return value


def _module(module: str, named: str) -> Any:
    """Import a module. Raises `HarnessError` with the type and the place of an error in it.

    The message of the error is left out: it may quote a password that is not masked yet.
    """
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        place = place_of(error)
        whose = f", which {place} imports" if place else ""
        raise HarnessError(f"{named}: there is no module {error.name}{whose}.") from error
    except Exception as error:
        place = place_of(error)
        said = str(error) if isinstance(error, ImportError) else type(error).__name__
        where = f" at {place}" if place else ""
        raise HarnessError(f"{named} cannot be imported: {said}{where}.") from error
