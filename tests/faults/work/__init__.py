"""Faults of tasks, the workspace and objectives."""
