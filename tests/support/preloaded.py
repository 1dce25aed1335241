"""A process that has loaded all that a run needs, and runs `behave` in forks of itself.

It has imported the service, the harness, all steps and all faults, and has read what does not
change between its runs: a fork injects its fault and begins at once. Each line of its input is one
run, as JSON; it answers each with a line: the run's exit code. It has no threads and no
connections, so that a fork has all that it had.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final, NoReturn

from _pytest.monkeypatch import MonkeyPatch
from behave import runner_util
from behave.__main__ import main as behave
from behave.model import Feature
from behave.parser import parse_file
from behave.runner import Runner
from behave.runner_util import load_step_modules
from sqlalchemy import make_url
from sqlalchemy.orm import configure_mappers

import breaking
from features.support import service, step_types
from pgharness.adapters import test_run
from pgharness.adapters.behave import hooks, runner
from pgharness.adapters.test_run import Harness
from pgharness.core import masking, settings_file
from pgharness.databases.migrators import Alembic
from pgharness.isolation.scopes import Scopes
from pgharness.results.recording import environment
from pgharness.results.recording.documents import Documents
from pgharness.results.recording.events import Events
from pgharness.results.recording.places import Places
from tests.faults.catalogue import every_fault
from tests.faults.changing import change_schema
from tests.faults.fitting import check_fitting

PATIENCE: Final = 120
"""Seconds after which a run counts as hanging and is killed."""

FEW_COLLECTIONS: Final = 20_000
"""New objects until garbage is looked for: a run ends before there is much of it."""

FEATURES: Final = frozenset((service.ROOT / "features").rglob("*.feature"))

Order = Mapping[str, Any]
"""What is to be run: arguments and environment of `behave`, where its output goes, the fault."""


def load() -> None:
    """Load all that a run loads; `behave` finds the steps defined and defines none again."""
    assert test_run, "it brings the rest of the harness"
    assert runner, "it brings that of behave's adapter"
    settings_file.tables(service.ROOT)
    configure_mappers()
    every_fault()
    step_types.register()
    load_step_modules([str(service.ROOT / "features" / "steps")])
    Runner.load_step_definitions = lambda *_: None
    remember()


def remember() -> None:
    """Find out what is the same in all runs: the digest of the revisions, and the commit."""
    patch = MonkeyPatch()
    folder, digest = service.MIGRATIONS.config_file, service.MIGRATIONS.fingerprint()
    of_others = Alembic.fingerprint
    patch.setattr(
        Alembic,
        "fingerprint",
        lambda self: digest if self.config_file == folder else of_others(self),
    )
    revision = cache(environment.revision)
    revision(service.ROOT)
    patch.setattr(hooks, "revision", revision)
    patch.setattr(runner_util.gherkin, "parse_file", parse_once)
    patch.setattr(Documents, "_parsed", parse_document_once)


_read: Final[dict[str, Feature]] = {}
"""Features by their files; no run has changed them: each fork has its own."""
_documents: Final[dict[tuple[str, str], Any]] = {}
"""What reports say of them, by the file as it is in a stream, and by its text."""

parse_document: Final = Documents._parsed


def parse_once(filename: str, language: str | None = None) -> Feature | None:
    """Return a feature that was parsed before the fork: the first time, as a run changes it."""
    known = _read.pop(filename, None) if language is None else None
    return known or parse_file(filename, language)


def parse_document_once(self: Documents, feature: Feature, uri: str, data: str) -> Any:
    """Return the document and the pickles of a feature that was parsed before the fork."""
    known = _documents.pop((uri, data), None)
    return known or parse_document(self, feature, uri, data)


def read_features(arguments: Sequence[str]) -> None:
    """Parse the features of the service that a run names, for all runs that name them."""
    for argument in arguments:
        file = service.ROOT / argument.partition(":")[0]
        if file not in FEATURES or str(file) in _read:
            continue
        if (feature := parse_file(str(file))) is not None:
            _read[str(file)] = feature
            uri, text = file.relative_to(service.ROOT).as_posix(), file.read_text("utf-8")
            events = Events([])
            events.continue_in_fork(uri, lambda _: None)  # so that no id is given twice
            made = Documents(events, Places(service.ROOT))
            _documents[uri, text] = parse_document(made, feature, uri, text)


def leave_as_it_is(patch: MonkeyPatch) -> None:
    """Let a scenario that has failed be the last: nothing is restored before the database goes."""
    original = Harness.after_scenario

    def after(self: Harness[Any], world: Any, scenario: Any) -> Any:
        if scenario.status.has_failed():
            patch.setattr(Scopes, "end", lambda *_: None)
        return original(self, world, scenario)

    patch.setattr(Harness, "after_scenario", after)


def run(order: Order) -> NoReturn:
    """Be a run of `behave`, from its start to its end."""
    code = 1
    try:
        output = os.open(order["output"], os.O_CREAT | os.O_WRONLY, 0o600)
        os.dup2(output, 1)
        os.dup2(output, 2)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        signal.alarm(PATIENCE)
        os.environ.update(order["environment"])
        tempfile.tempdir = None
        breaking.inject_from_environment()
        patch = MonkeyPatch()
        if order["injection"]:
            breaking.injection(order["injection"])(patch)
        if order["code"]:
            exec(order["code"], {})  # noqa: S102 (our own)
        if order["statements"]:
            change_schema(patch, order["statements"])
        check_fitting(patch)
        if "--stop" in order["arguments"] and (order["injection"] or order["statements"]):
            leave_as_it_is(MonkeyPatch())
        gc.set_threshold(FEW_COLLECTIONS)
        code = behave(order["arguments"])
    except SystemExit as ended:  # of an interrupted run
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 (whatever it is, a fork must not return)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main() -> None:
    """Load, then run what is ordered until nothing more will be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a fork ends by it; this process by its input
    load()
    gc.freeze()
    assert threading.active_count() == 1, "a fork would not have the other threads"
    for line in sys.stdin:
        order = json.loads(line)
        password = make_url(order["environment"]["TEST_DATABASE_URL"]).password
        masking.places(str(password))  # else each fork would compile the pattern
        read_features(order["arguments"])
        child = os.fork()
        if not child:
            run(order)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
