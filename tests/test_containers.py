"""Runs on containers: what is left when they end, and what the next run sweeps up.

They need a Docker engine that has the image of `POSTGRES_IMAGE` (or our default).
"""

import os
import signal
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from features.support.container import HOST_LABEL, RUN_LABEL
from features.support.options import DEFAULT_IMAGE
from tests.conftest import docker_answers
from tests.running import SHORT, Running, behave

IMAGE = os.environ.get("POSTGRES_IMAGE", DEFAULT_IMAGE)
LONG = "features/accounts"
DURABILITY = "features/transactions/durability.feature"

pytestmark = pytest.mark.docker


@pytest.fixture(autouse=True)
def client() -> Iterator[Any]:
    """A client of the engine; the test is skipped where the image is not there."""
    import docker

    if not docker_answers():
        pytest.skip("no Docker engine answers")
    client = docker.from_env()
    try:
        client.images.get(IMAGE)
    except docker.errors.ImageNotFound:
        pytest.skip(f"Docker does not have the image {IMAGE}")
    yield client
    client.close()


def containers(client: Any) -> set[str]:
    """Return the containers of this test's runs."""
    listed = client.containers.list(all=True, filters={"label": HOST_LABEL}, ignore_removed=True)
    own = tempfile.gettempdir()
    return {one.id for one in listed if one.labels[RUN_LABEL].startswith(own)}


def volumes(client: Any, container: str) -> set[str]:
    mounts = client.containers.get(container).attrs["Mounts"]
    return {mount["Name"] for mount in mounts if mount["Type"] == "volume"}


def on_container(*arguments: str) -> tuple[str, ...]:
    return ("-D", "postgres=container", "-D", f"image={IMAGE}", *arguments)


def test_a_run_leaves_no_container_and_no_volume(client: Any, tmp_path: Path) -> None:
    running = Running(*on_container(LONG), reports=tmp_path)
    running.wait_for("Rule:")
    (container,) = containers(client)
    made = volumes(client, container)
    ended = running.wait()
    assert ended.exit_code == 0, ended.output
    assert "container (asked for), ready in" in ended.output
    assert not containers(client)
    assert not made & {volume.name for volume in client.volumes.list()}


def test_docker_is_preferred_where_it_has_the_image(tmp_path: Path) -> None:
    ended = behave("-D", f"image={IMAGE}", SHORT, reports=tmp_path)
    assert "container (Docker answers), ready in" in ended.output


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(client: Any, tmp_path: Path, by: signal.Signals) -> None:
    before = containers(client)
    running = Running(*on_container(LONG), reports=tmp_path)
    running.wait_for("Rule:")
    assert containers(client) != before
    os.killpg(running.process.pid, by)
    assert running.wait().exit_code == 1
    assert containers(client) == before


def test_the_next_run_sweeps_up_after_a_kill_and_leaves_a_live_run_alone(
    client: Any, tmp_path: Path
) -> None:
    before = containers(client)
    killed = Running(*on_container(LONG), reports=tmp_path / "killed")
    killed.wait_for("Rule:")
    orphan = containers(client) - before
    killed.process.kill()
    killed.wait()
    assert orphan <= containers(client), "the container outlives a kill"
    alive = Running(*on_container(LONG), reports=tmp_path / "alive")
    alive.wait_for("Rule:")
    assert not orphan & containers(client)
    ended = behave(*on_container(SHORT), reports=tmp_path / "third")
    assert ended.exit_code == 0, ended.output
    assert alive.wait().exit_code == 0
    assert containers(client) == before


def test_the_next_run_sweeps_up_a_container_that_scenarios_had_to_themselves(
    client: Any, tmp_path: Path
) -> None:
    before = containers(client)
    killed = Running(*on_container(DURABILITY), reports=tmp_path / "killed")
    killed.wait_for("The settings that this rests on")
    orphans = containers(client) - before
    killed.process.kill()
    killed.wait()
    assert len(orphans) == 2, "the run's, and one that scenarios have to themselves"
    made = {volume for orphan in orphans for volume in volumes(client, orphan)}
    ended = behave(*on_container(SHORT), reports=tmp_path / "next")
    assert ended.exit_code == 0, ended.output
    assert containers(client) == before
    assert not made & {volume.name for volume in client.volumes.list()}


def test_an_interrupted_crash_leaves_nothing(client: Any, tmp_path: Path) -> None:
    before = containers(client)
    running = Running(*on_container(DURABILITY), reports=tmp_path)
    running.wait_for("The settings that this rests on")
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.wait().exit_code == 1
    assert containers(client) == before


def test_a_container_that_dies_during_the_run(client: Any, tmp_path: Path) -> None:
    before = containers(client)
    running = Running(*on_container(LONG), reports=tmp_path)
    running.wait_for("Rule:")
    (started,) = containers(client) - before
    client.containers.get(started).kill()
    ended = running.wait()
    assert ended.exit_code == 1
    assert "Cannot run: the server is gone, the run ends here" in ended.output
    assert containers(client) == before
