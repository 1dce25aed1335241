"""What each way to isolate tests takes for one of 50 equal tests, in pgharness and its peers.

The tests are in `benchmarks/peers/`; one run of pytest alternates between them. What pytest takes
for an empty test is subtracted. The rest is the test itself, which commits an order, and its
fixtures. The start of a server and the creation of a schema for all tests are not in it.
"""

import json
import os
import statistics
import sys
from contextlib import closing
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import Final, NamedTuple

from benchmarks.measuring import processes
from benchmarks.measuring.turns import Measuring
from benchmarks.model import FAILED, NOT_IN_QUICK, Benchmark, Comparison, Way
from pgharness.core.errors import HarnessError
from pgharness.core.options import DEFAULT_IMAGE
from pgharness.servers import docker_engine

TESTS: Final = 50
WARM_UP: Final = 10
QUICK_TESTS: Final = 5
QUICK_WARM_UP: Final = 2
PEERS: Final = Path(__file__).parents[1] / "peers"
EMPTY: Final = "test_nothing"
INSTALL: Final = "uv run --group benchmarks python -m benchmarks"


class Peer(NamedTuple):
    """A kind of tests in `benchmarks/peers/`."""

    way: str
    file: str
    test: str
    package: str = "pgharness"
    """What must be installed."""


KINDS: Final = (
    Peer("savepoint fixture by hand (the floor)", "test_savepoint.py", "test_savepoint"),
    Peer("pgharness: `session`, rolled back", "test_pgharness.py", "test_session"),
    Peer("pgharness: rollback", "test_pgharness.py", "test_rollback"),
    Peer("pgharness: reset", "test_pgharness.py", "test_reset"),
    Peer("pgharness: database", "test_pgharness.py", "test_database"),
    Peer("pgharness: empty database, create_all", "test_pgharness.py", "test_empty_database"),
    Peer("one TRUNCATE of all tables by hand", "test_truncate.py", "test_truncate"),
    Peer("testcontainers, create_all, drop_all", "test_testcontainers.py", "test_create_and_drop"),
    Peer(
        "pytest-postgresql",
        "test_pytest_postgresql.py",
        "test_pytest_postgresql",
        "pytest_postgresql",
    ),
    Peer("py-pglite, TRUNCATE", "test_py_pglite.py", "test_py_pglite", "py_pglite"),
)
NAME: Final = "isolation"


def measure(bench: Measuring) -> None:
    """Run the tests of all peers that are installed."""
    peers = []
    for peer in KINDS:
        reason = _obstacle(peer, quick=bench.quick)
        if reason:
            bench.leave_out(NAME, peer.way, reason)
        else:
            peers.append(peer)
    bench.say(f"{len(peers)} kinds of tests, {bench.pick(TESTS, QUICK_TESTS)} each")
    container, note = _container()
    seconds, failed = _run(bench, {peer.file for peer in peers}, container)
    base = statistics.median(seconds[EMPTY])
    for peer in peers:
        if peer.test in failed:
            bench.leave_out(NAME, peer.way, f"{FAILED}{failed[peer.test]}")
        else:
            noted = note if peer.file == "test_testcontainers.py" else ""
            counted = seconds[peer.test][bench.pick(WARM_UP, QUICK_WARM_UP) :]
            bench.add_seconds(NAME, peer.way, (each - base for each in counted), noted)


def _obstacle(peer: Peer, *, quick: bool) -> str:
    """Return why a peer cannot be measured, or nothing."""
    if find_spec(peer.package) is None:
        return f"not installed: {INSTALL}"
    if peer.package == "py_pglite":
        if quick:
            return f"{NOT_IN_QUICK}: it starts for seconds"
        if which("npm") is None:
            return "not measured: it installs PGlite by npm, which is not here"
    return ""


def _container() -> tuple[dict[str, str], str]:
    """Return the environment that names the image, or a note that there is no container."""
    image = os.environ.get("POSTGRES_IMAGE", DEFAULT_IMAGE)
    try:
        client = docker_engine.ready_client(image)
    except HarnessError as error:
        return {}, f"on the embedded server: {str(error).partition(':')[0]}"
    from testcontainers.core.config import testcontainers_config

    with closing(client):
        has_reaper = docker_engine.has_image(client, testcontainers_config.ryuk_image)
    disabled = str(not has_reaper).lower()
    environment = {"IN_CONTAINER": image, "TESTCONTAINERS_RYUK_DISABLED": disabled}
    return environment, f"in a container of {image}"


def _run(
    bench: Measuring, files: set[str], container: dict[str, str]
) -> tuple[dict[str, list[float]], dict[str, str]]:
    """Return the seconds of all tests and the failures, by the names of the tests."""
    measured = bench.server.run.directory / "measured.json"
    url = bench.server.url.set(drivername="postgresql").render_as_string(hide_password=False)
    environment = {
        **container,
        "TEST_DATABASE_URL": url,
        "TESTS": str(bench.pick(WARM_UP + TESTS, QUICK_WARM_UP + QUICK_TESTS)),
        "MEASURED": str(measured),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-m", "pytest", "test_empty.py", *sorted(files)]
    ended = processes.run(command, PEERS, environment, exit_codes=(0, 1))
    found = json.loads(measured.read_text("utf-8"))
    ours = {peer.test for peer in KINDS if peer.package == "pgharness"} & found["failed"].keys()
    if ours:
        raise processes.ProgramFailed(ended.output[-processes.SHOWN :])
    return found["seconds"], found["failed"]


BENCHMARK: Final = Benchmark(
    name=NAME,
    title="Isolation of a test",
    comparisons=(
        Comparison(
            NAME,
            f"a test that commits an order, one of {TESTS}",
            "ms",
            tuple(Way(peer.way) for peer in KINDS),
        ),
    ),
    measure=measure,
)
