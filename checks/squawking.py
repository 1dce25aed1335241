"""`python -m checks.squawking`: run the SQL linter squawk on each revision.

Exceptions are comments beside a statement, with the reason: `-- squawk-ignore rule (why)`.
"""

import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from alembic import command

from features.support.migrations import alembic_commands
from features.support.service import ROOT
from migrations.guards import EXCUSE
from pgharness.core import exits

SQUAWK: Final = Path(sys.executable).with_name("squawk")
SETTINGS: Final = ROOT / "migrations" / "squawk.toml"


def main() -> int:
    """Print the warnings of squawk; return 1 if there are any."""
    with TemporaryDirectory() as folder:
        for script in alembic_commands.history():
            span = f"{script.down_revision or 'base'}:{script.revision}"
            text = "\n\n".join(_excused(alembic_commands.printed(command.upgrade, span)))
            (Path(folder) / f"{Path(script.path).stem}.sql").write_text(text + "\n", "utf-8")
        files = sorted(path.name for path in Path(folder).iterdir())
        linter = [str(SQUAWK), "--config", str(SETTINGS)]
        return subprocess.run([*linter, *files], cwd=folder, check=False).returncode


def _excused(statements: Iterable[str]) -> Iterator[str]:
    """Yield the statements; one with an exception is joined to one line below its comment.

    squawk applies the comment to the next line only.
    """
    excuse = ""
    for statement in statements:
        if EXCUSE in statement:
            excuse = f"{statement}\n"
        elif excuse:
            yield excuse + " ".join(statement.split())
            excuse = ""
        else:
            yield statement


if __name__ == "__main__":
    exits.program(main)
