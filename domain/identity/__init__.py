"""Accounts, their passwords and sessions, and how somebody is known to be who they say."""
