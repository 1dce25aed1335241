"""`python -m pgharness.results`."""

from pgharness.core import exits
from pgharness.results.commands import main

exits.program(main)
