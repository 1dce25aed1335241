"""One run: its id, its private directory, and the lock that shows that it is alive.

A run holds a lock on a file in its directory. The kernel releases the lock when the process ends:
a directory whose lock can be taken was left by a killed run.
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

DIRECTORY_PREFIX: Final = "postgres-acceptance-"
ID_BYTES: Final = 8
DIRECTORY_NAME: Final = re.compile(re.escape(DIRECTORY_PREFIX) + f"[0-9a-f]{{{2 * ID_BYTES}}}")
"""The name of a run's directory; a clone of this repository may begin alike."""
SOCKET_PATH_MAX: Final = 103
"""Bytes in the path of a Unix socket: 103 on macOS, 107 on Linux."""
LOCK: Final = "run.lock"
MEMORY: Final = Path("/dev/shm")  # noqa: S108 (the names in it are random)
"""Linux's file system in memory: databases are copied there in a fifth of the time."""
ROOM: Final = 4 * 2**30
"""Bytes that must be free in memory; the largest scenario writes about 1.5 GiB."""
DISK: Final = Path("/tmp")  # noqa: S108 (likewise)
"""The folder for sockets if the path of the temporary folder is too long for one."""


class Run:
    """The id and the directory of a run; closing it removes the directory."""

    def __init__(self, run_id: str, directory: Path, lock: IO[bytes]) -> None:
        self.id = run_id
        self.directory = directory
        self._lock = lock
        self._elsewhere: Run | None = None

    @classmethod
    def begin(cls, place: Path | None = None) -> Self:
        """Create the directory (mode 0700) in `place`, by default in the folder `base()`.

        Raises `HarnessError` if TMPDIR names an unusable folder. The lock is taken before the
        directory gets the name by which other runs find it.
        """
        run_id = secrets.token_hex(ID_BYTES)
        unnamed = Path(tempfile.mkdtemp(dir=place or base()))
        (unnamed / LOCK).touch(mode=0o600)
        (unnamed / LOCK).write_text(_identity(unnamed), "utf-8")
        lock = _lock(unnamed)
        assert lock is not None, "a new file can be locked"
        return cls(run_id, unnamed.rename(unnamed.with_name(DIRECTORY_PREFIX + run_id)), lock)

    def sockets(self) -> Path:
        """Return the directory for Unix sockets: the run's own, or one in `DISK`.

        A directory in `DISK` is removed like that of a run.
        """
        if self._elsewhere is None and not _has_sockets(self.directory.parent):
            self._elsewhere = Run.begin(DISK)
        return (self._elsewhere or self).directory

    @property
    def place(self) -> str:
        """Machine, user and folder of this run: see `places`."""
        return _place(self.directory.parent)

    def close(self) -> None:
        """Remove the directory, then release the lock.

        Only the lock file shows that the rest of a directory belongs to a run; so it goes last.
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

    The lock of a yielded run is held, so no other process sweeps it concurrently.
    """
    directories = (found for place in _all_bases() for found in place.glob(f"{DIRECTORY_PREFIX}*"))
    for directory in filter(lambda found: DIRECTORY_NAME.fullmatch(found.name), directories):
        with suppress(OSError):
            if _is_ours(directory) and (lock := _lock(directory)):
                yield Run(directory.name.removeprefix(DIRECTORY_PREFIX), directory, lock)


def is_alive(directory: Path) -> bool:
    """Return whether the run with this directory, on this machine, still holds its lock.

    A directory that cannot be read, for example another user's, counts as alive.
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
    """Return machine, user and folder (device and inode) for each folder with runs of this user.

    A container may have the machine's name but another /tmp, in which our runs are not visible.
    """
    return frozenset(_place(folder) for folder in _all_bases() if folder.is_dir())


def _place(folder: Path) -> str:
    return f"{platform.node()} {os.getuid()} {_identity(folder)}"


def _identity(folder: Path) -> str:
    """Return device and inode: they survive a rename, and differ for a copy."""
    status = folder.stat()
    return f"{status.st_dev}:{status.st_ino}"


def _is_ours(directory: Path) -> bool:
    """Return whether a run of this user created the directory; a copy does not count."""
    status = directory.lstat()
    return (
        stat.S_ISDIR(status.st_mode)
        and status.st_uid == os.getuid()
        and (directory / LOCK).read_text("utf-8", errors="replace") == _identity(directory)
    )


def base() -> Path:
    """Return the folder for new runs: TMPDIR, else memory with enough room, else the default.

    Raises `HarnessError` if TMPDIR names an unusable folder.
    """
    place = next(place for place in _bases() if place != MEMORY or _has_room(place))
    named = os.environ.get("TMPDIR")
    if named and place != Path(os.path.abspath(named)):  # noqa: PTH100 (as tempfile does)
        raise HarnessError(
            f"TMPDIR names {named!r}, where no file can be written: let it name a folder that is"
            " there and may be written to."
        )
    if "\n" in str(place):
        raise HarnessError(
            f"the path of the folder for temporary files has a line break in it, {str(place)!r}:"
            " let TMPDIR name another."
        )
    return place


def _bases() -> list[Path]:
    """Return the folders in which runs may have their directories, the preferred one first."""
    default = Path(tempfile.gettempdir())
    return [default] if os.environ.get("TMPDIR") else [MEMORY, default]


def _all_bases() -> set[Path]:
    """Return all folders in which runs may have directories, also those for sockets only."""
    bases = set(_bases())
    return bases if all(map(_has_sockets, bases)) else {*bases, DISK}


def _has_sockets(folder: Path) -> bool:
    """Return whether directories of runs in this folder can contain sockets.

    libpq takes a comma as the end of a path, and encodes paths in UTF-8.
    """
    longest = str(folder / (DIRECTORY_PREFIX + "0" * 2 * ID_BYTES) / "embedded" / ".s.PGSQL.5432")
    try:
        length = len(longest.encode())
    except UnicodeEncodeError:
        return False
    return length <= SOCKET_PATH_MAX and "," not in longest


def _has_room(folder: Path) -> bool:
    """Return whether the folder is writable, may contain programs, and has `ROOM` free."""
    if not os.access(folder, os.W_OK):
        return False
    system = os.statvfs(folder)
    return not system.f_flag & os.ST_NOEXEC and system.f_bavail * system.f_frsize >= ROOM


def _lock(directory: Path) -> IO[bytes] | None:
    """Take the lock of a run, or return None if another process holds it. Raises `OSError`."""
    file = (directory / LOCK).open("rb+")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return None
    return file
