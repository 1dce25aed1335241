"""Behave's runner, for what concerns a run as a whole: what is chosen, how it ends.

`[tool.behave] runner` in pyproject.toml names it.
"""

from behave.runner import Runner as BehaveRunner


class Runner(BehaveRunner):  # type: ignore[misc]
    """Runs what was chosen."""
