"""Thousands of tenants and tasks, written straight into the tables."""

from typing import Final

import psycopg

USERS: Final = """
    INSERT INTO users (email, display_name, password_hash, created_at, changed_at)
    SELECT format('tenant%%s@example.org', number), 'Tenant ' || number, '$argon2id$none',
           now(), now()
      FROM generate_series(1, %(tenants)s) AS number
"""
FINISHED: Final = """
    INSERT INTO tasks
           (owner_id, title, payload, created_at, status, result, started_at, finished_at)
    SELECT id, 'Task ' || number, '{}', now(), 'completed', '{}', now(), now()
      FROM generate_series(1, %(each)s) AS number, users ORDER BY number, id
"""
PENDING: Final = """
    INSERT INTO tasks (owner_id, title, payload, created_at)
    SELECT id, 'Task ' || number, '{}', now()
      FROM generate_series(1, %(each)s) AS number, users ORDER BY number, id
"""


def create_accounts(connection: psycopg.Connection, tenants: int) -> None:
    """Store accounts with a hash that no password has."""
    connection.execute(USERS, {"tenants": tenants})


def create_tasks(connection: psycopg.Connection, finished: int, pending: int) -> None:
    """Store this number of tasks for each user, interleaved, and analyze the tables."""
    connection.execute(FINISHED, {"each": finished})
    connection.execute(PENDING, {"each": pending})
    connection.execute("ANALYZE users, tasks")
