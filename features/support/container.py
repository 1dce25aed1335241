"""PostgreSQL in a container, through testcontainers; the run's own has its data in memory.

Containers carry the directory of their run and the machine it is on. Ryuk, testcontainers'
reaper, is used where its image is there; our own sweep removes what killed runs left anyway.
"""

import platform
import secrets
import time
from contextlib import ExitStack, closing
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

import psycopg
from sqlalchemy import make_url

from features.support import run as runs
from features.support.needs import Need
from features.support.options import Keep, Kind, Options
from features.support.refusal import Refusal
from features.support.run import Run
from features.support.server_settings import ALWAYS, WITHOUT_DURABILITY, Settings, arguments

if TYPE_CHECKING:
    from docker import DockerClient
    from testcontainers.community.postgres import PostgresContainer

DOCKER_TIMEOUT: Final = 3
"""Seconds that Docker has to answer."""

RUN_LABEL: Final = "postgres-acceptance.run"
"""The directory of the run, which tells whether it is alive."""

HOST_LABEL: Final = "postgres-acceptance.host"
GONE_OR_GOING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
"""What Docker answers to the second of two that remove a container."""

DATA: Final = "/pgdata"
ROLE: Final = "acceptance"
SMALL_DISK: Final = "/small"
SMALL_DISK_MIB: Final = 8
RESTART_DEADLINE: Final = 30.0


class ContainerServer:
    """A container of our own."""

    kind = Kind.CONTAINER

    def __init__(self, container: "PostgresContainer") -> None:
        self._container = container
        self.url = make_url(container.get_connection_url())

    def stop(self) -> None:
        """Remove the container and its volumes."""
        self._container.stop()

    def crash(self) -> None:
        """Kill the container: none of its processes gets to write or to say anything more."""
        container = self._container.get_wrapped_container()
        container.kill()
        container.wait()

    def restart(self) -> None:
        """Start the container again on the same data; `url` has its new port. Raises `Refusal`."""
        container = self._container.get_wrapped_container()
        container.start()
        deadline = time.monotonic() + RESTART_DEADLINE
        while time.monotonic() < deadline:
            container.reload()
            if container.status != "running":
                break
            self.url = make_url(self._container.get_connection_url())
            conninfo = self.url.set(drivername="postgresql")
            try:
                psycopg.connect(conninfo.render_as_string(hide_password=False)).close()
            except psycopg.OperationalError:
                continue
            return
        last = container.logs(tail=1).decode(errors="replace").strip()
        raise Refusal(f"the container did not start again: {last}.")

    def obstacle(self, _: Need) -> None:
        """Return why the server cannot do what a scenario needs: it can."""

    def small_disk(self) -> str:
        """Return an empty folder on a file system of a few MiB, for a tablespace."""
        place = f"{SMALL_DISK}/tablespace"
        container = self._container.get_wrapped_container()
        made = container.exec_run(["mkdir", "-p", "-m", "700", place], user="postgres")
        assert made.exit_code == 0, made.output.decode()
        return place


def obstacle(image: str) -> str | None:
    """Return why no container can be had, or None. Pulls the image if it is not there."""
    try:
        _ready_client(image).close()
    except Refusal as refusal:
        return str(refusal).partition(":")[0]
    return None


def start(options: Options, run: Run, cleanups: ExitStack) -> ContainerServer:
    """Start a container and wait until it takes connections. Raises `Refusal`."""
    client = _ready_client(options.image)
    cleanups.callback(client.close)
    sweep(client)

    from testcontainers.core.config import testcontainers_config

    # The reaper would also reap what is kept for a look.
    if options.keep is Keep.FAILED or not _is_there(client, testcontainers_config.ryuk_image):
        testcontainers_config.ryuk_disabled = True
    testcontainers_config.sleep_time = 0.1
    testcontainers_config.max_tries = 600
    container = _container(options, run, WITHOUT_DURABILITY).with_tmpfs_mount(DATA)
    return _started(container, cleanups)


def start_durable(options: Options, run: Run, cleanups: ExitStack) -> ContainerServer:
    """Start a container, beside the run's, with PostgreSQL's own settings. Raises `Refusal`.

    Its data is in the container's own layer: memory would not outlive a kill.
    """
    container = _container(options, run, ALWAYS)
    container.with_tmpfs_mount(SMALL_DISK, f"size={SMALL_DISK_MIB}m")
    return _started(container, cleanups)


def _container(options: Options, run: Run, settings: Settings) -> "PostgresContainer":
    from testcontainers.community.postgres import PostgresContainer

    return (
        PostgresContainer(
            options.image,
            username=ROLE,
            password=secrets.token_urlsafe(24),
            dbname="postgres",
            driver="psycopg",
        )
        .with_env("PGDATA", DATA)
        .with_command(["postgres", *arguments(settings)])
        .with_kwargs(labels={RUN_LABEL: str(run.directory), HOST_LABEL: _host()})
    )


def _started(container: "PostgresContainer", cleanups: ExitStack) -> ContainerServer:
    cleanups.callback(container.stop)
    try:
        container.start()
    except Exception as error:  # noqa: BLE001 (Docker, testcontainers and requests have no common root)
        raise Refusal(
            f"the container of {container.image} did not start: {_first_line(error)}."
        ) from None
    return ContainerServer(container)


def sweep(client: "DockerClient") -> None:
    """Remove the containers of this machine's runs that were killed.

    What another run's sweep has removed meanwhile, or is removing, is left to it.
    """
    from docker.errors import APIError

    ours = {"label": f"{HOST_LABEL}={_host()}"}
    for container in client.containers.list(all=True, filters=ours, ignore_removed=True):
        if not runs.is_alive(Path(container.labels[RUN_LABEL])):
            try:
                container.remove(force=True, v=True)
            except APIError as error:
                if error.status_code not in GONE_OR_GOING:
                    raise


def _ready_client(image: str) -> "DockerClient":
    """Return a client of a Docker that answers and has the image. Raises `Refusal`."""
    import docker
    from docker.errors import DockerException, ImageNotFound
    from requests.exceptions import RequestException

    try:
        client = docker.from_env(timeout=DOCKER_TIMEOUT)
        client.ping()
    except (DockerException, RequestException):
        raise Refusal(
            "Docker is not reachable: start it, or choose -D postgres=embedded or a URL."
        ) from None
    try:
        client.images.get(image)
    except ImageNotFound:
        _pull(image, client)
    return client


def _pull(image: str, client: "DockerClient") -> None:
    import docker
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    print(f"pulling {image} …", flush=True)
    try:
        with closing(docker.from_env()) as patient_client:
            patient_client.images.pull(image)
    except (DockerException, RequestException) as error:
        client.close()
        raise Refusal(
            f"the image {image} is not to be had: neither here nor from its registry "
            f"({_first_line(error)}); name another with -D image=…."
        ) from None


def _is_there(client: "DockerClient", image: str) -> bool:
    from docker.errors import ImageNotFound

    try:
        client.images.get(image)
    except ImageNotFound:
        return False
    return True


def _host() -> str:
    return platform.node()


def _first_line(error: Exception) -> str:
    """Return the gist: Docker's own explanation where it gives one."""
    text = str(getattr(error, "explanation", None) or error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")
