"""What behave's hooks do: they start, watch over and end a run."""

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

from pgharness.adapters.behave import reports, summary
from pgharness.adapters.behave.ending import end_run, stop
from pgharness.adapters.behave.orderly import OrderlyRunner
from pgharness.adapters.behave.project import project_of
from pgharness.adapters.configuration import configured
from pgharness.adapters.test_run import Harness
from pgharness.core.application import Application
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptions
from pgharness.core.masking import mask_own_output
from pgharness.core.option_names import SCHEMA
from pgharness.core.options import Options
from pgharness.servers import provision

ISOLATION: Final = "isolation"
"""An option for pytest: scenarios have tags."""


def begin(context: Context, application: Application[Any], project: Path | None = None) -> None:
    """Start the run, or make all of it a failed one.

    `project` is the folder whose settings name our runner, if they do: see `check_settings`.
    """

    def told() -> tuple[Options, Application[Any]]:
        if project is not None:
            check_settings(context, project)
        refuse_names(context, SCHEMA)
        return Options.read_from(context.config.userdata), application

    _begin(context, told)


def refuse_names(context: Context, names: Iterable[str]) -> None:
    """Raise `HarnessError` for an option that is one, but that nothing in this run asks for."""
    for name in names:
        if name in context.config.userdata:
            raise HarnessError(f"-D {name} would change nothing in this run: leave it out.")


def begin_configured(context: Context) -> None:
    """Start the run of the application that `[tool.pgharness]` or -D name, likewise."""

    def told() -> tuple[Options, Application[Any]]:
        found = configured(project_of(Path(context.config.base_dir)), context.config.userdata)
        return found.options, found.application()

    _begin(context, told)


def _begin(context: Context, told: Callable[[], tuple[Options, Application[Any]]]) -> None:
    try:
        refuse_names(context, [ISOLATION])
        context.harness = Harness(*told())
        _close_at_the_end(context)
        context.harness.start()
    except HarnessError as refusal:
        _cannot_start(context, refusal)
    except Exception as error:  # noqa: BLE001 (whatever it is, the run must not look harmless)
        traceback.print_exc()
        _cannot_start(context, HarnessError(f"the harness failed, please report it: {error!r}."))


def _close_at_the_end(context: Context) -> None:
    """Have the run removed, however it ends; behave's own runner sees to less of that than ours."""
    if isinstance(context._runner, OrderlyRunner):  # noqa: SLF001 (behave offers no public way)
        context.add_cleanup(context.harness.close)
        return
    mask_own_output()
    closing = ExitStack()
    closing.callback(interruptions.restore_signals)
    closing.callback(context.harness.close)
    closing.callback(interruptions.raise_no_more)
    context.add_cleanup(closing.close)
    atexit.register(closing.close)  # an interruption between two features leaves out its clean-ups
    interruptions.handle_signals()
    interruptions.begin_raising()


def check_settings(context: Context, project: Path) -> None:
    """Raise `HarnessError` if behave was started in a folder where it finds no settings of ours.

    They name the runner and the reports.
    """
    from pgharness.adapters.behave.runner import Runner  # it may import this module

    if not isinstance(context._runner, Runner):  # noqa: SLF001 (behave offers no public way)
        command = shlex.join(["uv", "run", "--directory", str(project), "behave"])
        raise HarnessError(
            "behave looks for its settings in the folder it is started in, and has not found those"
            f" of this project: start it by `{command}`."
        )


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Give the scenario an empty database and a world; end the run if the server is gone.

    A scenario that this server cannot be used for is skipped, for a reason that is reported.
    """
    if interruptions.first is not None:
        # It was swallowed, or came to a thread.
        stop(context)
        return
    if (obstacle := context.harness.obstacle(scenario.effective_tags)) is not None:
        scenario.skip(obstacle)
        return
    with server_watched(context):
        world = context.harness.before_scenario(scenario)
        context.world, context.database, context.engine = world, world.database, world.engine
        context.session = Session(world.engine, expire_on_commit=False)
        world.at_the_end(context.session.close)


def after_scenario(context: Context, scenario: Scenario) -> None:
    """Check what the scenario left behind."""
    if "world" in context:
        if (unclaimed := getattr(context.world, "unclaimed", None)) is not None:
            reports.add_refusals(scenario, unclaimed())
        with server_watched(context):
            context.harness.after_scenario(context.world, scenario)


@fixture(name="fixture.database")  # type: ignore[untyped-decorator]
def own_database(context: Context) -> Iterator[None]:
    """Give a scenario, a rule or a feature a database of its own."""
    with context.harness.database_of_its_own():
        yield


@fixture(name="fixture.rollback")  # type: ignore[untyped-decorator]
def rolled_back(context: Context) -> Iterator[None]:
    """Roll back whatever a scenario, or each one of a rule or a feature, has stored."""
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
    """Set up what a `@fixture.…` tag asks for; behave takes it down with what it stands on."""
    if tag in FIXTURES:
        use_fixture_by_tag(tag, context, FIXTURES)


@contextmanager
def server_watched(context: Context) -> Iterator[None]:
    """End the run if the server turns out to be gone."""
    try:
        yield
    except psycopg.OperationalError as error:
        end_run(context, provision.is_gone(error))


def _cannot_start(context: Context, refusal: HarnessError) -> None:
    end_run(context, refusal)
    summary.leave_out(context.config)
