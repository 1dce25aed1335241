"""Faults of the service and its schema: each must be noticed by the features."""
