"""One run: its id, its private directory, and how others can tell that it is alive.

A run holds a lock on a file in its directory. The lock goes with the process, however it ends;
the directory of a run whose lock can be taken is what a killed run left behind.
"""

import fcntl
import os
import platform
import re
import secrets
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self

from pgharness.core.errors import HarnessError

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
"""Where a socket can lie, whatever the path of the folder for temporary files is."""


class Run:
    """The id and the directory of a run; closing it removes the directory."""

    def __init__(self, run_id: str, directory: Path, lock: IO[bytes]) -> None:
        self.id = run_id
        self.directory = directory
        self._lock = lock
        self._elsewhere: Run | None = None

    @classmethod
    def begin(cls, place: Path | None = None) -> Self:
        """Make the directory (readable by its owner alone) in `place`, else where it is best.

        Raises `HarnessError` if what `TMPDIR` names will not do.

        Its lock is taken before the directory has the name by which sweepers find it.
        """
        run_id = secrets.token_hex(ID_BYTES)
        unnamed = Path(tempfile.mkdtemp(dir=place or base()))
        (unnamed / LOCK).touch(mode=0o600)
        (unnamed / LOCK).write_text(_identity(unnamed), "utf-8")
        lock = _lock(unnamed)
        assert lock is not None, "a new file can be locked"
        return cls(run_id, unnamed.rename(unnamed.with_name(PREFIX + run_id)), lock)

    def sockets(self) -> Path:
        """Return where the sockets of its servers lie: its directory if they can, else another.

        That one is in `DISK`, and is swept up and removed as that of a run.
        """
        if self._elsewhere is None and not _has_sockets(self.directory.parent):
            self._elsewhere = Run.begin(DISK)
        return (self._elsewhere or self).directory

    @property
    def place(self) -> str:
        """What tells the runs beside this one from all others: see `places`."""
        return _place(self.directory.parent)

    def close(self) -> None:
        """Remove the directory, then let go of the lock.

        The lock goes last: without it, nobody would know what is left of the directory as ours.
        """
        if self._elsewhere is not None:
            self._elsewhere.close()
        with suppress(OSError):
            for found in self.directory.iterdir():
                if found.is_dir() and not found.is_symlink():
                    shutil.rmtree(found, ignore_errors=True)
                elif found.name != LOCK:
                    found.unlink()
        shutil.rmtree(self.directory, ignore_errors=True)
        self._lock.close()


def abandoned() -> Iterator[Run]:
    """Yield each run of this user on this machine that ended without cleaning up.

    The lock is held while the caller looks at it, so two sweepers never meet.
    """
    directories = (found for place in _all_bases() for found in place.glob(f"{PREFIX}*"))
    for directory in filter(lambda found: OURS.fullmatch(found.name), directories):
        with suppress(OSError):
            if _is_ours(directory) and (lock := _lock(directory)):
                yield Run(directory.name.removeprefix(PREFIX), directory, lock)


def is_alive(directory: Path) -> bool:
    """Tell whether the run with this directory on this machine is still going on.

    One that cannot be looked at, another user's perhaps, counts as alive.
    """
    try:
        lock = _lock(directory)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    if lock is None:
        return True
    lock.close()
    return False


def places() -> frozenset[str]:
    """Return what tells this user's runs on this machine from all others, for each folder of them.

    A container may have the machine's name, but its own /tmp, from where our runs are not seen.
    """
    return frozenset(_place(folder) for folder in _all_bases() if folder.is_dir())


def _place(folder: Path) -> str:
    return f"{platform.node()} {os.getuid()} {_identity(folder)}"


def _identity(folder: Path) -> str:
    """Return what a folder keeps when it is renamed, and what a copy of it does not have."""
    status = folder.stat()
    return f"{status.st_dev}:{status.st_ino}"


def _is_ours(directory: Path) -> bool:
    """Tell whether a directory is one that a run of this user has made, and no copy of one."""
    status = directory.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.getuid()
        and (directory / LOCK).read_text("utf-8", errors="replace") == _identity(directory)
    )


def base() -> Path:
    """Return where a new run has its directory: in memory where there is room, unless told.

    Raises `HarnessError` if what `TMPDIR` names will not do.
    """
    place = next(place for place in _bases() if place != MEMORY or _has_room(place))
    told = os.environ.get("TMPDIR")
    if told and place != Path(os.path.abspath(told)):  # noqa: PTH100 (as tempfile does)
        raise HarnessError(
            f"TMPDIR names {told!r}, where no file can be written: let it name a folder that is"
            " there and may be written to."
        )
    if "\n" in str(place):
        raise HarnessError(
            f"the path of the folder for temporary files has a line break in it, {str(place)!r}:"
            " let TMPDIR name another."
        )
    return place


def _bases() -> list[Path]:
    """Return where runs may have their directories, the best first."""
    told = Path(tempfile.gettempdir())
    return [told] if os.environ.get("TMPDIR") else [MEMORY, told]


def _all_bases() -> set[Path]:
    """Return where runs may have their directories, those for sockets alone included."""
    bases = set(_bases())
    return bases if all(map(_has_sockets, bases)) else {*bases, DISK}


def _has_sockets(folder: Path) -> bool:
    """Tell whether sockets can lie in the directories of runs in this folder.

    Clients of PostgreSQL take a comma for the end of the path, and have it in UTF-8.
    """
    longest = str(folder / (PREFIX + "0" * 2 * ID_BYTES) / "embedded" / ".s.PGSQL.5432")
    try:
        length = len(longest.encode())
    except UnicodeEncodeError:
        return False
    return length <= SOCKET_PATH_MAX and "," not in longest


def _has_room(folder: Path) -> bool:
    """Tell whether a server may run in this folder, its programs included."""
    if not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return not system.f_flag & os.ST_NOEXEC and system.f_bavail * system.f_frsize >= ROOM


def _lock(directory: Path) -> IO[bytes] | None:
    """Take the lock of a run, or return None if somebody has it. Raises `OSError`."""
    file = (directory / LOCK).open("rb+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
