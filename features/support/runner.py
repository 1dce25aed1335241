"""Behave's runner, for what concerns a run as a whole: what is chosen, how it ends.

`[tool.behave] runner` in pyproject.toml names it.
"""

from pathlib import Path

from behave.exception import ConfigError
from behave.runner import Runner as BehaveRunner

from features.support import not_started, selection, selection_paths
from features.support.refusal import Refusal


class Runner(BehaveRunner):  # type: ignore[misc]
    """Runs what was chosen; if that is nothing, it is refused before a server is started."""

    def run(self) -> bool:
        """Return whether the run failed."""
        try:
            selection.check_options(self.config)
            return bool(super().run())
        except Refusal as refusal:
            not_started.report(self.config, refusal)
            return True

    def setup_paths(self) -> None:
        """Find the folder that the steps are in."""
        selection_paths.check(self.config.paths)
        try:
            super().setup_paths()
        except ConfigError as error:
            raise Refusal(f"{error}: name a folder of features, or a file in one.") from None

    def run_with_paths(self) -> bool:
        """Parse the features once more than behave does, to check what is chosen of them."""
        selection.check(self.config, self.feature_locations(), Path(self.base_dir))
        return bool(super().run_with_paths())
