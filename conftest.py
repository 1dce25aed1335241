"""Shared pytest plugins of all tests in this repository."""

pytest_plugins = ["docker_engine", "packages", "server_fixtures"]
