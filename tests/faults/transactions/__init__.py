"""Faults of units of work: atomicity, retries, limits, durability."""
