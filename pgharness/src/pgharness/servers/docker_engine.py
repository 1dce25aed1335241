"""The Docker engine: reach it, pull images, and remove containers of killed runs."""

import os
import secrets
from contextlib import closing
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from pgharness.core import run_directory as runs
from pgharness.core.errors import HarnessError
from pgharness.core.extras import extras, not_installed
from pgharness.core.run_directory import Run

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

DEFAULT_HOST: Final = "unix:///var/run/docker.sock"
"""Where Docker's client looks for the engine if DOCKER_HOST is not set."""

TIMEOUT: Final = 3
"""Seconds within which Docker must answer."""

RUN_LABEL: Final = "postgres-acceptance.run"
"""The label with the directory of the run, whose lock shows whether the run is alive."""

PLACE_LABEL: Final = "postgres-acceptance.place"
"""The label with the machine, the user and the folder of that directory."""

GONE_OR_GOING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
"""Docker's answers if another process has removed a container, or is removing it."""


def labels(run: Run) -> dict[str, str]:
    """Return the labels that identify the container's run."""
    return {RUN_LABEL: str(run.directory), PLACE_LABEL: run.place}


def name(run: Run) -> str:
    """Return a unique name for a container of a run."""
    return f"{run.directory.name}-{secrets.token_hex(4)}"


def is_absent() -> bool:
    """Return whether there is certainly no engine: its socket is not there.

    Importing Docker's client, to ask the engine, takes 0.5 s.
    """
    socket = urlsplit(os.environ.get("DOCKER_HOST") or DEFAULT_HOST)
    return socket.scheme == "unix" and not Path(socket.path).exists()


def ready_client(image: str) -> "DockerClient":
    """Return a client of Docker, after pulling a missing image. Raises `HarnessError`."""
    if find_spec("testcontainers") is None:
        raise not_installed("testcontainers")
    if is_absent():
        raise _unreachable()
    with extras():
        import docker
        from docker.errors import DockerException, ImageNotFound
        from requests.exceptions import RequestException

    try:
        client = docker.from_env(timeout=TIMEOUT)
        client.ping()
    except (DockerException, RequestException):
        raise _unreachable() from None
    try:
        client.images.get(image)
    except ImageNotFound:
        _pull(image, client)
    return client


def _unreachable() -> HarnessError:
    return HarnessError(
        "Docker is not reachable: start it, or choose -D postgres=embedded or a URL."
    )


def has_image(client: "DockerClient", image: str) -> bool:
    """Return whether Docker has the image; does not pull it."""
    from docker.errors import ImageNotFound

    try:
        client.images.get(image)
    except ImageNotFound:
        return False
    return True


def sweep(client: "DockerClient") -> None:
    """Remove the containers of killed runs of this user on this machine.

    A container that another run removes concurrently is skipped.
    """
    from docker.errors import APIError

    labelled = {"label": [RUN_LABEL, PLACE_LABEL]}
    for container in client.containers.list(all=True, filters=labelled, ignore_removed=True):
        if _is_ours(container) and not runs.is_alive(Path(container.labels[RUN_LABEL])):
            try:
                container.remove(force=True, v=True)
            except APIError as error:
                if error.status_code not in GONE_OR_GOING:
                    raise


def _is_ours(container: "Container") -> bool:
    """Return whether a run created the container.

    The labels do not suffice: a container of a committed image has them, too.
    """
    run = Path(container.labels[RUN_LABEL]).name
    return container.labels[PLACE_LABEL] in runs.places() and container.name.startswith(f"{run}-")


def gist(error: Exception) -> str:
    """Return the first line of Docker's explanation, or else of the error."""
    text = str(getattr(error, "explanation", None) or error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")


def _pull(image: str, client: "DockerClient") -> None:
    import docker
    from docker.errors import DockerException
    from requests.exceptions import RequestException

    print(f"pulling {image}", flush=True)
    try:
        with closing(docker.from_env()) as patient_client:
            patient_client.images.pull(image)
    except (DockerException, RequestException) as error:
        client.close()
        raise HarnessError(
            f"the image {image} is not to be had: neither here nor from its registry "
            f"({gist(error)}); name another with -D image=…."
        ) from None
