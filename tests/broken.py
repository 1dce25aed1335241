"""`python tests/broken.py MODULE …` is `python -m MODULE …` with the fault that a test injects."""

import runpy
import sys
from pathlib import Path


def main() -> None:
    """Break this process, then be the module."""
    # In the place of the script's folder, until the fault is loaded: then as `python -m` has it.
    sys.path[0] = str(Path(__file__).parents[1])
    from tests.breaking import inject_as_told

    inject_as_told()
    sys.path[0] = ""
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
