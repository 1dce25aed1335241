"""Places in a stream: relative to the project, and nothing of the machine."""

import inspect
import os
import platform
import re
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final

from behave.runner import ModelRunner
from cucumber_messages import Location, SourceReference

from pgharness.core.masking import masked, without_hosts

FEATURES: Final = "features"
LEAST: Final = 4
"""A host name of fewer characters may be part of a word, and is not replaced."""


class Places:
    """Writes places relative to a project's folder."""

    def __init__(self, root: Path) -> None:
        self._root = root.resolve()
        self._started_in = Path.cwd()
        """Paths are relative to it; a step may change the current folder."""
        self._uris: dict[str, str] = {}
        paths = sysconfig.get_paths()
        known = {
            f"{self._root}{os.sep}": "",
            str(self._root): ".",
            **{paths[name]: f"<{name}>" for name in ("purelib", "platlib", "stdlib")},
            sys.prefix: "<prefix>",
            sys.base_prefix: "<prefix>",
            **{f"{folder}{os.sep}": "" for folder in _importable(self._root)},
            tempfile.gettempdir() + os.sep: "<tmp>/",
            str(Path.home()) + os.sep: "~/",
        }
        host = platform.node()
        self._known = {path: known[path] for path in sorted(known, key=len, reverse=True)}
        names = [re.escape(path) for path in self._known if len(path) > 1]
        if len(host) >= LEAST:
            self._known[host] = "localhost"
            names.append(rf"(?<![\w.-]){re.escape(host)}(?![\w-])")
        self._pattern = re.compile("|".join(names))

    def uri(self, file: str) -> str:
        """Return the path of a file: relative to the project, or to its own folder's parent."""
        if file not in self._uris:
            self._uris[file] = self._uri(file)
        return self._uris[file]

    def _uri(self, file: str) -> str:
        path = (self._started_in / file).resolve()
        if path.is_relative_to(self._root):
            return path.relative_to(self._root).as_posix()
        return self.text(path.as_posix())

    def text(self, text: str) -> str:
        """Return a text without passwords, paths outside of the project, and names of hosts."""
        return without_hosts(
            masked(self._pattern.sub(lambda match: self._known[match.group()], text))
        )

    def reference(self, function: Callable[..., Any]) -> SourceReference:
        """Return where a function is defined; empty if that is not in a file."""
        file, line = _definition(inspect.unwrap(function))
        if not file:
            return SourceReference()
        return SourceReference(uri=self.uri(file), location=Location(line=line))


def _importable(root: Path) -> Iterator[Path]:
    """Yield the folders of other modules: those of neither the project nor the interpreter."""
    known = (root, Path(sys.prefix), Path(sys.base_prefix))
    for entry in map(Path, sys.path):
        if entry.is_absolute() and entry.is_dir() and not any(map(entry.is_relative_to, known)):
            yield entry


@cache
def _definition(function: Callable[..., Any]) -> tuple[str, int]:
    code = getattr(function, "__code__", None)
    return (code.co_filename, code.co_firstlineno) if code is not None else ("", 0)


def project_of(runner: ModelRunner) -> Path:
    """Return the folder that places are relative to: the current one, or the features' parent."""
    base = getattr(runner, "base_dir", None) or getattr(runner.config, "base_dir", None) or "."
    features = Path(base).resolve()
    here = Path.cwd()
    within = here == features and here.name == FEATURES
    return here if features.is_relative_to(here) and not within else features.parent
