"""Statements past the service, and why the database rejects them."""
