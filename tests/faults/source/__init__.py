"""Mutants of the source of the service and of its migrations, made by operators on its syntax."""
