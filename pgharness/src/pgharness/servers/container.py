"""PostgreSQL in a container of testcontainers; the run's server has its data in memory.

Labels of a container name the directory of its run, and the machine, user and folder. Ryuk,
testcontainers' reaper, is used if its image is present; `docker_engine.sweep` removes containers
of killed runs in any case.
"""

from collections.abc import Callable
from contextlib import ExitStack
from typing import TYPE_CHECKING, Final

from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.core.options import Keep, Options, ServerKind
from pgharness.core.requirements import Need
from pgharness.core.run_directory import Run
from pgharness.servers import docker_engine, libpq_environment
from pgharness.servers.docker_engine import gist
from pgharness.servers.own_server import (
    ROLE,
    SMALL_DISK_MIB,
    maintenance_url,
    new_password,
    wait_until_ready,
)
from pgharness.servers.server_settings import ALWAYS, WITHOUT_DURABILITY, Settings, arguments

if TYPE_CHECKING:
    from docker.errors import APIError
    from testcontainers.core.container import DockerContainer

PORT: Final = 5432
LOOPBACK: Final = "127.0.0.1"
DATA: Final = "/pgdata"
SMALL_DISK: Final = "/small"
START_DEADLINE: Final = 60.0
RETRY_AFTER: Final = 0.1
"""Seconds until the next attempt to connect."""

PORTS_TRIED: Final = 20
"""Attempts to start a container while Docker chooses ports that are in use."""


class ContainerServer:
    """A container with PostgreSQL.

    `PostgresContainer` of testcontainers is not used: it waits a minute for a container that has
    ended, and its error then contains the password.
    """

    kind = ServerKind.CONTAINER
    url: URL

    def __init__(self, container: "DockerContainer", password: str) -> None:
        self._container = container
        self._password = password

    def start(self) -> None:
        """Create the container and wait until it accepts connections. Raises `HarnessError`."""
        try:
            self._come_up(self._container.start)
        except Exception as error:  # noqa: BLE001 (Docker, testcontainers and requests have no common root)
            raise HarnessError(
                f"the container of {self._container.image} did not start: {gist(error)}."
            ) from None

    def stop(self) -> None:
        """Remove the container and its volumes."""
        self._container.stop()

    def crash(self) -> None:
        """Kill all processes of the container (SIGKILL) and wait for its end."""
        container = self._container.get_wrapped_container()
        container.kill()
        container.wait()

    def restart(self) -> None:
        """Start the container on the same data; `url` has its new port. Raises `HarnessError`."""
        try:
            self._come_up(self._container.get_wrapped_container().start)
        except Exception as error:  # noqa: BLE001 (likewise)
            raise HarnessError(f"the container did not start again: {gist(error)}.") from None

    def obstacle(self, _: Need) -> None:
        """Return None: a container offers all that a test may need."""

    def small_disk(self) -> str:
        """Return an empty folder on a file system of a few MiB, for a tablespace."""
        place = f"{SMALL_DISK}/tablespace"
        container = self._container.get_wrapped_container()
        made = container.exec_run(["mkdir", "-p", "-m", "700", place], user="postgres")
        assert made.exit_code == 0, made.output.decode()
        return place

    def _come_up(self, start: Callable[[], object]) -> None:
        self._start_on_a_free_port(start)
        self.url = wait_until_ready(self._address, self._ended, START_DEADLINE)

    def _start_on_a_free_port(self, start: Callable[[], object]) -> None:
        """Start the container; repeat it if the port that Docker chose is in use.

        Docker's range of ports contains ephemeral ports of outgoing connections. After some failed
        attempts it reports an error; the next attempt continues with the next port.
        """
        from docker.errors import APIError

        for attempt in range(1, PORTS_TRIED + 1):
            try:
                start()
            except APIError as error:
                if attempt == PORTS_TRIED or not _port_was_taken(error):
                    raise
                start = self._container.get_wrapped_container().start
            else:
                return

    def _ended(self) -> str | None:
        """Return the exit code and the last line of the log if the container has ended."""
        from requests.exceptions import ConnectionError as NotYet
        from requests.exceptions import Timeout

        container = self._container.get_wrapped_container()
        try:
            code = container.wait(timeout=RETRY_AFTER)["StatusCode"]
        except (Timeout, NotYet):
            return None
        said = container.logs(tail=1).decode(errors="replace").strip()
        return f"it ended with exit code {code} ({said or 'it said nothing'})"

    def _address(self) -> URL:
        """Return the server's URL. Raises `OSError` if the container does not run."""
        host = self._container.get_container_host_ip()
        return maintenance_url(
            self._password,
            host=LOOPBACK if _is_published_here(self._container) else host,
            port=self._container.get_exposed_port(PORT),
        )


