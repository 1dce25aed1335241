"""The behave runner that checks the selection and reports the end of a run.

`[tool.behave] runner` in pyproject.toml names it.
"""

import gc
from collections.abc import Mapping
from itertools import chain
from pathlib import Path
from typing import Any, Final

from behave.configuration import Configuration
from behave.exception import ConfigError
from behave.formatter._registry import make_formatters
from behave.model import Feature
from behave.model_type import FileLocation
from behave.reporter.junit import JUnitReporter
from behave.reporter.summary import SummaryReporter
from behave.step_registry import AmbiguousStep

from pgharness.adapters.behave import step_lookup
from pgharness.adapters.behave.beginning import early_server
from pgharness.adapters.behave.orderly import OrderlyRunner
from pgharness.adapters.behave.parallel import division
from pgharness.adapters.behave.parallel.number import asked, number_of, order
from pgharness.adapters.behave.parallel.pool import Pool
from pgharness.adapters.behave.parallel.units import units_of
from pgharness.adapters.behave.project import project_of
from pgharness.adapters.behave.reporting import reports
from pgharness.adapters.behave.reporting.run_reports import RunReports
from pgharness.adapters.behave.reporting.summary import Summary
from pgharness.adapters.behave.selection import checking, feature_paths
from pgharness.adapters.behave.step_matchers import use_late_matchers
from pgharness.core import console
from pgharness.core.errors import HarnessError
from pgharness.core.exits import interruptible, say
from pgharness.core.option_names import DURATIONS, ORDER, REPORTS
from pgharness.core.settings_file import tables
from pgharness.results.durations import shared
from pgharness.results.settings import ReportSettings, report_settings
from pgharness.results.stream.shards import Part

TERMINAL: Final = "pgharness.results:Terminal"
"""The formatter that ends with a summary of its own."""


class Runner(OrderlyRunner):
    """Runs the selected scenarios; refuses an empty selection before a server is started."""

    def __init__(self, config: Configuration) -> None:
        console.print_any_text()
        super().__init__(config)
        shown = TERMINAL in (config.format or ())
        config.reporters = [
            Summary(config) if type(reporter) is SummaryReporter else reporter
            for reporter in config.reporters
            if not isinstance(reporter, JUnitReporter)  # see `RunReports`
            and not (shown and isinstance(reporter, SummaryReporter))
        ]
        reports.mask(config)
        self._undefined_steps = step_lookup.UndefinedSteps(self)
        self._reports: RunReports | None = None
        self._asked: int | None = None
        """The number of workers that was asked for."""
        self._seed: int | None = None
        """Of a random order."""
        self._pool: Pool | None = None
        """The workers, if there are several."""
        self._settings = ReportSettings()

    @interruptible()
    def run(self) -> bool:
        """Run the selected scenarios; return whether the run failed."""
        try:
            project = project_of(Path.cwd() / "features")
            self._settings = report_settings(project, self._userdata())
            with RunReports(self, self._settings) as self._reports:
                return self._run(self._reports)
        except HarnessError as refusal:
            said = "Cannot run" if self._reports is None else "The reports are not complete"
            say(f"\n{said}: {refusal}")
            return True

    def _userdata(self) -> Mapping[str, str]:
        own = (DURATIONS, REPORTS)
        return {name: value for name, value in self.config.userdata.items() if name in own}

    def _run(self, run_reports: RunReports) -> bool:
        try:
            checking.check_options(self.config)
            division.shard_of(self.config.userdata)
            self._asked = asked(self.config, tables(project_of(Path.cwd() / "features")))
            self._seed = order(self.config)
            failed = bool(super().run())
        except HarnessError as refusal:
            say(f"\nCannot run: {refusal}")
            run_reports.refuse(refusal)
            return True
        run_reports.ended(failed=failed)
        return failed

    def setup_paths(self) -> None:
        """Find the folder of the steps. Raises `HarnessError`."""
        feature_paths.check(self.config.paths)
        try:
            super().setup_paths()
        except ConfigError as error:
            raise HarnessError(f"{error}: name a folder of features, or a file in one.") from None

    def run_with_paths(self) -> bool:
        """Run the features of the selection, which was checked: behave would parse them again."""
        self.features = checking.checked(self.config, self.feature_locations(), Path(self.base_dir))
        with early_server(self.config, Path(self.base_dir)) as self.early_server:
            if not self.config.dry_run:  # which checks all steps
                use_late_matchers()
            self.load_hooks()
            self.load_step_definitions()
            self.formatters = make_formatters(self.config, self.config.outputs)
            gc.freeze()  # what is loaded stays: it need not be visited, nor copied by forks
            gc.enable()  # see `starting`
            return bool(self.run_model())

    def load_step_definitions(self, extra_step_paths: list[str] | None = None) -> None:
        """Load the step modules. Raises `HarnessError` if one cannot be, or two define one step."""
        try:
            super().load_step_definitions(extra_step_paths)
        except AmbiguousStep as error:
            raise step_lookup.ambiguous(error) from None

    def feature_locations(self) -> list[FileLocation]:
        """Return the selected locations, each file once with all of its lines."""
        files: dict[Path, list[FileLocation]] = {}
        for location in super().feature_locations():
            file = files.setdefault(Path(location.filename).resolve(), [])
            first = file[0].filename if file else location.filename
            file.append(FileLocation(first, location.line))
        return list(chain.from_iterable(files.values()))

    def run_model(self, features: list[Feature] | None = None) -> Any:
        """Run the features; those without selected scenarios are skipped from the start."""
        for feature in self.features:
            _skip_what_is_not_run(feature, self.config)
        part = self._divided()
        for feature in self.features:
            _skip_what_is_empty(feature)
        units = units_of(self.features, self.config, self.hooks)
        number = number_of(self._asked, self, len(units), ordered=self._seed is not None)
        if self._reports is not None:
            self._reports.prepare(number, part)
            if number > 1 or self._seed is not None:
                self._pool = Pool(self, self._reports, units, number, self._seed)
                if self._seed is not None:
                    say(f"In a random order, which -D {ORDER}={self._seed} repeats.")
        return super().run_model(features)

    def _run_features(self) -> bool:
        if self._pool is None or self.aborted:
            return super()._run_features()
        return self._pool.run()

    def _divided(self) -> Part | None:
        """Leave out what other shards run; return what is left, or None for a whole run."""
        shard = division.shard_of(self.config.userdata)
        if shard.count == 1:
            return None
        part = division.divide(self, shard, shared(self._settings))
        print(part, flush=True)
        return part


def _skip_what_is_not_run(feature: Feature, config: Configuration) -> None:
    """Skip scenarios that were not selected or have no steps: behave reports them as passed."""
    for scenario in feature.walk_scenarios():
        if not scenario.should_run(config):
            scenario.mark_skipped()
        elif not any(scenario.all_steps):
            scenario.mark_skipped()
            scenario.skip_reason = "it has no steps"


def _skip_what_is_empty(feature: Feature) -> None:
    """Skip a feature or a rule of which each scenario is skipped."""
    for element in (*feature.rules, feature):
        scenarios = element.walk_scenarios()
        if scenarios and all(scenario.should_skip for scenario in scenarios):
            element.should_skip = True
