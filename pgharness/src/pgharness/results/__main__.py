"""`python -m pgharness.results`."""

from pgharness.core import exits
from pgharness.results.commands import main

if __name__ == "__main__":
    exits.program(main)
