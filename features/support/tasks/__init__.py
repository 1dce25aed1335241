"""Tasks and what they belong to."""
