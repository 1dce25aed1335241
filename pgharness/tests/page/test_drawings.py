"""Drawings are read from a folder if they only draw, and are safe inside a page."""

from pathlib import Path

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import drawings

OPENING = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'
FIT = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
{OPENING} viewBox="0 0 10 10" xml:lang="en">
  <title>A &lt;square&gt;
    &amp; more</title>
  <desc>It is   square</desc>
  <style>.a > .b {{ fill: url(#paint) }}</style>
  <defs><linearGradient id="paint"/><rect id="box" width="4" height="4"/></defs>
  <!--><script>alert(1)</script>-->
  <g class="a"><use xlink:href="#box" style="fill: url( '#paint' )"/><text>ß &lt; ü</text></g>
  <desc><![CDATA[ ><img src=x onerror=alert(1)> ]]></desc>
</svg>
"""


def svg(inside: str = "", attributes: str = "") -> str:
    return f"{OPENING} {attributes}><title>One</title>{inside}</svg>"


def read(folder: Path, text: str) -> drawings.Drawing:
    (folder / "one.svg").write_text(text, "utf-8")
    (found,) = drawings.read_folder(folder)
    return found


def test_a_drawing_says_what_it_shows(tmp_path: Path) -> None:
    found = read(tmp_path, FIT)
    assert found.title == "A <square> & more"
    assert found.description == "It is square"
    assert found.svg.startswith('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"')
    assert '<use href="#box"' in found.svg
    assert found.svg.endswith("</svg>")


def test_no_markup_remains_that_html_would_read_as_an_element(tmp_path: Path) -> None:
    written = read(tmp_path, FIT).svg
    for gone in ("<!--", "<![CDATA[", "<script", "<img", "<?xml"):
        assert gone not in written
    assert "&lt;img src=x" in written


def test_drawings_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b.svg", "a.svg", "c.txt"):
        (tmp_path / name).write_text(svg().replace("One", name), "utf-8")
    assert [each.title for each in drawings.read_folder(tmp_path)] == ["a.svg", "b.svg"]


def test_a_drawing_without_a_description_has_an_empty_one(tmp_path: Path) -> None:
    assert not read(tmp_path, svg("<g><desc>Of a part</desc></g>")).description


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (svg("<script>alert(1)</script>"), "it contains <script>, and a drawing may only draw"),
        (svg("<foreignObject/>"), "it contains <foreignObject>"),
        (svg('<a href="#x"/>'), "it contains <a>"),
        (svg('<image href="a.png"/>'), "it contains <image>"),
        (svg('<set attributeName="href" to="javascript:0"/>'), "it contains <set>"),
        (svg('<p xmlns="http://www.w3.org/1999/xhtml"/>'), "it contains <p>"),
        (svg("<desc><g/></desc>"), "its <desc> contains other elements than text"),
        (svg(attributes='onload="alert(1)"'), "'onload', which runs a script"),
        (svg('<g oNclick="alert(1)"/>'), "'oNclick', which runs a script"),
        (svg('<use href="b.svg#x"/>'), "it refers to 'b.svg#x', which is outside of it"),
        (svg('<use xlink:href="http://x.test/"/>'), "it refers to 'http://x.test/'"),
        (svg('<g xml:base="http://x.test/"/>'), "the attribute 'base' of another namespace"),
        (svg('<g fill="url(http://x.test/)"/>'), "its styles contain 'url(http://x.test/)'"),
        (svg("<style>a { fill: URL( 'x.svg#a') }</style>"), "\"URL( 'x.svg#a') }\""),
        (svg("<style>@import 'x.css';</style>"), "its styles contain \"@import 'x.css';\""),
        (svg(r'<g style="fill: u\72l(x)"/>'), r"its styles contain '\\72l(x)'"),
        (svg("<style>a { mask: image-set('x.svg') }</style>"), "\"image-set('x.svg') }\""),
        (svg().replace("<title>One</title>", "<title> </title>"), "it has no <title>"),
        (svg().replace("svg", "svg:svg"), "unbound prefix"),
        ("<svg><title>One</title></svg>", "it is not an <svg> in the namespace"),
        (f'<!DOCTYPE svg [<!ENTITY e "e">]>{svg("&e;")}', "it has a document type"),
        (svg("<g>"), "the drawing one.svg is not XML in UTF-8: mismatched tag"),
        ("", "the drawing one.svg is not XML in UTF-8: no element found"),
    ],
)
def test_what_does_more_than_draw_is_refused(tmp_path: Path, text: str, expected: str) -> None:
    with pytest.raises(HarnessError) as refused:
        read(tmp_path, text)
    assert "one.svg" in str(refused.value)
    assert expected in str(refused.value)


def test_a_folder_or_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    assert drawings.read_folder(tmp_path) == ()
    with pytest.raises(HarnessError, match="there is no folder 'none' to read drawings from"):
        drawings.read_folder(tmp_path / "none")
    (tmp_path / "a.svg").mkdir()
    with pytest.raises(HarnessError, match=r"cannot read the drawing a.svg: "):
        drawings.read_folder(tmp_path)
    (tmp_path / "a.svg").rmdir()
    (tmp_path / "latin.svg").write_bytes(svg("<text>ß</text>").encode("latin-1"))
    with pytest.raises(HarnessError, match=r"latin.svg is not XML in UTF-8"):
        drawings.read_folder(tmp_path)
