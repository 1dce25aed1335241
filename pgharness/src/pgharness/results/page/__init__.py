"""The HTML page of a run: one file that needs no server and sends no request."""

from pgharness.results.page.rendering import render, write

__all__ = ["render", "write"]
