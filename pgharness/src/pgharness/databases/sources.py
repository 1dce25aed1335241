"""The files of which a schema is made, and their digest."""

import hashlib
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

DIGITS: Final = 12
"""Hexadecimal digits of a digest: 48 bits, short enough for a name."""

IMPORT: Final = re.compile(r"(?:^|;)[ \t]*(?:from[ \t]+(\w+)|import[ \t]+([^#;\n]+))", re.MULTILINE)

File = tuple[Path, Path]
"""A file, and the folder to which its path is relative in a digest."""


def below(folder: Path) -> list[File]:
    """Return the files of a folder and its subfolders, without Python's bytecode."""
    return [
        (file, folder)
        for file in sorted(folder.rglob("*"))
        if file.is_file() and file.suffix != ".pyc" and "__pycache__" not in file.parts
    ]


def imported(files: Iterable[File], roots: Iterable[Path]) -> Iterator[File]:
    """Yield the Python files of all packages and modules in `roots` that files import.

    Of an imported package all modules count, and what these import. Installed packages are not
    in `roots`.
    """
    roots = list(roots)
    seen: set[str] = set()
    waiting = [file for file, _ in files]
    while waiting:
        for name in sorted(_imports(waiting.pop()) - seen):
            seen.add(name)
            for root in roots:
                found = _modules(root, name)
                yield from ((file, root) for file in found)
                waiting += found


def roots(prepended: Iterable[str]) -> list[Path]:
    """Return the folders from which a project's own modules are imported."""
    installed = {Path(prefix) for prefix in (sys.prefix, sys.base_prefix)}
    paths = {Path(path).absolute(): None for path in (*prepended, *sys.path)}
    return [path for path in paths if installed.isdisjoint({path, *path.parents})]


def digest(files: Iterable[File], *further: str) -> str:
    """Return a digest of files, of their paths relative to the given folders, and of texts."""
    summed = hashlib.sha256(repr(further).encode())
    for file, folder in files:
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        summed.update(repr((file.relative_to(folder).as_posix(), content)).encode())
    return summed.hexdigest()[:DIGITS]


def _imports(file: Path) -> set[str]:
    if file.suffix != ".py":
        return set()
    found = IMPORT.findall(file.read_text("utf-8", errors="replace"))
    return {
        part.split(".")[0].split()[0]
        for module, modules in found
        for part in (module or modules).split(",")
        if part.strip()
    }


def _modules(root: Path, name: str) -> list[Path]:
    module = root / f"{name}.py"
    return [*sorted((root / name).rglob("*.py")), *([module] if module.is_file() else ())]
