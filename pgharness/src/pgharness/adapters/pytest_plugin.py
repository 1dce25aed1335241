"""The pytest plugin, registered by the entry point `pytest11`.

Each pytest process, also each worker of pytest-xdist, is a run with its own clone of the template,
which is created for the first test that needs it and dropped at the end. The modules for that are
imported then, so that the plugin costs nothing in a project that does not use it.
"""

import argparse
import re
import sys
import warnings
from collections.abc import Generator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Final

try:
    import pytest
except ModuleNotFoundError:
    from pgharness.core.extras import not_installed

    raise not_installed(module="pytest") from None

from pgharness.core.option_names import (
    DURATIONS,
    HEADING,
    OPTIONS,
    ORDER,
    REPORTS,
    SHARD,
    WORKERS,
)

if TYPE_CHECKING:
    from pgharness.adapters.configuration import Configuration

pytest_plugins = ["pgharness.adapters.pytest_fixtures"]

CONFIGURATION: Final = pytest.StashKey["Configuration"]()
BEHAVE_ONLY: Final = {
    DURATIONS: "pytest-xdist divides tests while they run",
    ORDER: "pytest-randomly has -p",
    REPORTS: "pytest writes a report with --junit-xml",
    SHARD: "pytest-xdist divides tests among machines by --tx",
    WORKERS: "pytest-xdist has -n",
}
"""Options that mean nothing here, and what does the same."""
HELP: Final = "an option of pgharness: " + ", ".join(OPTIONS)
INI: Final = "pgharness_"
LONG: Final = "--pgharness"
SHORT: Final = "-D"
SHORT_IS_TAKEN: Final = pytest.StashKey[bool]()
MARK: Final = (
    "pgharness(isolation): which database the test receives and how it is cleaned up:"
    " rollback, reset, database, empty_database or server"
)


def pytest_addoption(parser: pytest.Parser, pluginmanager: pytest.PytestPluginManager) -> None:
    """Add the ini options, and the long form of the option."""
    # pytest would rewrite the assertions of all modules of a plugin's distribution, which takes
    # time and extends their messages.
    marked: set[str] = getattr(pluginmanager.rewrite_hook, "_must_rewrite", set())
    marked -= {name for name in marked if name.partition(".")[0] == "pgharness"}
    group = parser.getgroup("pgharness")
    group.addoption(LONG, action="append", default=[], metavar="name=value", help=HELP)
    for name, meaning in OPTIONS.items():
        parser.addini(INI + name, f"pgharness: {meaning}", default="")


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None]:
    """Add the short option -D, as behave has it, unless another plugin has added it."""
    # pytest does not know it yet, and has taken its values for paths.
    places = early_config.known_args_namespace.file_or_dir
    values = [value for option, value in pairwise(args) if option == SHORT]
    places[:] = [place for place in places if place not in values]
    yield
    try:
        parser.getgroup("pgharness").addoption(
            SHORT, action="append", dest="pgharness", metavar="name=value", help=f"as {LONG}"
        )
    except argparse.ArgumentError:
        early_config.stash[SHORT_IS_TAKEN] = True


def pytest_report_header(config: pytest.Config) -> list[str]:
    """Report that another plugin has -D, in a project that uses this plugin."""
    if config.stash.get(SHORT_IS_TAKEN, False) and CONFIGURATION in config.stash:
        return [f"pgharness: another plugin has {SHORT}; use {LONG} name=value"]
    return []


def pytest_configure(config: pytest.Config) -> None:
    """Check the configuration before tests are collected, in a project that uses the plugin."""
    config.addinivalue_line("markers", MARK)
    file = config.rootpath / "pyproject.toml"
    if (
        config.getoption("pgharness")
        or _ini(config)
        or (file.is_file() and HEADING.search(file.read_text("utf-8")))
    ):
        configuration(config)


def configuration(config: pytest.Config) -> "Configuration":
    """Return the configuration. Raises `pytest.UsageError` for an unknown name or value."""
    if CONFIGURATION not in config.stash:
        given = config.getoption("pgharness")
        config.stash[CONFIGURATION] = read(config.rootpath, given, _ini(config))
    return config.stash[CONFIGURATION]


def read(project: Path, given: Sequence[str], ini: Mapping[str, str]) -> "Configuration":
    """Return the configuration of a project and of a run with options `name=value`.

    Raises `pytest.UsageError` for an unknown name or value.
    """
    from pgharness.adapters.configuration import configured
    from pgharness.core.errors import HarnessError

    for name, instead in BEHAVE_ONLY.items():
        if name in {*pairs(given), *ini}:
            raise pytest.UsageError(f"the option {name} is for behave only: {instead}.")
    try:
        return configured(project, pairs(given), ini=ini)
    except HarnessError as refusal:
        raise pytest.UsageError(str(refusal)) from None


def _ini(config: pytest.Config) -> dict[str, str]:
    """Return the ini options with our prefix, including unknown ones."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `inicfg` is deprecated without a replacement
        given = [name for name in config.inicfg if name.startswith(INI)]
    names = [name.removeprefix(INI) for name in given]
    return {name: str(config.getini(INI + name)) if name in OPTIONS else "" for name in names}


def pairs(given: Sequence[str]) -> dict[str, str]:
    """Return the names and values of `name=value`. Raises `pytest.UsageError`."""
    found = [text.partition("=") for text in given]
    for name, equals, _ in found:
        if not equals:
            shown = name if re.fullmatch("[a-z_.]+", name) else "…"
            raise pytest.UsageError(f"-D {shown} has no value: it looks like -D postgres=auto.")
    return {name: value for name, _, value in found}


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Check the mark of a test, even if the test uses no database."""
    if item.get_closest_marker("pgharness") is not None:
        from pgharness.adapters.pytest_cases import asked_for, refusals

        with refusals():
            asked_for(item)


@pytest.hookimpl(wrapper=True, trylast=True)  # innermost: a fork runs no other hook
def pytest_runtest_call(item: pytest.Item) -> Generator[None]:
    """End a fork of the process that leaves a test, before it runs further tests.

    Not in `pytest_pyfunc_call`, which is not called for methods of `unittest.TestCase`.
    """
    if "harness" not in getattr(item, "fixturenames", ()):
        yield
        return
    from pgharness.adapters.contained import OneProcess

    with OneProcess():
        yield


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Explain a failure, and record it for the fixtures; mask passwords in the report."""
    report = yield
    if report.failed and (cases := sys.modules.get("pgharness.adapters.pytest_cases")):
        cases.explain(item, report)
        item.stash[cases.FAILED] = True
    if report.longrepr or report.sections:
        _mask(report, item.config)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Mask passwords in the report of a module that cannot be imported."""
    report = yield
    if report.longrepr:
        _mask(report, collector.config)
    return report


def _mask(report: pytest.TestReport | pytest.CollectReport, config: pytest.Config) -> None:
    """Mask passwords in a report: pytest shows arguments of functions, also of drivers."""
    if (masking := sys.modules.get("pgharness.core.masking")) is None:
        return
    # As builtin types, the format in which workers send it.
    data = config.hook.pytest_report_to_serializable(config=config, report=report)
    if (masked := masking.masked_all(data)) != data:
        made = config.hook.pytest_report_from_serializable(config=config, data=masked)
        report.longrepr, report.sections = made.longrepr, made.sections
