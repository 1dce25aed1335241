"""Runs `behave` many times in a short time, each time with something broken."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final, Self

from sqlalchemy import URL

import breaking
from breaking import Injection
from features.support.service import ROOT
from tests.support import verdicts
from tests.support.running import EACH_EXAMPLE, NO_OTHER_REPORTS, Ended, cases, plain

HANDED_ON: Final = ("TMPDIR", breaking.VARIABLE)
"""What a run has of the environment of the tests."""


class Preloaded:
    """A process that runs `behave` in forks of itself, one after the other."""

    def __init__(self, orders: IO[str], answers: IO[str], url: URL) -> None:
        self._orders = orders
        self._answers = answers
        self._url = url

    @classmethod
    @contextmanager
    def start(cls, url: URL, *loading: str) -> Iterator[Self]:
        """Start the process; what it runs, it runs on the server at `url`.

        `loading` is `libraries` for one that has not loaded the service.
        """
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.preloaded", *loading],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(breaking.FOLDERS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
            start_new_session=True,
        )
        assert process.stdin is not None
        assert process.stdout is not None
        with process:  # it ends when there is nothing more to read for it
            try:
                yield cls(process.stdin, process.stdout, url)
            finally:
                os.killpg(process.pid, signal.SIGINT)  # the test's own interruption ends the run

    def run(  # noqa: PLR0913 (each is a way of breaking, or of watching)
        self,
        *arguments: str,
        reports: Path,
        inject: Injection | None = None,
        code: str = "",
        statements: str = "",
        source: tuple[str, str] | None = None,
        until: int = 0,
        patience: int = 0,
        shown: Sequence[str] = EACH_EXAMPLE,
    ) -> Ended:
        """Run `behave` with a fault, after some code, or on databases that SQL has changed.

        `source` is a file of the service and what it has in it instead, if the service is not
        loaded yet. The run stops when assertions of `until` rules have failed, if there is such a
        number, or after `patience` seconds. `shown` is the formatter of behave, or nothing for the
        default one.
        """
        reports.mkdir()
        output, failed = reports / "output", reports / "failed.ndjson"
        order = {
            "arguments": ["--junit-directory", str(reports), *NO_OTHER_REPORTS, *shown, *arguments],
            "environment": {
                "TEST_DATABASE_URL": plain(self._url),
                **{name: os.environ[name] for name in HANDED_ON if name in os.environ},
            },
            "output": str(output),
            "injection": breaking.place(inject) if inject else "",
            "code": code,
            "statements": statements,
            "source": source,
            "until": until,
            "patience": patience,
            "verdicts": str(failed),
        }
        print(json.dumps(order), file=self._orders, flush=True)
        exit_code = int(self._answers.readline())
        text = output.read_text("utf-8", errors="replace")
        return Ended(exit_code, text, list(cases(reports)), verdicts.read(failed))
