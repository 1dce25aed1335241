"""libpq's environment: a server of our own ignores it, a server given by its URL honours it."""

import os
from contextlib import ExitStack
from pathlib import Path
from typing import Final

import pytest
from psycopg.pq import Conninfo
from sqlalchemy import URL

from docker_engine import CONTAINER_IMAGE
from pgharness.core import masking
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options
from pgharness.core.run_directory import Run
from pgharness.servers import embedded, provision
from pgharness.servers.libpq_environment import ALL, FILES, SESSION
from small_projects import Project

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

EVERY_KIND: Final = """
    import subprocess
    import sys

    import pytest
    from sqlalchemy import text

    PROCESS = "import sys, psycopg; psycopg.connect(sys.argv[1]).execute('CREATE TABLE x ()')"

    def check_write(connection):
        connection.execute(text("INSERT INTO customers (name) VALUES ('Ada')"))
        assert connection.scalar(text("SHOW TimeZone")) == "UTC"
        assert connection.scalar(text("SHOW client_encoding")) == "UTF8"

    def test_an_engine(engine):
        with engine.begin() as connection:
            check_write(connection)

    def test_a_process_that_a_test_starts(database):
        url = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
        subprocess.run([sys.executable, "-c", PROCESS, url], check=True)

    @pytest.mark.pgharness(isolation="server")
    def test_a_further_server(database, engine):
        database.crash()
        database.restart()
        with engine.begin() as connection:
            check_write(connection)
"""


def check_ignores_libpq(project: Project, *server: str) -> None:
    project.write(test_it=EVERY_KIND)
    ended = project.run(*server, **MISLEADING)
    assert list(ended.verdicts().values()) == ["passed"] * 3, ended.output


def test_a_server_of_our_own_ignores_every_variable(project: Project) -> None:
    assert MISLEADING.keys() >= LIBPQ_S_OWN
    check_ignores_libpq(project, "-D", "postgres=embedded")


@pytest.mark.docker
def test_a_container_ignores_every_variable(docker_client: object, project: Project) -> None:
    assert docker_client
    check_ignores_libpq(project, "-D", "postgres=container", "-D", f"image={CONTAINER_IMAGE}")


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
    given = {
        "PGHOST": str(url.query["host"]),
        "PGUSER": str(url.username),
        "PGPASSFILE": str(passwords),
        "PGOPTIONS": "-c acceptance.route=here",
        "PGTZ": "Pacific/Kiritimati",
        "PGDATESTYLE": "German",
        "PGCLIENTENCODING": "SQL_ASCII",
    }
    for name, value in given.items():
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
