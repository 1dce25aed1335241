"""The drawings made from the code: complete, legible, and fit to be part of a page."""

import re
import shutil
from collections.abc import Iterator
from itertools import combinations, pairwise, product
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import pytest
from playwright.sync_api import sync_playwright
from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

from checks import anomalies_table, operations_table, pages
from checks.drawings import anomalies, entities, layers, lifecycle, svg
from checks.drawings.layers import Edge
from domain import metadata
from domain.work.tasks import LIFECYCLE, TaskStatus
from features.support.transactions.anomaly_operations import VERDICTS
from pgharness.results import drawings
from tests.documentation.test_transactions_doc import operations

FOLDER: Final = pages.DOCS / "drawings"
NAMES: Final = ("anomalies", "entities", "task-lifecycle")
LARGEST: Final = 60_000
"""Bytes."""

CONTRAST: Final = 4.5
"""Of text, by WCAG 2.2, level AA."""

PLACES: Final = """
svg => [...svg.querySelectorAll("text")].map(text => {
  const {x, y, width, height} = text.getBBox();
  return [text.textContent, x, y, width, height, getComputedStyle(text).fill];
})
"""
CHROMIUM: Final = shutil.which("chromium") or shutil.which("google-chrome")


def page() -> str:
    return (pages.DOCS / "transactions.md").read_text("utf-8")


def parsed(drawing: str) -> ET.Element:
    try:
        return ET.fromstring(drawing)  # noqa: S314 (our own)
    except ET.ParseError as error:
        pytest.fail(f"not XML: {error}")


def texts(drawing: str) -> list[str]:
    return [str(each.text) for each in parsed(drawing).iter(f"{{{drawings.SVG}}}text")]


def described(drawing: str) -> str:
    return str(parsed(drawing).findtext(f"{{{drawings.SVG}}}desc"))


def drawn() -> dict[str, str]:
    return {
        "anomalies": anomalies.drawn(page()),
        "entities": entities.drawn(metadata),
        "task-lifecycle": lifecycle.drawn(),
    }


def test_a_page_can_show_the_committed_drawings() -> None:
    found = drawings.read_folder(FOLDER)
    assert sorted(file.stem for file in FOLDER.glob("*.svg")) == list(NAMES)
    for each in found:
        assert len(each.svg.encode()) < LARGEST, each.title
        assert each.description, each.title
    assert [each.title for each in found] == [
        "Anomalies, the operations they threaten, and what protects these",
        "The tables and how they refer to each other",
        "The lifecycle of a task",
    ]


def test_several_drawings_in_one_page_share_no_id_and_no_style() -> None:
    for name, drawing in drawn().items():
        root = parsed(drawing)
        ids = [each.attrib["id"] for each in root.iter() if "id" in each.attrib]
        assert len(set(ids)) == len(ids)
        assert all(id_ == name or id_.startswith(f"{name}-") for id_ in ids), ids
        style = str(root.findtext(f"{{{drawings.SVG}}}style"))
        selectors = re.findall(r"(?:^|\{ )([^{}@\n]+?) \{", style, re.MULTILINE)
        assert selectors
        assert all(re.match(rf"#{name}(?![\w-])", each) for each in selectors), selectors


def test_every_colour_of_text_is_legible_in_light_and_dark() -> None:
    for scheme in (0, 1):
        for text, ground in product(
            ("ink", "soft", "blue", "green", "amber", "red"), ("paper", "box", "head")
        ):
            pair = [_luminance(svg.COLOURS[name][scheme]) for name in (text, ground)]
            ratio = (max(pair) + 0.05) / (min(pair) + 0.05)
            assert ratio >= CONTRAST, (text, ground, scheme, ratio)


def _luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed")
def test_no_text_covers_another_or_leaves_the_drawing() -> None:
    colours: dict[str, list[str]] = {}
    for name, scheme, width, height, found in _rendered():
        for text, x, y, wide, high, colour in found:
            assert x >= 0 <= y, (name, text)
            assert x + wide <= width, (name, text)
            assert y + high <= height, (name, text)
            colours.setdefault(scheme, []).append(colour)
        for (text, *one, _), (other, *two, _) in combinations(found, 2):
            assert _apart(one, two), f"{name}: {text!r} and {other!r}"
    assert set(colours) == {"light", "dark"}
    assert not set(colours["light"]) & set(colours["dark"]), "a colour is the same in both"


