"""Changes of the schema, read from the catalogue: each takes one safeguard away or weakens it."""
