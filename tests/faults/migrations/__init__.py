"""Faults of revisions, and of what runs them."""
