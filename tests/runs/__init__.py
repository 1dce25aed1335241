"""Tests of whole runs: what is chosen, how a run ends, what is left behind."""
