"""Faults of safeguards that matter only when several work at once."""
