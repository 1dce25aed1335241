"""SVG that is readable alone, inside a page, in light and in dark."""

from collections.abc import Iterable, Mapping
from html import escape
from typing import Final

CHARACTER: Final = 0.62
"""The width of a character of the monospaced font, in font sizes; a little more than most have."""

COLOURS: Final = {
    "paper": ("#ffffff", "#14181d"),
    "box": ("#f6f8fa", "#1d232b"),
    "head": ("#e1e8f0", "#2b3542"),
    "edge": ("#8795a5", "#66768a"),
    "ink": ("#17202a", "#e4e9ef"),
    "soft": ("#52606f", "#a4b1bf"),
    "blue": ("#0b5cad", "#7db8f5"),
    "green": ("#17703a", "#6fcf91"),
    "amber": ("#8a5a00", "#e6b450"),
    "red": ("#b3261e", "#ff8f85"),
}
"""What each class of colour is in light and in dark."""

_FONTS: Final = """\
{scope} text {{ font: 12px system-ui, "Segoe UI", Roboto, "Liberation Sans", sans-serif; \
fill: var(--ink) }}
{scope} .mono {{ font: 11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace }}
{scope} .bold {{ font-weight: 700 }}
{scope} .big {{ font-size: 15px }}
{scope} .end {{ text-anchor: end }}
{scope} .middle {{ text-anchor: middle }}
{scope} .line {{ fill: none; stroke-width: 1.5 }}
{scope} .dashed {{ stroke-dasharray: 5 3 }}
{scope} .rule {{ stroke: var(--edge); stroke-width: 1; stroke-opacity: .45 }}
"""

Attributes = Mapping[str, str | float]


def element(name: str, attributes: Attributes | None = None, *children: str) -> str:
    """Return an element; the children are markup, the values of the attributes are not."""
    written = "".join(
        f' {key.rstrip("_")}="{escape(_value(value))}"' for key, value in (attributes or {}).items()
    )
    content = "".join(children)
    return f"<{name}{written}>{content}</{name}>" if content else f"<{name}{written}/>"


def _value(value: str | float) -> str:
    return value if isinstance(value, str) else f"{round(value, 1):g}"


def text(x: float, y: float, content: str, style: str = "") -> str:
    """Return a line of text; `style` are classes."""
    attributes: dict[str, str | float] = {"x": x, "y": y}
    if style:
        attributes["class"] = style
    return element("text", attributes, escape(content, quote=False))


def box(x: float, y: float, width: float, height: float, style: str) -> str:
    """Return a rectangle with round corners."""
    placed = {"x": x, "y": y, "width": width, "height": height}
    return element("rect", {**placed, "rx": 4, "class": style})


def line(points: Iterable[tuple[float, float]], style: str, **more: str) -> str:
    """Return straight lines through these points."""
    steps = "L".join(f"{_value(x)} {_value(y)}" for x, y in points)
    return element("path", {"d": f"M{steps}", "class": style, **more})


def group(*children: str, hint: str = "", style: str = "") -> str:
    """Return a group; the hint appears where a mouse points at it."""
    titled = (element("title", None, escape(hint, quote=False)), *children) if hint else children
    return element("g", {"class": style} if style else None, *titled)


def document(
    name: str, title: str, description: str, size: tuple[float, float], parts: Iterable[str]
) -> str:
    """Return a whole SVG; `name` is its id, to which its styles are limited.

    A drawing that stands alone follows the system's scheme, and one in a page that of the page.
    """
    width, height = size
    root: Attributes = {
        "xmlns": "http://www.w3.org/2000/svg",
        "id": name,
        "viewBox": f"0 0 {_value(width)} {_value(height)}",
        "width": width,
        "height": height,
        "role": "img",
        "aria-labelledby": f"{name}-title {name}-desc",
    }
    lines = [
        element("title", {"id": f"{name}-title"}, escape(title, quote=False)),
        element("desc", {"id": f"{name}-desc"}, escape(description, quote=False)),
        element("style", None, escape(_style(f"#{name}"), quote=False)),
        box(0, 0, width, height, "paper"),
        *parts,
    ]
    return element("svg", root, "\n", *(f"{part}\n" for part in lines)) + "\n"


def _style(scope: str) -> str:
    light = "; ".join(f"--{name}: {colours[0]}" for name, colours in COLOURS.items())
    dark = "; ".join(f"--{name}: {colours[1]}" for name, colours in COLOURS.items())
    both = "; ".join(f"--{name}: light-dark({', '.join(each)})" for name, each in COLOURS.items())
    rules = [
        f"{scope}:root {{ color-scheme: light dark }}",
        f"{scope} {{ {light} }}",
        f"@media (prefers-color-scheme: dark) {{ {scope} {{ {dark} }} }}",
        f"@supports (color: light-dark(#000, #fff)) {{ {scope} {{ {both} }} }}",
        _FONTS.format(scope=scope).rstrip(),
        *(f"{scope} rect.{name} {{ fill: var(--{name}) }}" for name in COLOURS),
        *(f"{scope} text.{name} {{ fill: var(--{name}) }}" for name in COLOURS),
        *(f"{scope} .line.{name} {{ stroke: var(--{name}) }}" for name in COLOURS),
        f"{scope} rect.framed {{ stroke: var(--edge) }}",
        f"{scope} rect.edged {{ fill-opacity: .12 }}",
        f"{scope} circle {{ fill: var(--ink) }}",
        *(f"{scope} circle.{name} {{ fill: var(--{name}) }}" for name in COLOURS),
    ]
    return "\n" + "".join(f"{rule}\n" for rule in rules)
