"""The database that a test receives, and how it is restored."""
