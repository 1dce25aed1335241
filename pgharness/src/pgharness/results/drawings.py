"""Drawings that a page of results shows: SVG files of the project."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Drawing:
    """A drawing that refers to nothing outside of it and runs nothing."""

    title: str
    """Its `<title>`."""
    svg: str
    """The `<svg>` element, without an XML declaration: HTML can contain it."""
    description: str
    """Its `<desc>`; empty if it has none."""
