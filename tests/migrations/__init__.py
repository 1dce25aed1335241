"""Tests of `alembic` as a developer runs it, and of the history of the schema."""
