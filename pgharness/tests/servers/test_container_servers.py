"""One container of our own: where it is to be reached, and what is said if it does not come up.

They need a Docker engine that has the image of `POSTGRES_IMAGE` (or our default).
"""

import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from typing import Any

import psycopg
import pytest
from testcontainers.core.config import ConnectionMode, testcontainers_config

from docker_engine import CONTAINER_IMAGE
from pgharness.core.errors import HarnessError
from pgharness.core.options import Options
from pgharness.core.run_directory import Run
from pgharness.servers import container, own_server
from pgharness.servers.container import ContainerServer
from pgharness.servers.docker_engine import RUN_LABEL

pytestmark = pytest.mark.docker

Start = Callable[..., ContainerServer]


@pytest.fixture
def cleanups() -> Iterator[ExitStack]:
    """Removes what a test makes, the last thing first: a container before its image."""
    with ExitStack() as stack:
        yield stack


@pytest.fixture
def run(docker_client: Any, cleanups: ExitStack) -> Run:
    """A run that must leave no container."""
    begun = Run.begin()
    cleanups.callback(begun.close)

    def check_nothing_is_left() -> None:
        assert not containers_of(begun, docker_client)

    cleanups.callback(check_nothing_is_left)
    return begun


@pytest.fixture
def start(run: Run, cleanups: ExitStack) -> Start:
    """Starts a container of an image as runs do."""
    return lambda image=CONTAINER_IMAGE: container.start(Options(image=image), run, cleanups)


@pytest.fixture
def durable(start: Start, run: Run, cleanups: ExitStack) -> ContainerServer:
    """A server that keeps what is committed, beside the run's own."""
    start()
    return container.start_durable(Options(image=CONTAINER_IMAGE), run, cleanups)


@pytest.fixture
def image_that(docker_client: Any, cleanups: ExitStack) -> Callable[[str], str]:
    """Makes an image of ours do something else than to serve."""

    def make(command: str) -> str:
        made = docker_client.containers.create(CONTAINER_IMAGE)
        try:
            image = made.commit(changes=f'ENTRYPOINT ["bash", "-c", "{command}"]')
        finally:
            made.remove(v=True)
        cleanups.callback(docker_client.images.remove, image.id)
        return str(image.id)

    return make


def containers_of(run: Run, docker_client: Any) -> list[Any]:
    label = {"label": f"{RUN_LABEL}={run.directory}"}
    listed = docker_client.containers.list(all=True, filters=label, ignore_removed=True)
    return list(listed)


def file_system(of: Any, place: str) -> tuple[str, str]:
    """Return which one a place is on, and its size."""
    made = of.exec_run(["df", "--block-size=M", "--output=fstype,size", place])
    kind, size = made.output.decode().splitlines()[1].split()
    return kind, size


def check_answers(server: ContainerServer) -> None:
    conninfo = server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    with closing(psycopg.connect(conninfo)) as connection:
        assert connection.execute("SELECT current_user").fetchone() == (own_server.ROLE,)


@contextmanager
def ports_taken(after: ContainerServer) -> Iterator[None]:
    """Have the ports to which Docker would come next, more of them than it tries."""
    last = after.url.port
    assert last is not None
    with ExitStack() as taken:
        for port in range(last + 1, last + 41):
            held = taken.enter_context(closing(socket.socket()))
            with suppress(OSError):  # another process has it
                held.bind(("0.0.0.0", port))  # noqa: S104 (it does not listen)
        yield


def test_a_server_is_reached_from_this_machine_alone(
    start: Start, run: Run, docker_client: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As on a machine of one's own: a test may itself run in a container.
    monkeypatch.setattr(
        testcontainers_config, "connection_mode_override", ConnectionMode.docker_host
    )
    server = start()
    assert server.url.host == "127.0.0.1"
    (started,) = containers_of(run, docker_client)
    (published,) = started.ports.values()
    assert published == [{"HostIp": "127.0.0.1", "HostPort": str(server.url.port)}]
    check_answers(server)


def test_ports_that_others_have_are_passed_over(start: Start, durable: ContainerServer) -> None:
    with ports_taken(after=durable):
        newer = start()
    check_answers(newer)
    durable.crash()
    with ports_taken(after=newer):
        durable.restart()
    check_answers(durable)


def test_a_container_that_ends_is_told_of_at_once(
    start: Start, image_that: Callable[[str], str]
) -> None:
    image = image_that("echo no room; exit 3")
    expected = f"the container of {image} did not start: it ended with exit code 3 (no room)."
    with pytest.raises(HarnessError) as caught:
        start(image)
    assert str(caught.value) == expected


def test_a_container_that_never_serves_is_given_up(
    start: Start, image_that: Callable[[str], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(container, "START_DEADLINE", 1.0)
    with pytest.raises(
        HarnessError, match=r"did not start: it takes no connections \(.+\)\.$"
    ) as caught:
        start(image_that("read -r < <(tail --follow /dev/null)"))
    assert "PGPASSWORD" not in str(caught.value)


def test_a_server_that_does_not_come_back_is_told_of(
    durable: ContainerServer, run: Run, docker_client: Any
) -> None:
    broken = f"echo 'no such setting = here' >> {container.DATA}/postgresql.conf"
    (started, _) = containers_of(run, docker_client)  # the newest comes first
    assert started.exec_run(["bash", "-c", broken]).exit_code == 0
    durable.crash()
    with pytest.raises(
        HarnessError, match="the container did not start again: it ended with exit code"
    ):
        durable.restart()


def test_data_is_in_memory_unless_it_must_outlive_a_kill(
    durable: ContainerServer, run: Run, docker_client: Any
) -> None:
    place = durable.small_disk()
    kept, in_memory = containers_of(run, docker_client)
    assert file_system(in_memory, container.DATA)[0] == "tmpfs"
    assert file_system(kept, container.DATA)[0] != "tmpfs"
    assert file_system(kept, place) == ("tmpfs", f"{own_server.SMALL_DISK_MIB}M")
