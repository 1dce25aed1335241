"""SQLAlchemy sessions for tests: rolled back by themselves, or really committed."""
