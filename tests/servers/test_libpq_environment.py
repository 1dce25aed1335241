"""libpq's environment: a server of our own ignores it, a server given by its URL honours it."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from psycopg.pq import Conninfo
from sqlalchemy import URL

from pgharness.core import masking
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options
from pgharness.core.run_directory import Run
from pgharness.servers import embedded, provision
from pgharness.servers.libpq_environment import ALL, FILES, SESSION
from tests.conftest import CONTAINER_IMAGE
from tests.running import behave

LIBPQ_S_OWN: Final = {option.envvar.decode() for option in Conninfo.get_defaults() if option.envvar}
MISLEADING: Final = {
    **dict.fromkeys(sorted(LIBPQ_S_OWN | SESSION | FILES), "misleading"),
    "PGHOSTADDR": "192.0.2.1",
    "PGOPTIONS": "-c default_transaction_read_only=on -c search_path=nowhere",
    "PGPORT": "1",
    "PGREQUIREAUTH": "none",
    "PGSSLMODE": "verify-full",
    "PGTARGETSESSIONATTRS": "standby",
    "PGDATESTYLE": "German",
    "PGTZ": "Pacific/Kiritimati",
    "PGCLIENTENCODING": "SQL_ASCII",
    "PGMINPROTOCOLVERSION": "3.2",
    "PGDATA": "/nowhere",
}
"""A value for every variable of libpq's; none of them leads to a server."""

SHOWN: Final = """
    SELECT current_setting('acceptance.route'), current_setting('TimeZone'),
           current_setting('DateStyle'), current_setting('client_encoding')
"""

EVERY_KIND: Final = (
    "features/accounts/listing.feature:17",
    "features/migrations/waiting.feature:10",
    "features/transactions/durability.feature:15",
)
"""The service, a process that a step starts, and a further server."""


def check_ignores_libpq(folder: Path, *server: str) -> None:
    ended = behave(*server, *EVERY_KIND, reports=folder, environment=MISLEADING)
    assert (ended.exit_code, ended.verdicts()) == (0, {"passed"}), ended.output


def test_a_server_of_our_own_ignores_every_variable(tmp_path: Path) -> None:
    assert MISLEADING.keys() >= LIBPQ_S_OWN
    check_ignores_libpq(tmp_path, "-D", "postgres=embedded")


@pytest.mark.docker
def test_a_container_ignores_every_variable(docker_client: object, tmp_path: Path) -> None:
    assert docker_client
    check_ignores_libpq(tmp_path, "-D", "postgres=container", "-D", f"image={CONTAINER_IMAGE}")


def test_the_variables_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in MISLEADING.items():
        monkeypatch.setenv(name, value)
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        embedded.start(run, cleanups)
        assert not ALL & os.environ.keys()
    assert {name: os.environ.get(name) for name in MISLEADING} == MISLEADING


def test_a_server_by_url_is_reached_as_they_say(
    url: URL, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    passwords = tmp_path / "passwords"
    passwords.touch(mode=0o600)
    passwords.write_text(f"*:*:*:*:{url.password}\n", "utf-8")
    told = {
        "PGHOST": str(url.query["host"]),
        "PGUSER": str(url.username),
        "PGPASSFILE": str(passwords),
        "PGOPTIONS": "-c acceptance.route=here",
        "PGTZ": "Pacific/Kiritimati",
        "PGDATESTYLE": "German",
        "PGCLIENTENCODING": "SQL_ASCII",
    }
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(masking, "_known", set())
    options = Options.read({"postgres": "postgresql://"}, {})
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        server, _ = provision.start_and_check(options, run, cleanups)
        with provision.connect(server.url) as connection:
            shown = connection.execute(SHOWN).fetchone()
        assert shown == ("here", "UTC", "ISO, MDY", "UTF8")
        assert masking.masked(str(url.password)) == "***", "it is known from now on"
        monkeypatch.setenv("PGTARGETSESSIONATTRS", "standby")
        with pytest.raises(HarnessError, match="server is not in hot standby mode"):
            provision.check(server.url)
