"""Small suites of behave's, run in this process by the hooks that a project is given."""

import os
import random
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import chain
from textwrap import dedent
from typing import Any, Final, Self

from behave.configuration import Configuration
from behave.model import Feature, Rule, Scenario
from behave.parser import parse_feature
from behave.runner import Context, ModelRunner
from behave.step_registry import StepRegistry
from psycopg import sql
from sqlalchemy import URL, text

import scope_model
from pgharness.adapters import behave as given
from pgharness.adapters.behave.reporting.run_reports import Collecting
from pgharness.adapters.test_run import Harness
from pgharness.core.application import plain_application
from pgharness.core.options import Options, ServerKind
from pgharness.databases.templates import RunDatabases
from pgharness.results.model import Case, Run, Status
from pgharness.servers import provision
from scope_model import Element, Visit
from shared_things import ACTIONS, REFRESH, Schema, stored

QUIET: Final = ("--no-capture", "--no-capture-stderr", "--no-logcapture", "--no-capture-hooks")
NEXT_FEATURE: Final = re.compile(r"\n\n(?=(?:@.*\n)?Feature:)")

VERDICTS: Final = {
    Status.PASSED: "passed",
    Status.FAILED: "failure",
    Status.SKIPPED: "skipped",
    Status.NOT_RUN: "not run",
}
"""All other statuses are errors."""

EMBEDDED: Final = Options(kind=ServerKind.EMBEDDED)
"""A run on a server of its own, which scenarios may kill."""

Breaks = Mapping[str, str]
"""The titles of what a hook of the project's own fails at, by when it fails; see `_hooks`."""


@dataclass(frozen=True)
class Ran:
    """A run that has ended."""

    failed: bool
    """Whether `behave` would exit with 1."""
    verdicts: Mapping[str, str]
    """By the titles of all scenarios: passed, failure, error, skipped or not run."""
    messages: Mapping[str, str]
    """What the reports say of those that did not pass."""
    hooks: Mapping[str, str]
    """What the reports say of failed hooks and cleanups of features and rules, by their kind."""
    visits: list[Visit]

    def visit(self, title: str) -> Visit:
        """Return what one scenario found and left."""
        (found,) = [visit for visit in self.visits if visit.scenario.name == title]
        return found

    def people(self) -> dict[str, str]:
        """Return which people each scenario found, by its title."""
        return {
            visit.scenario.name: " ".join(name for (name,) in visit.found.get("directory", []))
            for visit in self.visits
        }

    def differences(self) -> dict[str, str]:
        """Return which scenarios found anything else than their scopes share, and what."""
        return scope_model.differences(self.visits)

    def check(self) -> None:
        """Fail unless all scenarios passed, and found what their scopes share and nothing else."""
        assert set(self.verdicts.values()) == {"passed"}, (self.verdicts, self.messages)
        assert not self.failed, "the run failed"
        assert not self.differences(), self.differences()


@dataclass(frozen=True)
class Suites:
    """Runs suites on one server, each on databases of its own, which it drops."""

    url: URL
    options: Options = field(default_factory=Options)

    @classmethod
    @contextmanager
    def on(cls, url: URL) -> Iterator[Self]:
        """Hold the template for all runs, so that none has to build it."""
        with ExitStack() as cleanups:
            RunDatabases(url, "f" * 16, Schema()).open(cleanups)
            yield cls(url, Options(kind=ServerKind.EXTERNAL, url=url))

    def run(
        self,
        suite: str,
        *,
        breaks: Breaks | None = None,
        arrange: Callable[[list[Feature]], None] = lambda _: None,
        options: Options | None = None,
    ) -> Ran:
        """Run features, each of them after an empty line, in the order that `arrange` makes."""
        before = self._databases()
        features = features_in(suite)
        arrange(features)
        harness = Harness(options or self.options, plain_application(Schema()))
        try:
            harness.start()
            failed, visits, run = _run(harness, features, breaks or {})
        finally:
            harness.close()
        assert self._databases() == before, "the run has left a database behind"
        verdicts = {case.name: VERDICTS.get(case.status, "error") for case in run.cases}
        messages = {case.name: _said(case) for case in run.cases if case.status != Status.PASSED}
        hooks: dict[str, str] = {}
        for hook in chain.from_iterable(feature.hooks for feature in run.features):
            kind = hook.name.partition(" ")[0]
            said = hook.problem.message if hook.problem else ""
            hooks[kind] = "\n".join(filter(None, [hooks.get(kind), said]))
        return Ran(failed, verdicts, messages, hooks, visits)

    def _databases(self) -> set[str]:
        with provision.connect(self.url) as connection:
            return {name for (name,) in connection.execute("SELECT datname FROM pg_database")}


def features_in(suite: str) -> list[Feature]:
    """Parse features, each of which begins after an empty line."""
    texts = NEXT_FEATURE.split(dedent(suite).strip())
    return [
        parse_feature(text, filename=f"suite_{number}.feature") for number, text in enumerate(texts)
    ]


