"""Fault injection: statements and migrations that fail on purpose."""
