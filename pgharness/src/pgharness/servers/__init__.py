"""PostgreSQL servers: embedded, in a container, or given by a URL."""
