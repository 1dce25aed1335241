"""The schema, connections to it, and what binds them to a tenant."""
