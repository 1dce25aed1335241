"""`behave -f tests.reports.ran:Ran`: what a run runs, to compare its reports with."""

from behave.formatter.base import Formatter
from behave.model import Scenario


class Ran(Formatter):  # type: ignore[misc]
    """Writes a line for each scenario that is run."""

    name = "ran"
    description = "Lists what is run."

    def scenario(self, scenario: Scenario) -> None:
        """Write which one it is."""
        self.stream = self.open()
        title, _, number = scenario.name.strip().partition(" -- @1.")
        name = f"{title} ({number})" if number > "1" else title
        self.stream.write(f"ran {scenario.filename}: {name}\n")
