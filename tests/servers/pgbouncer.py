"""A PgBouncer of the tests' own, in front of their server."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Final

import pytest
from sqlalchemy import URL

from pgharness.core.waiting import wait_for
from pgharness.servers.embedded import EmbeddedServer

PROGRAM: Final = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")
"""Debian installs it in a folder that is not on every user's PATH."""

IS_ROOT: Final = os.geteuid() == 0
"""Whether it has to run as another user: as the one who owns the server's socket."""

PORT: Final = 6432
"""It only names the socket."""

SETTINGS: Final = """
[databases]
* = host={sockets}

[pgbouncer]
listen_addr =
listen_port = {port}
unix_socket_dir = {folder}
auth_type = plain
auth_file = {folder}/users
logfile = {folder}/log
{more}
"""


@contextmanager
def running(server: EmbeddedServer, more: str = "") -> Iterator[URL]:
    """Start one with further settings; yield the URL that leads through it.

    The test is skipped where it is not installed.
    """
    if PROGRAM is None:
        pytest.skip("pgbouncer is not installed")
    with tempfile.TemporaryDirectory(prefix="pb-") as name, ExitStack() as cleanups:
        folder = Path(name)
        sockets = Path(str(server.url.query["host"]))
        settings = SETTINGS.format(sockets=sockets, port=PORT, folder=folder, more=more)
        (folder / "settings").write_text(settings, "utf-8")
        (folder / "users").write_text(f'"{server.url.username}" "{server.url.password}"\n', "utf-8")
        (folder / "log").touch()
        owner = sockets.stat()
        for path in (folder, *folder.iterdir()):
            os.chown(path, owner.st_uid, owner.st_gid)
        process = subprocess.Popen(
            [PROGRAM, "--quiet", str(folder / "settings")],
            stdin=subprocess.DEVNULL,
            user=owner.st_uid if IS_ROOT else None,
            group=owner.st_gid if IS_ROOT else None,
            extra_groups=[] if IS_ROOT else None,
        )
        cleanups.callback(process.wait)
        cleanups.callback(process.kill)

        def answers() -> bool | None:
            assert process.poll() is None, (folder / "log").read_text("utf-8")
            with socket.socket(socket.AF_UNIX) as knocking:
                return knocking.connect_ex(str(folder / f".s.PGSQL.{PORT}")) == 0 or None

        wait_for(answers, "PgBouncer does not answer")
        yield server.url.set(query={"host": str(folder)}, port=PORT)
