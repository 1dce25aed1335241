"""Upgrades and downgrades, of every age of the schema and beside others."""
