"""Recording of SQL statements and log records."""
