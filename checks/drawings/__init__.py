"""The drawings of `docs/drawings/`, made from the code."""
