"""The application that a configuration names: imported, or made around a schema."""

import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeVar

from sqlalchemy import MetaData

from pgharness.core.application import Application, plain
from pgharness.core.callers import place_of
from pgharness.core.errors import HarnessError
from pgharness.core.options import Setting
from pgharness.core.protocols import Migrator
from pgharness.databases.migrators import Alembic, Metadata, SqlFiles

T = TypeVar("T")

REFERENCE: Final = re.compile(r"(?P<module>[A-Za-z_][\w.]*):(?P<attributes>[A-Za-z_][\w.]*)")
"""What names an object: `package.module:NAME`, or an attribute of one."""


def application(project: Path, given: Mapping[str, Setting]) -> Application[Any]:
    """Return the application that is named, or a plain one that has the schema that is named.

    At least one is given. Raises `HarnessError` if several are, or if it cannot be had.
    """
    if len(given) > 1:
        one, other, *_ = sorted(given)
        raise HarnessError(f"both {one} and {other} tell how the schema is made: leave one out.")
    ((name, setting),) = given.items()
    if name == "application":
        return _object(project, name, setting, Application)
    return plain(_migrator(project, name, setting))


def _migrator(project: Path, name: str, setting: Setting) -> Migrator:
    match name:
        case "migrations":
            return Alembic(project / setting.value)
        case "metadata":
            return Metadata(_object(project, name, setting, MetaData))
        case _:
            return SqlFiles(project / setting.value)


def _object(project: Path, name: str, setting: Setting, kind: type[T]) -> T:
    """Return the object of this type that a setting names. Raises `HarnessError`."""
    found = REFERENCE.fullmatch(setting.value)
    if found is None:
        raise HarnessError(
            f"{setting.written(name)} names no object: it looks like package.module:NAME."
        )
    named = f"{name} = {setting.value}"
    if str(project) not in sys.path:
        sys.path.append(str(project))  # after all that can be imported already
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
    """Return the module, imported; what its code raises is told by its type and its place.

    Its message is not: it may quote a password, of which nobody has been told at this time.
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