def _apart(one: list[float], two: list[float]) -> bool:
    # Lines of text stand closer than the boxes of their letters.
    (x, y, wide, high), (u, v, broad, tall) = one, two
    return x + wide <= u or u + broad <= x or y + high - 4 <= v or v + tall - 4 <= y


def _rendered() -> Iterator[tuple[str, str, float, float, list[list[Any]]]]:
    quiet = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(quiet))
        for scheme in ("light", "dark"):
            tab = browser.new_page(color_scheme="dark" if scheme == "dark" else "light")
            for name, drawing in drawn().items():
                tab.set_content(f"<style>:root {{ color-scheme: light dark }}</style>{drawing}")
                element = tab.locator(f"svg#{name}")
                size = [float(str(element.get_attribute(side))) for side in ("width", "height")]
                yield name, scheme, size[0], size[1], element.evaluate(PLACES)
        browser.close()


def test_every_table_is_drawn_with_its_columns_keys_and_references() -> None:
    found = texts(entities.drawn(metadata))
    for table in metadata.tables.values():
        own = found[found.index(table.name) :]
        for column in table.columns:
            assert column.name in own
        for link in table.foreign_key_constraints:
            columns = ", ".join(column.name for column in link.columns)
            at = own.index(f"({columns}) → {link.referred_table.name}")
            assert own[at + 1].startswith(f"on delete {str(link.ondelete).lower().split()[0]}")
            assert f"{link.referred_table.name} (on delete" in described(entities.drawn(metadata))
    assert "(owner_id, task_id) → tasks" in found
    assert "on delete set null (task_id)" in found
    assert "unique (owner_id, slug)" in found
    assert "timestamptz?" in found


def test_names_are_text_and_the_same_tables_make_the_same_drawing() -> None:
    def made(names: list[str]) -> str:
        other = MetaData()
        for name in names:
            Table(name, other, Column("<a>&", Integer, primary_key=True), Column("b", String))
        Table("last", other, Column("a", ForeignKey(f"{min(names)}.<a>&"), primary_key=True))
        return entities.drawn(other)

    drawing = made(["<script>", "other"])
    assert {"<script>", "<a>&", "PK+FK", "on delete no action"} <= set(texts(drawing))
    assert drawings.drawing(drawing).title
    assert made(["other", "<script>"]) == drawing


def test_boxes_lie_apart_and_no_line_crosses_one() -> None:
    sizes = {name: (90.0 + 20 * at, 50.0 + 30 * (at % 3)) for at, name in enumerate("abcdefghij")}
    pairs = ("ab", "ac", "ad", "ae", "af", "bg", "cg", "gh", "ah", "ai", "hi", "gi", "bi", "dj")
    edges = [Edge(each[0], each[1], "x" if at % 4 else "y") for at, each in enumerate(pairs)]
    found = layers.layout(sizes, edges, top=10)
    assert found.places.keys() == sizes.keys()
    for one, two in combinations(found.places.values(), 2):
        across = one.x + one.width < two.x or two.x + two.width < one.x
        assert across or one.y + one.height < two.y or two.y + two.height < one.y
    for _, points in found.lines:
        for (x, y), (u, v) in pairwise(points):
            assert x == u or y == v, "lines are level or upright"
            for place in found.places.values():
                inside = min(x, u) < place.x + place.width and max(x, u) > place.x
                level = min(y, v) < place.y + place.height and max(y, v) > place.y
                assert not (inside and level), (points, place)
    assert len(found.ends) == len(edges), "each reference arrives"


def test_references_in_a_circle_cannot_be_drawn() -> None:
    with pytest.raises(AssertionError, match="a cycle of references"):
        layers.layout({"a": (1, 1), "b": (1, 1)}, [Edge("a", "b"), Edge("b", "a")])


