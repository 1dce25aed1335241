"""What the tests share: a real server, and `behave` as a process of its own."""

import functools
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL

from features.support import embedded, postgres
from features.support.embedded import EmbeddedServer
from features.support.run import Run
from tests.running import Ended, Running, plain

MAIN = "import sys; from behave.__main__ import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture(autouse=True)
def own_temporary_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Keep the runs of one test apart from all others on this machine.

    Not in `tmp_path` itself: the path of a server's socket must be short.
    """
    assert tmp_path.exists(), "pytest has chosen its own folder by now"
    with tempfile.TemporaryDirectory(prefix="pa-") as name:
        folder = Path(name)
        folder.chmod(0o711)
        monkeypatch.setenv("TMPDIR", name)
        monkeypatch.setattr(tempfile, "tempdir", name)
        yield
        assert not list(folder.iterdir()), "the test's runs left something behind"


@pytest.fixture(scope="session")
def server() -> Iterator[EmbeddedServer]:
    """A server that is nobody's but the tests'; to `behave` it is an external one."""
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        yield embedded.start(run, cleanups)


@pytest.fixture
def admin(server: EmbeddedServer) -> Iterator[psycopg.Connection]:
    """A connection to the server's own database, as its superuser."""
    with postgres.connect(server.url) as connection:
        yield connection


@pytest.fixture
def url(server: EmbeddedServer) -> URL:
    """The server's URL, password included."""
    return server.url


@pytest.fixture
def broken(url: URL, tmp_path: Path) -> Callable[[str, str], Ended]:
    """Run features in a process in which some code has run before."""
    numbers = count()

    def run(code: str, features: str) -> Ended:
        return Running(
            "--stop",
            *features.split(),
            reports=tmp_path / str(next(numbers)),
            environment={"TEST_DATABASE_URL": plain(url)},
            program=[sys.executable, "-c", f"{code}\n{MAIN}"],
        ).wait()

    return run


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skip, with the reason, what needs a Docker engine where none answers."""
    if item.get_closest_marker("docker") and not docker_answers():
        pytest.skip("no Docker engine answers")


@functools.cache
def docker_answers() -> bool:
    """Tell whether a Docker engine answers."""
    import docker

    try:
        with closing(docker.from_env(timeout=3)) as client:
            return bool(client.ping())
    except docker.errors.DockerException:
        return False
