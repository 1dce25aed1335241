"""A plugin of pytest: tests that need a Docker engine (mark `docker`) are skipped without one."""

import functools
import os
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import pytest

from pgharness.core.options import DEFAULT_IMAGE

CONTAINER_IMAGE: Final = os.environ.get("POSTGRES_IMAGE", DEFAULT_IMAGE)
"""The image of which tests start containers."""


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


@pytest.fixture(scope="session")
def docker_client() -> Iterator[Any]:
    """A client of the engine; the test is skipped where `CONTAINER_IMAGE` is not there."""
    import docker

    with closing(docker.from_env()) as client:
        try:
            client.images.get(CONTAINER_IMAGE)
        except docker.errors.ImageNotFound:
            pytest.skip(f"Docker does not have the image {CONTAINER_IMAGE}")
        yield client
