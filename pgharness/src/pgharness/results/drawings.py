"""Drawings that a page of results shows: SVG files of the project.

A drawing becomes a part of the page, so it may only draw: elements that run, load or link anything
are refused, and what is left is written again, without comments and other markup that HTML reads
in another way than XML.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape

from pgharness.core.errors import HarnessError

SVG: Final = "http://www.w3.org/2000/svg"
XLINK: Final = "http://www.w3.org/1999/xlink"
XML: Final = "http://www.w3.org/XML/1998/namespace"

ELEMENTS: Final = frozenset(
    {
        *("svg", "g", "defs", "symbol", "use", "title", "desc", "style", "text", "tspan"),
        *("textPath", "path", "rect", "circle", "ellipse", "line", "polyline", "polygon"),
        *("marker", "clipPath", "mask", "pattern", "linearGradient", "radialGradient", "stop"),
    }
)
"""What a drawing may consist of. Links, images, animations, scripts and HTML are not among it."""

_NAME: Final = re.compile(rf"(?:\{{({SVG}|{XLINK}|{XML})\}})?([A-Za-z][\w.-]*)")
_QUALIFIED: Final = {(XLINK, "href"), (XML, "space"), (XML, "lang")}
_URL: Final = re.compile(r"url\((?!\s*['\"]?\s*#)", re.IGNORECASE)
_LOADING: Final = re.compile(
    r"(@import|@font-face|@namespace|image-set\(|(?<![\w-])(?:src|image|cross-fade)\(|\\)",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Drawing:
    """A drawing that refers to nothing outside of it and runs nothing.

    Its ids and style rules are those of the file. As an image (in a `data:` address) it keeps them
    to itself; as a part of the page it shares them, and needs a policy that allows its styles.
    """

    title: str
    """Its `<title>`."""
    svg: str
    """The `<svg>` element, without an XML declaration: HTML can contain it."""
    description: str
    """Its `<desc>`; empty if it has none."""

    @property
    def shows_title(self) -> bool:
        """Whether a text of the drawing is its title."""
        return f">{escape(self.title)}</text>" in self.svg


def read_folder(path: Path) -> tuple[Drawing, ...]:
    """Read all files `*.svg` of a folder, in the order of their names.

    Raises `HarnessError` if the folder is missing, or a file is not an SVG that only draws.
    """
    if not path.is_dir():
        raise HarnessError(f"there is no folder {path.name!r} to read drawings from")
    return tuple(map(_read, sorted(path.glob("*.svg"))))


def _read(file: Path) -> Drawing:
    try:
        return drawing(file.read_text("utf-8"))
    except _UnfitError as unfit:
        raise HarnessError(f"cannot show the drawing {file.name}: {unfit}") from unfit
    except OSError as error:
        raise HarnessError(f"cannot read the drawing {file.name}: {error.strerror}") from error
    except (ET.ParseError, UnicodeDecodeError) as error:
        raise HarnessError(f"the drawing {file.name} is not XML in UTF-8: {error}") from error


class _UnfitError(Exception):
    """Why an SVG cannot be part of a page."""


def drawing(text: str) -> Drawing:
    """Return the drawing of this text. Raises `_UnfitError` or a `ParseError`."""
    # Entities can hide anything, and grow without bound.
    if "<!DOCTYPE" in text:
        raise _UnfitError("it has a document type, which drawings do not need: remove it")
    root = ET.fromstring(text)  # noqa: S314 (without a document type there are no entities)
    if root.tag != f"{{{SVG}}}svg":
        raise _UnfitError(f"it is not an <svg> in the namespace {SVG}")
    for element in root.iter():
        _clean(element)
    title = _text(root.find("title"))
    if not title:
        raise _UnfitError("it has no <title> that says what it shows")
    root.attrib = {"xmlns": SVG, **root.attrib}
    root.tail = None
    return Drawing(title, ET.tostring(root, encoding="unicode"), _text(root.find("desc")))


def _clean(element: ET.Element) -> None:
    """Refuse what does more than draw; take the namespaces from the names."""
    element.tag = _element(str(element.tag))
    attributes: dict[str, str] = {}
    for name, value in element.attrib.items():
        attributes[_attribute(name, value)] = value
    element.attrib = attributes
    if element.tag == "style":
        _check_style(element.text or "")
    if element.tag in {"title", "desc", "style"} and len(element):
        raise _UnfitError(f"its <{element.tag}> contains other elements than text")


def _element(tag: str) -> str:
    found = _NAME.fullmatch(tag)
    if found is None or found[1] != SVG or found[2] not in ELEMENTS:
        name = tag.rpartition("}")[2]
        raise _UnfitError(f"it contains <{name}>, and a drawing may only draw")
    return found[2]


def _attribute(name: str, value: str) -> str:
    """Return the name that the attribute has in the page."""
    found = _NAME.fullmatch(name)
    local = found[2] if found else name.rpartition("}")[2]
    if found is None or (found[1], local) not in _QUALIFIED | {(None, local)}:
        raise _UnfitError(f"it has the attribute {local!r} of another namespace")
    if local.lower().startswith("on"):
        raise _UnfitError(f"it has the attribute {local!r}, which runs a script")
    if local == "href" and not value.startswith("#"):
        raise _UnfitError(f"it refers to {value!r}, which is outside of it")
    _check_style(value)
    return name if found[1] == XML else local


def _check_style(text: str) -> None:
    for pattern in (_URL, _LOADING):
        if found := pattern.search(text):
            raise _UnfitError(f"its styles contain {text[found.start() :][:40]!r}, which may load")


def _text(element: ET.Element | None) -> str:
    return "" if element is None else " ".join("".join(element.itertext()).split())
