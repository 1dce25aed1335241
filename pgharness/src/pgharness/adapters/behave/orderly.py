"""A runner that cleans up and reports after any exception."""

import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from behave.configuration import Configuration
from behave.formatter.base import StreamOpener
from behave.model import Feature
from behave.runner import Runner as BehaveRunner
from behave.runner import the_step_registry as registry
from behave.step_registry import AmbiguousStep, StepRegistry

from pgharness.adapters.behave.containing_context import ContainingContext
from pgharness.adapters.behave.ending import end_run
from pgharness.adapters.behave.project import make_importable
from pgharness.adapters.contained import Contained
from pgharness.core import exits
from pgharness.core.errors import HarnessError
from pgharness.core.exits import Interrupted, interruptions
from pgharness.servers.early import EarlyServer


class OrderlyRunner(BehaveRunner):  # type: ignore[misc]
    """behave's runner with signal handling; cleanups and reports run after any exception."""

    features: list[Feature]
    step_registry: StepRegistry | None
    aborted: bool
    base_dir: str
    is_fork = False
    """Whether another process reports what this one does."""
    early_server: EarlyServer | None = None
    """What the hooks may take instead of starting a server."""

    def __init__(self, config: Configuration) -> None:
        super().__init__(config)
        interruptions.handle_signals()
        replaced = exits.watch_outputs()
        for reporter in config.reporters:
            for name, stream in replaced.items():
                if getattr(reporter, "stream", reporter) is stream:
                    reporter.stream = getattr(sys, name)
        config.outputs = [
            opener if opener.name else StreamOpener(stream=sys.stdout) for opener in config.outputs
        ]

    def load_hooks(self, filename: str | None = None) -> None:
        """Load the hooks, with a context that contains them. Raises `HarnessError`."""
        self.context = ContainingContext(self)
        make_importable(Path(self.base_dir))
        with loading("the hooks"):
            super().load_hooks(filename)

    def load_step_definitions(self, extra_step_paths: list[str] | None = None) -> None:
        """Load the step modules. Raises `HarnessError` if one cannot be loaded."""
        with loading("the steps"):
            super().load_step_definitions(extra_step_paths)

    def run_model(self, features: list[Feature] | None = None) -> bool:
        """Run the features; return whether the run failed.

        It differs from behave's in that hooks, cleanups and reports at the end run in any case.
        """
        self.features = self.features if features is None else features
        if self.step_registry is None:
            self.step_registry = registry
        self.hook_failures = 0
        self.run_hook("before_all")
        failed = self._run_features()
        failed |= self.aborted
        interruptions.raise_no_more()
        with self._surviving():
            self.run_hook_with_capture("after_all")
        try:
            self.context._do_remaining_cleanups()  # noqa: SLF001 (behave offers no public way)
        except Exception:  # noqa: BLE001 (behave has printed it)
            failed = True
        for finish in (
            *(formatter.close for formatter in self.formatters),
            *(reporter.end for reporter in self.config.reporters),
        ):
            with self._surviving():
                finish()
        return failed or self.hook_failures > 0 or bool(self.undefined_steps)

    def _run_features(self) -> bool:
        """Run the features; return whether one of them failed."""
        failed = False
        for feature in self.features:
            ended = self.aborted or interruptions.first is not None
            if not (ended or (failed and self.config.stop)):
                failed |= self.run_feature(feature)
            self._report(feature)
        return failed

    def run_feature(self, feature: Feature) -> bool:
        """Run a feature; return whether it failed. Any exception ends the run."""
        try:
            self.feature = feature
            for formatter in self.formatters:
                formatter.uri(feature.filename)
            return bool(feature.run(self))
        except Interrupted:
            self.aborted = True
        except BaseException as error:  # noqa: BLE001 (behave's own, or a formatter's)
            traceback.print_exc(file=sys.__stderr__)
            end_run(self.context, broke_off(error))
        return True

    def _report(self, feature: Feature) -> None:
        for reporter in self.config.reporters:
            with self._surviving():
                reporter.feature(feature)

    @contextmanager
    def _surviving(self) -> Iterator[None]:
        """Print an error in this block, and let the run fail, but continue."""
        try:
            yield
        except Interrupted:
            self.aborted = True
        except BaseException:  # noqa: BLE001 (nothing may end the run before its end)
            traceback.print_exc(file=sys.__stderr__)
            self.hook_failures += 1


@contextmanager
def loading(what: str) -> Iterator[None]:
    """Raise `HarnessError` for any error in this block."""
    try:
        with Contained():
            yield
    except (AmbiguousStep, HarnessError):
        raise
    except Exception as error:  # noqa: BLE001 (whatever a module raises)
        traceback.print_exc()
        raise HarnessError(
            f"{what} cannot be loaded ({type(error).__name__}: {error}); see above where."
        ) from None


def broke_off(error: BaseException) -> HarnessError:
    """Return the error of a run that ends by what it does not expect."""
    return HarnessError(f"the run broke off ({type(error).__name__}: {error}), please report it.")
