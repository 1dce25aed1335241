"""Accounts, passwords, login sessions and authentication."""
