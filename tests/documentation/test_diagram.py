"""The diagram in the documentation is the one that the metadata gives."""

from docs import diagram


def test_the_committed_diagram_is_the_one_of_now() -> None:
    page = diagram.PAGE.read_text("utf-8")
    assert diagram.BEGIN in page
    assert diagram.with_diagram(page) == page, "run `uv run python -m docs.diagram`"
