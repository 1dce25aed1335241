"""Rows for tests: factories, data tables, and fingerprints of what is stored."""
