"""Tests of what judges faults: most without a server."""
