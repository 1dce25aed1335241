"""A run in a fork of the fork server is like a run in an interpreter of its own."""

import json
import os
import signal
from pathlib import Path

import pytest

import fork_server
from fork_server import HARNESS

PROGRAM = """
import asyncio, atexit, json, os, signal, sys, tempfile, threading
atexit.register(print, "the end")
print("on standard error", file=sys.stderr)
print(json.dumps({
    "main": __name__,
    "arguments": sys.argv,
    "folder": os.getcwd(),
    "path": sys.path,
    "environment": dict(os.environ),
    "input": sys.stdin.read(),
    "streams": [(s.encoding, s.errors, s.line_buffering) for s in (sys.stdin, sys.stdout)],
    "files": sorted(os.listdir("/proc/self/fd")),
    "signals": [str(signal.getsignal(number)) for number in signal.valid_signals()],
    "threads": threading.active_count(),
    "temporary": tempfile.gettempdir(),
    "leader": os.getpid() == os.getpgrp() == os.getsid(0) or "of the tests",
}), flush=True)
if sys.argv[1] == "raise":
    raise LookupError("no such thing")
if sys.argv[1].startswith("SIG"):
    os.kill(os.getpid(), getattr(signal, sys.argv[1]))
sys.exit(int(sys.argv[1]))
"""


@pytest.mark.parametrize("end", ["0", "3", "raise", "SIGKILL", "SIGTERM"])
def test_a_fork_is_like_an_interpreter_of_its_own(end: str, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(PROGRAM, "utf-8")
    env = {**os.environ, "TMPDIR": str(tmp_path), "OF_THIS_RUN": "1"}
    env.pop("TEST_DATABASE_URL", None)
    alone = fork_server.run_alone("program", end, folder=tmp_path, env=env)
    forked = fork_server.run("program", end, folder=tmp_path, env=env)
    assert forked.returncode == alone.returncode
    said, expected = (sorted(one.stdout.splitlines()) for one in (forked, alone))
    told, expected_told = (
        json.loads(lines.pop()) for lines in (said, expected) if lines[-1][0] == "{"
    )
    assert told.pop("leader") is True
    expected_told.pop("leader")
    assert told == expected_told
    for line in ("on standard error", *(["the end"] if end in {"0", "3", "raise"} else [])):
        assert line in said
        assert line in expected
    assert (end == "raise") == ("LookupError: no such thing" in said)


def test_one_server_runs_one_after_the_other(tmp_path: Path) -> None:
    (tmp_path / "state.py").write_text(
        "import sys, psycopg\nprint(hasattr(psycopg, 'changed'))\npsycopg.changed = 1", "utf-8"
    )
    ended = [fork_server.run("state", folder=tmp_path).stdout for _ in range(2)]
    assert ended == ["False\n"] * 2, "what a run changes is its own"
    assert [key for key in fork_server._started if key[0] == HARNESS]


def test_one_server_runs_several_at_once(tmp_path: Path) -> None:
    (tmp_path / "waiting.py").write_text("import sys\nsys.exit(len(sys.stdin.read()))", "utf-8")
    pipes = [os.pipe() for _ in range(2)]
    with Path(os.devnull).open("wb") as nothing:
        runs = [
            fork_server.start(
                "waiting",
                folder=tmp_path,
                env=os.environ,
                streams=(reading, nothing.fileno(), nothing.fileno()),
            )
            for reading, _ in pipes
        ]
    for reading, _ in pipes:
        os.close(reading)
    os.write(pipes[1][1], b"12345")
    os.close(pipes[1][1])
    assert runs[1].wait() == 5, "the first one is still waiting"
    runs[0].kill()
    assert runs[0].wait() == -signal.SIGKILL
    os.close(pipes[0][1])
