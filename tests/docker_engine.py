"""Tests that need a Docker engine (mark `docker`) are skipped where none answers."""

import functools
from contextlib import closing

import pytest


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
