"""Emptying a database.

`plan` decides what is emptied and in which order, from `foreign_keys` and `sequences`; `function`
generates the SQL; `execute` calls it; `reset` is the interface, and explains errors.
"""
