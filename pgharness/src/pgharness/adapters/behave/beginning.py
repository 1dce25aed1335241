"""Begin the run's embedded server before hooks and steps are loaded, which takes as long."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Final

from behave.configuration import Configuration

from pgharness.adapters.behave.project import project_of
from pgharness.adapters.configuration import configured
from pgharness.core.errors import HarnessError
from pgharness.core.option_names import SCHEMA
from pgharness.core.options import Options
from pgharness.servers.early import EarlyServer

HOOKS: Final = "pgharness.adapters.behave"
"""The text in an environment.py that has the harness's hooks, which start a server."""

REFUSED: Final = frozenset({"isolation", *SCHEMA})
"""The options that some `before_all` of the harness refuses."""


@contextmanager
def early_server(config: Configuration, base: Path) -> Iterator[EarlyServer]:
    """Begin the server of a run whose options and selection were checked; then remove it.

    `base` is the folder of environment.py. What the run has taken is the run's to remove.
    """
    with closing(EarlyServer()) as early:
        if not config.dry_run and (options := _options(config, base)) is not None:
            early.begin(options)
        yield early


def _options(config: Configuration, base: Path) -> Options | None:
    """Return the options with which the hooks will start a server; None if they may not."""
    environment = base / config.environment_file
    try:
        if HOOKS not in environment.read_text("utf-8") or REFUSED & config.userdata.keys():
            return None
        return configured(project_of(base.absolute()), config.userdata).options
    except (OSError, ValueError, HarnessError):
        return None  # reported when it is loaded or read
