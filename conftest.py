"""Plugins of all tests here: those of the harness, and those of the criteria."""

pytest_plugins = ["tests.docker_engine", "tests.packages"]
