"""The file of a project's settings: `[tool.pgharness]` in pyproject.toml."""

import tomllib
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any, Final

from pgharness.core.errors import HarnessError
from pgharness.core.option_names import SHARD

FILE: Final = "pyproject.toml"
REPORT: Final = "report"
SUBTABLES: Final = (REPORT,)
"""The tables within `[tool.pgharness]`; see `pgharness.results.settings`."""


def tables(project: Path) -> dict[str, Any]:
    """Return `[tool.pgharness]` of a project, with the tables in it. Raises `HarnessError`."""
    try:
        text = (project / FILE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    try:
        table = deepcopy(_table(text))
    except tomllib.TOMLDecodeError as error:
        raise HarnessError(f"{FILE} cannot be read: {str(error).rstrip('.')}.") from None
    if not isinstance(table, dict):
        raise HarnessError(f"pgharness in [tool] of {FILE} is not a table: write [tool.pgharness].")
    if SHARD in table:
        raise HarnessError(
            f"{SHARD} in [tool.pgharness] would leave scenarios out of every run: give it to each"
            f" run, as -D {SHARD}=2/4."
        )
    if unknown := sorted(
        name for name, one in table.items() if isinstance(one, dict) and name not in SUBTABLES
    ):
        raise HarnessError(
            f"[tool.pgharness.{unknown[0]}] in {FILE} means nothing: there is"
            f" {', '.join(f'[tool.pgharness.{name}]' for name in SUBTABLES)}."
        )
    return table


@cache
def _table(text: str) -> Any:
    """Parse the file once: a run asks three times, for its options, its reports and its server."""
    return tomllib.loads(text).get("tool", {}).get("pgharness", {})
