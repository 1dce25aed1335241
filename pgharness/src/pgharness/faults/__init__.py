"""Fault injection: statements, commits and migrations that fail on purpose."""
