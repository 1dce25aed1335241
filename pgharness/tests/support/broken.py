"""`python broken.py MODULE …` is `python -m MODULE …` with the fault that a test injects."""

import runpy
import sys
from pathlib import Path
from typing import Final

OWN: Final = str(Path(__file__).parent)
"""What Python puts on the path for a script."""

REPOSITORY: Final = str(Path(__file__).parents[3])
"""Where the repository's own faults are."""


def main() -> None:
    """Inject the fault, then run the module."""
    # Until the fault is loaded; then the path is what `python -m` makes it.
    own = [entry for entry in sys.path if entry != OWN]
    from breaking import FOLDERS, inject_from_environment

    sys.path[:] = [*FOLDERS, REPOSITORY, *own]
    inject_from_environment()
    sys.path[:] = ["", *own]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
