"""The implementation of the behave hooks: they start a run, and begin and end its scenarios."""

import atexit
import shlex
import traceback
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Final

import psycopg
from behave import fixture
from behave.fixture import use_fixture_by_tag
from behave.model import Scenario
from behave.runner import Context
from sqlalchemy.orm import Session

from pgharness.adapters.behave.ending import end_run, stop
from pgharness.adapters.behave.orderly import OrderlyRunner
from pgharness.adapters.behave.project import project_of
from pgharness.adapters.behave.reporting import reports, summary
from pgharness.adapters.behave.reporting.attaching import attach, current_step
from pgharness.adapters.configuration import configured
from pgharness.adapters.test_run import Harness
from pgharness.core.application import Application
from pgharness.core.attachments import REVISION, SERVER, Attachment
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.core.masking import mask_own_output
from pgharness.core.option_names import SCHEMA
from pgharness.core.options import Options
from pgharness.results.recording.environment import revision
from pgharness.servers import provision

ISOLATION: Final = "isolation"
"""An option for pytest only: scenarios have tags."""


def begin(context: Context, application: Application[Any], project: Path | None = None) -> None:
    """Start the run; if that fails, all scenarios become errors.

    `project` is the folder whose settings name our runner, if they do: see `check_settings`.
    """

    def configuration() -> tuple[Options, Application[Any]]:
        if project is not None:
            check_settings(context, project)
        refuse_names(context, SCHEMA)
        return Options.read_from(context.config.userdata), application

    _begin(context, configuration)


def refuse_names(context: Context, names: Iterable[str]) -> None:
    """Raise `HarnessError` for an option that has no effect in this run."""
    for name in names:
        if name in context.config.userdata:
            raise HarnessError(f"-D {name} would change nothing in this run: leave it out.")


def begin_configured(context: Context) -> None:
    """Start the run of the application in `[tool.pgharness]` or -D, as `begin` does."""

    def configuration() -> tuple[Options, Application[Any]]:
        found = configured(project_of(Path(context.config.base_dir)), context.config.userdata)
        return found.options, found.application()

    _begin(context, configuration)


def _begin(context: Context, configuration: Callable[[], tuple[Options, Application[Any]]]) -> None:
    try:
        refuse_names(context, [ISOLATION])
        context.harness = Harness(*configuration())
        _close_at_the_end(context)
        context.harness.start(getattr(context._runner, "early_server", None))  # noqa: SLF001 (likewise)
        attach(context, _environment(context.harness))
    except HarnessError as refusal:
        _cannot_start(context, refusal)
    except Exception as error:  # noqa: BLE001 (after any error the run must fail)
        traceback.print_exc()
        _cannot_start(context, HarnessError(f"the harness failed, please report it: {error!r}."))


def _environment(harness: Harness[Any]) -> Iterator[Attachment]:
    yield SERVER, harness.server_line
    if commit := revision(Path.cwd()):
        yield REVISION, commit


def _close_at_the_end(context: Context) -> None:
    """Register the cleanup of the run; with behave's own runner, handle signals as well."""
    if isinstance(context._runner, OrderlyRunner):  # noqa: SLF001 (behave offers no public way)
        context.add_cleanup(context.harness.close)
        return
    mask_own_output()
    closing = ExitStack()
    closing.callback(interruptions.restore_signals)
    closing.callback(context.harness.close)
    closing.callback(interruptions.raise_no_more)
    context.add_cleanup(closing.close)
    atexit.register(closing.close)  # an interruption between two features skips its cleanups
    interruptions.handle_signals()
    interruptions.begin_raising()


def check_settings(context: Context, project: Path) -> None:
    """Raise `HarnessError` if behave does not use our runner.

    Then it was started in a folder in which it did not find the project's settings.
    """
    if not isinstance(context._runner, OrderlyRunner):  # noqa: SLF001 (behave offers no public way)
        command = shlex.join(["uv", "run", "--directory", str(project), "behave"])
        raise HarnessError(
            "behave looks for its settings in the folder it is started in, and has not found those"
            f" of this project: start it by `{command}`."
        )


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Give the scenario an empty database and a world; end the run if the server is gone.

    A scenario whose needs the server does not meet is skipped with the reason.
    """
    if interruptions.first is not None:
        # A step has swallowed it, or it was raised in a thread.
        stop(context)
        return
    if (obstacle := context.harness.obstacle(scenario.effective_tags)) is not None:
        scenario.skip(obstacle)
        return
    with server_watched(context):
        world = context.harness.before_scenario(scenario, current_step(scenario))
        context.world, context.database, context.engine = world, world.database, world.engine
        context.session = Session(world.engine, expire_on_commit=False)
        world.add_cleanup(context.session.close)


def after_scenario(context: Context, scenario: Scenario) -> None:
    """Check what the scenario left behind, and clean up; attach what explains its failure."""
    if "world" not in context:
        return
    if (unclaimed := getattr(context.world, "unclaimed", None)) is not None:
        reports.add_refusals(scenario, unclaimed())
    failed = scenario.status.has_failed() or scenario.hook_failed
    if failed:
        with server_watched(context):
            attach(context, context.harness.attachments())
    with server_watched(context):
        try:
            kept = context.harness.after_scenario(context.world, scenario)
        except Exception:
            if not failed:
                attach(context, context.harness.statements())
            raise
        attach(context, kept)


@fixture(name="fixture.database")  # type: ignore[untyped-decorator]
def own_database(context: Context) -> Iterator[None]:
    """Give a scenario, a rule or a feature a database of its own."""
    with context.harness.database_of_its_own():
        yield


@fixture(name="fixture.rollback")  # type: ignore[untyped-decorator]
def rolled_back(context: Context) -> Iterator[None]:
    """Roll back a scenario, or each one of a rule or a feature."""
    with context.harness.rolled_back():
        yield


@fixture(name="fixture.server")  # type: ignore[untyped-decorator]
def own_server(context: Context) -> Iterator[None]:
    """Give a scenario, a rule or a feature a server of its own, which it may crash."""
    with context.harness.server_of_its_own():
        yield


@fixture(name="fixture.empty_database")  # type: ignore[untyped-decorator]
def own_empty_database(context: Context) -> Iterator[None]:
    """Give a scenario, a rule or a feature an empty database of its own, for migrations."""
    with context.harness.database_of_its_own(empty=True):
        yield


FIXTURES: Final = {
    "fixture.database": own_database,
    "fixture.empty_database": own_empty_database,
    "fixture.rollback": rolled_back,
    "fixture.server": own_server,
}


def before_tag(context: Context, tag: str) -> None:
    """Set up the fixture of a `@fixture.…` tag; behave tears it down when the element ends."""
    if tag in FIXTURES:
        use_fixture_by_tag(tag, context, FIXTURES)


@contextmanager
def server_watched(context: Context) -> Iterator[None]:
    """End the run if the server cannot be reached any more."""
    try:
        yield
    except psycopg.OperationalError as error:
        end_run(context, provision.is_gone(error))


def _cannot_start(context: Context, refusal: HarnessError) -> None:
    end_run(context, refusal)
    summary.leave_out(context.config)
