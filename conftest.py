"""Plugins of all tests here: those of the harness, and those of the criteria."""

pytest_plugins = ["docker_engine", "packages", "server_fixtures"]
