"""Check selected paths: folders, feature files, and lists of them (`@list`)."""

import os
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Final

from behave.configuration import Configuration
from behave.model import Feature
from behave.model_type import FileLocation
from behave.parser import ParserError
from behave.runner_util import (
    FeatureListParser,
    FileLocationParser,
    collect_feature_locations,
    parse_features,
)

from pgharness.adapters.behave.selection import stray_keywords
from pgharness.adapters.behave.selection.near_misses import nearest
from pgharness.core.errors import HarnessError

URL: Final = re.compile(r"[a-z][a-z0-9+.-]*:/")
"""The beginning of a URL, also of one that behave has normalized as a path."""


FOLDER: Final = Path("features")
"""Where names similar to a missing path are searched."""


def check(paths: Iterable[str]) -> None:
    """Raise `HarnessError` for a path that is no folder, feature file or list."""
    for path in paths:
        if URL.match(path):
            raise HarnessError(
                "a URL is no path: it looks like -D postgres=postgresql://…, or goes into"
                " TEST_DATABASE_URL."
            )
        if path.startswith("@"):
            _check_list(Path(path[1:]))
        elif not Path(path).is_dir():
            _check_file(FileLocationParser.parse(path).filename)


def parsed(locations: Iterable[FileLocation], language: str | None) -> list[Feature]:
    """Parse files; mark scenarios at lines that were not selected as skipped.

    Raises `HarnessError` if a file cannot be parsed.
    """
    features: list[Feature] = []
    for filename, lines in groupby(locations, key=lambda location: location.filename):
        try:
            found = parse_features(list(lines), language=language)
        except ParserError as error:
            raise (
                stray_keywords.explained(error, filename, language)
                or _unreadable(filename, error.args[0])
            ) from None
        except KeyError as error:
            raise _unreadable(filename, f"there is no language {error}") from None
        except (OSError, UnicodeDecodeError) as error:
            raise _unreadable(filename, error) from None
        for feature in found:
            stray_keywords.check(feature)
        features += found
    return features


def readable_below(folder: Path) -> Iterator[Feature]:
    """Yield the features of a folder; files that cannot be parsed are left out."""
    for location in collect_feature_locations([str(folder)]):
        with suppress(HarnessError):
            yield from parsed([location], None)


def check_content(config: Configuration, features: Iterable[Feature]) -> None:
    """Raise `HarnessError` for a folder or a file without a scenario.

    A folder of which `--include` and `--exclude` leave nothing is accepted.
    """
    filled = {os.path.realpath(one.filename) for one in features if one.walk_scenarios()}
    for path in config.paths:
        found = collect_feature_locations([path])
        left = [location for location in found if not config.exclude(location)]
        empty = [one.filename for one in left if os.path.realpath(one.filename) not in filled]
        if not found:
            raise HarnessError(f"there is no feature in {path}.")
        if left and empty and (len(empty) == len(left) or not Path(path).is_dir()):
            raise HarnessError(f"there is no scenario in {empty[0]}.")


def _unreadable(filename: str, reason: object) -> HarnessError:
    return HarnessError(
        f"{filename} cannot be read as a feature ({' '.join(str(reason).split())})."
    )


def _check_file(filename: str, listed: str = "") -> None:
    if not Path(filename).exists():
        files = list(FOLDER.rglob("*.feature"))
        known = {str(path) for file in files for path in (file, file.parent)}
        raise HarnessError(f"there is no file {filename}{listed}{nearest(filename, known)}.")
    if not (filename.endswith(".feature") and Path(filename).is_file()):
        raise HarnessError(
            f"{filename}{listed} is not a feature file: name a folder, FILE.feature,"
            " FILE.feature:LINE, or @LIST of such files."
        )


def _check_list(file: Path) -> None:
    """Raise `HarnessError` for a list without lines, or with a line that names no file."""
    if not file.is_file():
        raise HarnessError(f"there is no list {file}.")
    listed = 0
    for line in file.read_text(encoding="utf-8").splitlines():
        locations = FeatureListParser.parse(line, str(file.parent))
        if not locations and line.strip() and not line.strip().startswith("#"):
            raise HarnessError(f"there is no file {line.strip()} (in {file}).")
        for location in locations:
            _check_file(location.filename, f" (in {file})")
        listed += len(locations)
    if not listed:
        raise HarnessError(f"the list {file} names no feature.")