def test_each_transition_of_a_task_is_drawn_with_its_operation() -> None:
    drawing = lifecycle.drawn()
    sentences = described(drawing)
    for before, after in product(TaskStatus, TaskStatus):
        allowed = f"{before.capitalize()} becomes {after} by " in sentences
        assert allowed == (after in LIFECYCLE[before])
    assert "A task begins as pending by tasks.submit." in sentences
    assert "Processing becomes failed by worker.fail." in sentences
    operations_drawn = {each for each in texts(drawing) if "." in each and " " not in each}
    assert operations_drawn == {
        *("tasks.submit", "tasks.retitle", "tasks.assign"),
        *("worker.claim", "worker.complete", "worker.fail"),
    }
    assert lifecycle.removed_by() == "tasks.delete"


def test_each_status_of_a_task_has_the_columns_that_the_table_requires() -> None:
    assert {status: lifecycle.columns_of(status) for status in TaskStatus} == {
        TaskStatus.PENDING: [],
        TaskStatus.PROCESSING: ["started_at"],
        TaskStatus.COMPLETED: ["result", "started_at", "finished_at"],
        TaskStatus.FAILED: ["error", "started_at", "finished_at"],
    }


def test_a_status_that_can_be_tried_again_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    again = {**LIFECYCLE, TaskStatus.FAILED: frozenset({TaskStatus.PROCESSING})}
    monkeypatch.setattr(lifecycle, "LIFECYCLE", again)
    assert "Failed becomes processing by worker.claim." in described(lifecycle.drawn())


def test_each_verdict_on_an_anomaly_is_drawn() -> None:
    found = texts(anomalies.drawn(page()))
    known = list(anomalies_table.anomalies())
    for each in known:
        assert each.code in found
        assert each.meaning in found
    happens = sum(list(each.verdicts.values()).count("happens") for each in known)
    assert found.count("happens") == happens > 0
    assert set(anomalies.COLOURS) == set(VERDICTS)


def test_each_operation_that_writes_is_drawn_with_threats_and_protections() -> None:
    codes = {each.code for each in anomalies_table.anomalies()}
    found = {each.name: each for each in operations_table.operations(page(), codes)}
    assert found.keys() <= set(operations())
    assert found.keys() <= set(texts(anomalies.drawn(page())))
    change = found["accounts.change_email"]
    assert change.codes == ("P4", "G2")
    assert change.protections == ("comparison", "constraint")
    assert found["sessions.end_all"].codes == ("P4", "G2"), "the same as those above it"
    assert found["sessions.end_all"].protections == ("lock",)
    assert found["tasks.submit"].codes == (operations_table.OTHER,)
    assert found["workspace.clear_priority"].protections == (operations_table.NONE,)
    assert not found["objectives.pursue"].codes
    circles = anomalies.drawn(page()).count("<circle")
    assert circles == sum(len(each.codes) + len(each.protections) for each in found.values())


@pytest.mark.parametrize(
    ("row", "expected"),
    [
        ("| `a.b` | read committed | P4 | a prayer |", "'a prayer' is no protection from 'P4'"),
        ("| `a.b` | read committed | P4 | |", "'' is no protection from 'P4'"),
        ("| `a.b` | read committed | nothing | lock on it |", "'lock on it' is no protection"),
        ("| `a.b` | serializable | P4 | lock |", "no row of an operation at read committed"),
        ("| `a.b` | read committed | P4 |", "no row of an operation at read committed"),
    ],
)
def test_an_operation_that_the_map_cannot_show_is_an_error(row: str, expected: str) -> None:
    text = f"{operations_table.BEGIN}\n### A\n\n{row}\n\n## Others\n"
    with pytest.raises(AssertionError, match=re.escape(expected)):
        list(operations_table.operations(text, {"P4"}))


def test_a_page_without_its_operations_is_an_error() -> None:
    with pytest.raises(AssertionError, match="has no heading"):
        list(operations_table.operations("# Others", {"P4"}))


def test_a_missing_drawing_is_stale(tmp_path: Path) -> None:
    (tmp_path / "drawings").mkdir()
    assert list(pages.stale({"drawings/entities.svg": "<svg/>"}, tmp_path)) == [
        "docs/drawings/entities.svg is not what the sources say now: run `uv run poe pages`"
    ]
