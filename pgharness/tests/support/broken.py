"""`python broken.py MODULE …` is `python -m MODULE …` with the fault that a test injects."""

import runpy
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
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
    with faults_on_path(["", *own]):
        from breaking import inject_from_environment

        inject_from_environment()
    del sys.argv[0]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


@contextmanager
def faults_on_path(others: Sequence[str]) -> Iterator[None]:
    """Let faults be importable in this block; after it the path is that of the others alone."""
    sys.path[:] = [OWN, *others]
    from breaking import FOLDERS

    sys.path[:] = [*FOLDERS, REPOSITORY, *others]
    yield
    sys.path[:] = others


if __name__ == "__main__":
    main()