def obstacle(image: str) -> str | None:
    """Return why no container can be started, or None. Pulls a missing image."""
    try:
        docker_engine.ready_client(image).close()
    except HarnessError as refusal:
        return str(refusal).partition(":")[0]
    return None


def sweep(image: str) -> None:
    """Remove the containers of killed runs. Raises `HarnessError` if Docker does not answer."""
    client = docker_engine.ready_client(image)
    try:
        docker_engine.sweep(client)
    finally:
        client.close()


def start(options: Options, run: Run, cleanups: ExitStack) -> ContainerServer:
    """Start a container and wait until it accepts connections. Raises `HarnessError`.

    libpq's environment variables are removed until `cleanups` run.
    """
    cleanups.enter_context(libpq_environment.without(libpq_environment.ALL))
    client = docker_engine.ready_client(options.image)
    cleanups.callback(client.close)
    docker_engine.sweep(client)

    from testcontainers.core.config import testcontainers_config

    # The reaper would also remove a kept server.
    ryuk = testcontainers_config.ryuk_image
    if options.keep is Keep.FAILED or not docker_engine.has_image(client, ryuk):
        testcontainers_config.ryuk_disabled = True
    return _started(options, run, WITHOUT_DURABILITY, {DATA: None}, cleanups)


def start_durable(options: Options, run: Run, cleanups: ExitStack) -> ContainerServer:
    """Start another container, with PostgreSQL's durable defaults. Raises `HarnessError`.

    Its data is in the container's layer: a tmpfs would not survive a kill.
    """
    small_disk: dict[str, str | None] = {SMALL_DISK: f"size={SMALL_DISK_MIB}m"}
    return _started(options, run, ALWAYS, small_disk, cleanups)


def _started(
    options: Options,
    run: Run,
    settings: Settings,
    in_memory: dict[str, str | None],
    cleanups: ExitStack,
) -> ContainerServer:
    from testcontainers.core.container import DockerContainer

    password = new_password()
    container = (
        DockerContainer(options.image)
        .with_exposed_ports(PORT)
        .with_envs(POSTGRES_USER=ROLE, POSTGRES_PASSWORD=password, POSTGRES_DB="postgres")
        .with_envs(PGDATA=DATA)
        .with_command(["postgres", *arguments(settings)])
        .with_name(docker_engine.name(run))
        .with_kwargs(labels=docker_engine.labels(run))
    )
    for place, limit in in_memory.items():
        container.with_tmpfs_mount(place, limit)
    if _is_published_here(container):
        # Only this machine needs the port. And if all addresses are bound, Docker may choose
        # different ports for IPv4 and IPv6, so that one conflicts with another container's.
        container.ports[str(PORT)] = (LOOPBACK,)  # type: ignore[assignment]
    server = ContainerServer(container, password)
    cleanups.callback(server.stop)
    server.start()
    return server


def _is_published_here(container: "DockerContainer") -> bool:
    """Return whether the container's port is published on an address of this machine."""
    from testcontainers.core.config import ConnectionMode

    client = container.get_docker_client()
    mode = client.get_connection_mode()
    return mode is ConnectionMode.docker_host and client.host() == "localhost"


def _port_was_taken(error: "APIError") -> bool:
    said = str(error)
    return "address already in use" in said or "port is already allocated" in said
