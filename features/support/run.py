"""One run: its id, its private directory, and how others can tell that it is alive.

A run holds a lock on a file in its directory. The lock goes with the process, however it ends;
the directory of a run whose lock can be taken is what a killed run left behind.
"""

import fcntl
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

PREFIX: Final = "postgres-acceptance-"
ID_BYTES: Final = 8
OURS: Final = re.compile(re.escape(PREFIX) + f"[0-9a-f]{{{2 * ID_BYTES}}}")
"""The name of a run's directory. What only begins like it may be a clone of this repository."""
SOCKET_PATH_MAX: Final = 103
"""Bytes in the path of a Unix socket: 103 on macOS, 107 on Linux."""
LOCK: Final = "run.lock"
MEMORY: Final = Path("/dev/shm")  # noqa: S108 (what is made there has a name nobody can guess)
"""Linux's file system in memory: databases are copied there in a fifth of the time."""
ROOM: Final = 4 * 2**30
"""Bytes that must be free in memory: the largest scenario writes about one and a half."""
DISK: Final = Path("/tmp")  # noqa: S108 (likewise)
"""Where the path of a socket fits."""


class Run:
    """The id and the directory of a run; closing it removes the directory."""

    def __init__(self, run_id: str, directory: Path, lock: IO[str]) -> None:
        self.id = run_id
        self.directory = directory
        self._lock = lock

    @classmethod
    def begin(cls, place: Path | None = None) -> Self:
        """Make the directory (readable by its owner alone) in `place`, else where it is best.

        Its lock is taken before the directory has the name by which sweepers find it.
        """
        run_id = secrets.token_hex(ID_BYTES)
        unnamed = Path(tempfile.mkdtemp(dir=place or base()))
        lock = _lock(unnamed / LOCK)
        assert lock is not None, "a new file can be locked"
        return cls(run_id, unnamed.rename(unnamed.with_name(PREFIX + run_id)), lock)

    def close(self) -> None:
        """Remove the directory, then let go of the lock."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self._lock.close()


def abandoned() -> Iterator[Run]:
    """Yield each run of this user on this machine that ended without cleaning up.

    The lock is held while the caller looks at it, so two sweepers never meet.
    """
    directories = (found for place in set(_bases()) for found in place.glob(f"{PREFIX}*"))
    for directory in filter(lambda found: OURS.fullmatch(found.name), directories):
        with suppress(OSError):
            if directory.lstat().st_uid == os.getuid() and (lock := _lock(directory / LOCK)):
                yield Run(directory.name.removeprefix(PREFIX), directory, lock)


def is_alive(directory: Path) -> bool:
    """Tell whether the run with this directory on this machine is still going on."""
    if not (directory / LOCK).exists():
        return False
    lock = _lock(directory / LOCK)
    if lock is None:
        return True
    lock.close()
    return False


def base() -> Path:
    """Return where a new run has its directory: in memory where there is room, unless told."""
    return next(place for place in _bases() if place != MEMORY or _has_room(place))


def _bases() -> list[Path]:
    """Return where runs may have their directories, the best first."""
    told = Path(tempfile.gettempdir())
    longest = told / (PREFIX + "0" * 2 * ID_BYTES) / "embedded" / ".s.PGSQL.5432"
    disk = told if len(os.fsencode(longest)) <= SOCKET_PATH_MAX else DISK
    return [disk] if "TMPDIR" in os.environ else [MEMORY, disk]


def _has_room(folder: Path) -> bool:
    """Tell whether a server may run in this folder, its programs included."""
    if not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return not system.f_flag & os.ST_NOEXEC and system.f_bavail * system.f_frsize >= ROOM


def _lock(path: Path) -> IO[str] | None:
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
