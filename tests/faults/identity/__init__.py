"""Faults of accounts, passwords, sessions and tokens."""