def backwards(features: list[Feature]) -> None:
    """Turn the order of everything around."""
    features.reverse()
    for container in _containers(features):
        container.run_items.reverse()


def shuffled(seed: int) -> Callable[[list[Feature]], None]:
    """Return what puts everything into some order."""
    chance = random.Random(seed)  # noqa: S311 (no secret)

    def shuffle(features: list[Feature]) -> None:
        chance.shuffle(features)
        for container in _containers(features):
            chance.shuffle(container.run_items)

    return shuffle


def only(title: str) -> Callable[[list[Feature]], None]:
    """Return what leaves out all scenarios but one."""

    def leave_out(features: list[Feature]) -> None:
        for container in _containers(features):
            container.run_items = [item for item in container.run_items if title in _titles(item)]
        features[:] = [feature for feature in features if feature.run_items]

    return leave_out


def _titles(item: Feature | Rule | Scenario) -> list[str]:
    if isinstance(item, Scenario):
        return [item.name]
    return [scenario.name for scenario in item.walk_scenarios()]


def _containers(features: list[Feature]) -> Iterable[Any]:
    for feature in features:
        yield from (*feature.rules, feature)


def _run(
    harness: Harness[Any], features: list[Feature], breaks: Breaks
) -> tuple[bool, list[Visit], Run]:
    config = Configuration([*QUIET], load_config=False)
    config.base_dir = os.curdir
    config.reporters = []
    runner = ModelRunner(config, features, step_registry=_steps())
    visits: list[Visit] = []
    runner.hooks = _hooks(harness, breaks, visits)
    runner.formatters = [Collecting(config)]
    failed = bool(runner.run_model())
    return failed, visits, runner.formatters[0].run()


def _hooks(harness: Harness[Any], breaks: Breaks, visits: list[Visit]) -> dict[str, Any]:
    """Wrap the hooks as a project does; its own part fails as `breaks` says.

    When: "before" and "after" what the harness's hooks surround; "in place of" the harness's hook
    before it, or "instead of" the one after it, which then is never called.
    """

    def before_all(context: Context) -> None:
        context.harness = harness

    def before(context: Context, element: Element) -> None:
        _fail(breaks, "in place of", element)
        getattr(given, f"before_{element.type}")(context, element)
        if isinstance(element, Scenario):
            context.found = stored(context.database.observer)
        _fail(breaks, "before", element)

    def after(context: Context, element: Element) -> None:
        if "found" in context:
            observer = context.database.observer
            visit = Visit(element, observer.info.dbname, context.found, stored(observer))
            visits.append(visit)
        _fail(breaks, "instead of", element)
        with ExitStack() as cleanups:
            if isinstance(element, Scenario):
                cleanups.callback(given.after_scenario, context, element)
            _fail(breaks, "after", element)

    kinds = ("feature", "rule", "scenario")
    return {
        "before_all": before_all,
        "before_tag": given.before_tag,
        **{f"before_{kind}": before for kind in kinds},
        **{f"after_{kind}": after for kind in kinds},
    }


def _fail(breaks: Breaks, when: str, element: Element) -> None:
    if breaks.get(when) == element.name:
        raise RuntimeError(f"a hook fails {when} {element.name!r}")


def _steps() -> StepRegistry:
    """Return the steps: of the actions, and of what has nothing to do with a person."""
    registry = StepRegistry()
    for action, statements in ACTIONS.items():
        registry.add_step_definition("step", f"{{person:w}} {action}", _doing(statements))
    for pattern, function in (
        ("the step fails", _fails),
        ("the database ignores each DELETE from {table}", _ignores_deletes),
        ("the server is killed and started again", _is_killed),
    ):
        registry.add_step_definition("step", pattern, function)
    return registry


def _doing(statements: tuple[str, ...]) -> Callable[[Context, str], None]:
    def step(context: Context, person: str) -> None:
        with context.engine.begin() as connection:
            for statement in (*statements, REFRESH):
                connection.execute(text(statement), {"person": person})

    return step


def _fails(_: Context) -> None:
    raise AssertionError("the step fails on purpose")


def _ignores_deletes(context: Context, table: str) -> None:
    context.database.observer.execute(
        sql.SQL(
            "CREATE RULE lasting AS ON DELETE TO {table} DO INSTEAD NOTHING;"
            "ALTER TABLE {table} ENABLE ALWAYS RULE lasting"
        ).format(table=sql.Identifier(table))
    )


def _is_killed(context: Context) -> None:
    context.database.crash()
    context.database.restart()


def _said(case: Case) -> str:
    """Return all that the reports say of a case that did not pass."""
    problems = [one.problem.message for one in case.executed if one.problem is not None]
    return "\n".join([case.reason, *problems]).strip()
