"""Emptying a database: what to delete, in which order, and how."""
