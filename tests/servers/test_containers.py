"""Runs on containers: what is left when they end, and what the next run sweeps up.

They need a Docker engine that has the image of `POSTGRES_IMAGE` (or our default).
"""

import os
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from docker_engine import CONTAINER_IMAGE
from pgharness.core.run_directory import Run
from pgharness.servers import docker_engine
from pgharness.servers.docker_engine import PLACE_LABEL, RUN_LABEL
from tests.support.running import SHORT, Running, behave

LONG = "features/accounts"
DURABILITY = "features/transactions/durability.feature"

pytestmark = [pytest.mark.docker, pytest.mark.usefixtures("docker_client")]


def containers(docker_client: Any) -> set[str]:
    """Return the containers of this test's runs."""
    listed = docker_client.containers.list(
        all=True, filters={"label": PLACE_LABEL}, ignore_removed=True
    )
    own = tempfile.gettempdir()
    return {one.id for one in listed if one.labels[RUN_LABEL].startswith(own)}


def volumes(docker_client: Any, container: str) -> set[str]:
    mounts = docker_client.containers.get(container).attrs["Mounts"]
    return {mount["Name"] for mount in mounts if mount["Type"] == "volume"}


def on_container(*arguments: str) -> tuple[str, ...]:
    return ("-D", "postgres=container", "-D", f"image={CONTAINER_IMAGE}", *arguments)


def test_a_run_leaves_no_container_and_no_volume(docker_client: Any, tmp_path: Path) -> None:
    running = Running(*on_container(LONG), reports=tmp_path)
    running.wait_for("Rule:")
    (container,) = containers(docker_client)
    made = volumes(docker_client, container)
    ended = running.wait()
    assert ended.exit_code == 0, ended.output
    assert "container (asked for), ready in" in ended.output
    assert not containers(docker_client)
    assert not made & {volume.name for volume in docker_client.volumes.list()}


def test_docker_is_preferred_where_it_has_the_image(tmp_path: Path) -> None:
    ended = behave("-D", f"image={CONTAINER_IMAGE}", SHORT, reports=tmp_path)
    assert "container (Docker answers), ready in" in ended.output


@pytest.mark.parametrize("by", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupted_run_leaves_nothing(
    docker_client: Any, tmp_path: Path, by: signal.Signals
) -> None:
    before = containers(docker_client)
    running = Running(*on_container(LONG), reports=tmp_path)
    running.wait_for("Rule:")
    assert containers(docker_client) != before
    os.killpg(running.process.pid, by)
    assert running.wait().exit_code == 128 + by
    assert containers(docker_client) == before


def test_the_next_run_sweeps_up_after_a_kill_and_leaves_a_live_run_alone(
    docker_client: Any, tmp_path: Path
) -> None:
    before = containers(docker_client)
    killed = Running(*on_container(LONG), reports=tmp_path / "killed")
    killed.wait_for("Rule:")
    orphan = containers(docker_client) - before
    killed.process.kill()
    killed.wait()
    assert orphan <= containers(docker_client), "the container outlives a kill"
    alive = Running(*on_container(LONG), reports=tmp_path / "alive")
    alive.wait_for("Rule:")
    assert not orphan & containers(docker_client)
    ended = behave(*on_container(SHORT), reports=tmp_path / "third")
    assert ended.exit_code == 0, ended.output
    assert alive.wait().exit_code == 0
    assert containers(docker_client) == before


def test_a_sweep_takes_what_a_killed_run_left_and_nothing_like_it(docker_client: Any) -> None:
    run = Run.begin()
    labels = docker_engine.labels(run)
    elsewhere = {**labels, docker_engine.PLACE_LABEL: "another machine, of the same name"}
    with ExitStack() as cleanups:
        left, of_another, of_its_image = (
            docker_client.containers.create(CONTAINER_IMAGE, name=name, labels=carried)
            for name, carried in [
                (docker_engine.name(run), labels),
                (docker_engine.name(run), elsewhere),
                (None, labels),
            ]
        )
        for made in (of_another, of_its_image):
            cleanups.callback(made.remove, v=True)
        docker_engine.sweep(docker_client)
        assert left.id in containers(docker_client), "the run is still going on"
        run.close()
        docker_engine.sweep(docker_client)
        assert containers(docker_client) == {of_another.id, of_its_image.id}


def test_the_next_run_sweeps_up_a_container_that_scenarios_had_to_themselves(
    docker_client: Any, tmp_path: Path
) -> None:
    before = containers(docker_client)
    killed = Running(*on_container(DURABILITY), reports=tmp_path / "killed")
    killed.wait_for("The server's settings for durable commits")
    orphans = containers(docker_client) - before
    killed.process.kill()
    killed.wait()
    assert len(orphans) == 2, "the run's, and one that scenarios have to themselves"
    made = {volume for orphan in orphans for volume in volumes(docker_client, orphan)}
    ended = behave(*on_container(SHORT), reports=tmp_path / "next")
    assert ended.exit_code == 0, ended.output
    assert containers(docker_client) == before
    assert not made & {volume.name for volume in docker_client.volumes.list()}


def test_an_interrupted_crash_leaves_nothing(docker_client: Any, tmp_path: Path) -> None:
    before = containers(docker_client)
    running = Running(*on_container(DURABILITY), reports=tmp_path)
    running.wait_for("The server's settings for durable commits")
    os.killpg(running.process.pid, signal.SIGINT)
    assert running.wait().exit_code == 130
    assert containers(docker_client) == before


def test_a_container_that_dies_during_the_run(docker_client: Any, tmp_path: Path) -> None:
    before = containers(docker_client)
    running = Running(*on_container(LONG), reports=tmp_path)
    running.wait_for("Rule:")
    (started,) = containers(docker_client) - before
    docker_client.containers.get(started).kill()
    ended = running.wait()
    assert ended.exit_code == 1
    assert "Cannot run: the server is gone, the run ends here" in ended.output
    assert containers(docker_client) == before
