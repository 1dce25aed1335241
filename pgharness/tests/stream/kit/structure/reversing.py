"""A runner for the sample `multiple-features-reversed`: behave has no option for it."""

from typing import Any

from behave.runner import Runner


class Reversing(Runner):  # type: ignore[misc]
    """Runs features and their scenarios from the last to the first."""

    def run_hook(self, hook_name: str, *args: Any) -> Any:
        """Reverse what is run once behave knows it all."""
        passed = super().run_hook(hook_name, *args)
        if hook_name == "before_all":
            self.features.reverse()
            for feature in self.features:
                feature.run_items.reverse()
        return passed
