"""`python -m pgharness.results`."""

import sys

from pgharness.core import exits
from pgharness.results import needed

try:
    from pgharness.results.commands import main
except ModuleNotFoundError as error:
    print(f"python -m pgharness.results: {needed(error)}", file=sys.stderr)
    sys.exit(2)

if __name__ == "__main__":
    exits.program(main)
