"""A runner for the sample `retry`: behave has a function for this, and no option."""

from typing import Any

from behave.contrib.scenario_autoretry import patch_scenario_with_autoretry
from behave.runner import Runner


class Retrying(Runner):  # type: ignore[misc]
    """Retries each scenario that fails up to two times."""

    def run_model(self, features: Any = None) -> Any:
        """Run the features."""
        for feature in self.features:
            for scenario in feature.walk_scenarios():
                patch_scenario_with_autoretry(scenario, max_attempts=3)
        return super().run_model(features)
