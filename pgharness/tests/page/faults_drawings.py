"""Faults of drawings: what runs or loads something becomes a part of the page."""

import re
from xml.etree import ElementTree as ET

from _pytest.monkeypatch import MonkeyPatch

import test_drawings as tests
from breaking import fault
from pgharness.results import drawings
from pgharness.results.drawings import SVG, Drawing


@fault(
    "a drawing may contain a script",
    noticed_by=tests.test_what_does_more_than_draw_is_refused,
    text=tests.svg("<script>alert(1)</script>"),
    expected="it contains <script>",
)
def scripts_pass(patch: MonkeyPatch) -> None:
    patch.setattr(drawings, "ELEMENTS", drawings.ELEMENTS | {"script"})


@fault(
    "a drawing may load something by its styles",
    noticed_by=tests.test_what_does_more_than_draw_is_refused,
    text=tests.svg('<g fill="url(http://x.test/)"/>'),
    expected="its styles contain",
)
def styles_load(patch: MonkeyPatch) -> None:
    patch.setattr(drawings, "_URL", re.compile("never"))


@fault(
    "attributes are not looked at",
    noticed_by=tests.test_what_does_more_than_draw_is_refused,
    text=tests.svg(attributes='onload="alert(1)"'),
    expected="which runs a script",
)
def attributes_pass(patch: MonkeyPatch) -> None:
    patch.setattr(drawings, "_attribute", lambda name, _: name.rpartition("}")[2])


@fault(
    "the file is put into the page as it is",
    noticed_by=tests.test_no_markup_remains_that_html_would_read_as_an_element,
)
def files_are_not_rewritten(patch: MonkeyPatch) -> None:
    def verbatim(text: str) -> Drawing:
        title = ET.fromstring(text).findtext(f"{{{SVG}}}title")  # noqa: S314
        return Drawing(str(title), text, "")

    patch.setattr(drawings, "drawing", verbatim)


@fault(
    "drawings come in the order of the file system",
    noticed_by=tests.test_drawings_come_in_the_order_of_their_names,
)
def files_are_not_sorted(patch: MonkeyPatch) -> None:
    patch.setattr(drawings, "sorted", lambda files: sorted(files, reverse=True), raising=False)
