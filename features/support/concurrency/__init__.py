"""Concurrent operations: stress tests and their invariants, crashes of the server."""
