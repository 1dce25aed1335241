"""A PostgreSQL test harness for pytest and behave: real servers, template databases, resets."""
