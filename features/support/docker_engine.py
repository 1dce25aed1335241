"""Docker's engine: whether it answers, whether it has an image, and what killed runs left on it."""

import platform
from contextlib import closing
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Final

from features.support import run as runs
from features.support.refusal import Refusal

if TYPE_CHECKING:
    from docker import DockerClient

TIMEOUT: Final = 3
"""Seconds that Docker has to answer."""

RUN_LABEL: Final = "postgres-acceptance.run"
"""The directory of the run, which tells whether it is alive."""

HOST_LABEL: Final = "postgres-acceptance.host"
GONE_OR_GOING: Final = (HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT)
"""What Docker answers to the second of two that remove a container."""


def host() -> str:
    """Return the name of this machine, which containers of its runs carry."""
    return platform.node()


def ready_client(image: str) -> "DockerClient":
    """Return a client of a Docker that answers and has the image. Raises `Refusal`.

    The image is pulled if it is not there.
    """
    import docker
    from docker.errors import DockerException, ImageNotFound
    from requests.exceptions import RequestException

    try:
        client = docker.from_env(timeout=TIMEOUT)
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


def has_image(client: "DockerClient", image: str) -> bool:
    """Tell whether the image is there, without a pull."""
    from docker.errors import ImageNotFound

    try:
        client.images.get(image)
    except ImageNotFound:
        return False
    return True


def sweep(client: "DockerClient") -> None:
    """Remove the containers of this machine's runs that were killed.

    What another run's sweep has removed meanwhile, or is removing, is left to it.
    """
    from docker.errors import APIError

    ours = {"label": f"{HOST_LABEL}={host()}"}
    for container in client.containers.list(all=True, filters=ours, ignore_removed=True):
        if not runs.is_alive(Path(container.labels[RUN_LABEL])):
            try:
                container.remove(force=True, v=True)
            except APIError as error:
                if error.status_code not in GONE_OR_GOING:
                    raise


def gist(error: Exception) -> str:
    """Return the first line of an error: Docker's own explanation where it gives one."""
    text = str(getattr(error, "explanation", None) or error).strip() or type(error).__name__
    return text.splitlines()[0].rstrip(".")


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
            f"({gist(error)}); name another with -D image=…."
        ) from None
