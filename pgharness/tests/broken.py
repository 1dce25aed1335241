"""`python broken.py MODULE …` is `python -m MODULE …` with the fault that a test injects."""

import runpy
import sys
from pathlib import Path
from typing import Final

FOLDERS: Final = (str(Path(__file__).parent), str(Path(__file__).parents[2]))
"""Where faults are: beside this module, and in the repository's own tests."""


def main() -> None:
    """Break this process, then be the module."""
    # Until the fault is loaded; then the path is what `python -m` makes it.
    own = [entry for entry in sys.path if entry != FOLDERS[0]]
    sys.path[:] = [*FOLDERS, *own]
    from breaking import inject_as_told

    inject_as_told()
    sys.path[:] = ["", *own]
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
