"""Emptying a database.

`plan` decides what is emptied and in which order, from `foreign_keys` and `sequences`; `function`
writes the SQL that does it; `execute` calls it; `reset` is what others call, and explains refusals.
"""
