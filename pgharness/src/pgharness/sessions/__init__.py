"""SQLAlchemy sessions for tests: rolled back automatically, or really committed."""
