"""Docker's engine: whether it answers, whether it has an image, and what killed runs left on it."""

import secrets
from contextlib import closing
from http import HTTPStatus
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pgharness.core import run_directory as runs
from pgharness.core.errors import HarnessError
from pgharness.core.extras import extras, not_installed
from pgharness.core.run_directory import Run

if TYPE_CHECKING:
    from docker import DockerClient
    from docker.models.containers import Container

TIMEOUT: Final = 3
"""Seconds that Docker has to answer."""

RUN_LABEL: Final = "postgres-acceptance.run"
"""The directory of the run, which tells whether it is alive."""

PLACE_LABEL: Final = "postgres-acceptance.place"
"""Where that directory is: the machine, the user, the folder."""

GONE_OR_GOING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
"""What Docker answers to the second of two that remove a container."""


def labels(run: Run) -> dict[str, str]:
    """Return what tells whose a container is, for whoever finds it."""
    return {RUN_LABEL: str(run.directory), PLACE_LABEL: run.place}


def name(run: Run) -> str:
    """Return a name for a new container of a run."""
    return f"{run.directory.name}-{secrets.token_hex(4)}"


def ready_client(image: str) -> "DockerClient":
    """Return a client of a Docker that answers and has the image. Raises `HarnessError`.

    The image is pulled if it is not there.
    """
    if find_spec("testcontainers") is None:
        raise not_installed("testcontainers")
    with extras():
        import docker
        from docker.errors import DockerException, ImageNotFound
        from requests.exceptions import RequestException

    try:
        client = docker.from_env(timeout=TIMEOUT)
        client.ping()
    except (DockerException, RequestException):
        raise HarnessError(
            "Docker is not reachable: start it, or choose -D postgres=embedded or a URL."
        ) from None
    try:
        client.images.get(image)
    except ImageNotFound:
        _pull(image, client)
    return client


def has_image(client: "DockerClient", image: str) -> bool:
    """Tell whether the image is there, without a pull."""
    from docker.errors import ImageNotFound

    try:
        client.images.get(image)
    except ImageNotFound:
        return False
    return True


def sweep(client: "DockerClient") -> None:
    """Remove the containers of this user's runs on this machine that were killed.

    What another run's sweep has removed meanwhile, or is removing, is left to it.
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
    """Tell whether a run made a container: one of an image that was made of it has its labels."""
    run = Path(container.labels[RUN_LABEL]).name
    return container.labels[PLACE_LABEL] in runs.places() and container.name.startswith(f"{run}-")


def gist(error: Exception) -> str:
    """Return the first line of an error: Docker's own explanation where it gives one."""
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
