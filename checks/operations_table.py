"""The tables of the operations that write, in `docs/transactions.md`: threats and protections."""

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

BEGIN: Final = "## The operations that write\n"
OTHER: Final = "other"
"""A threat that is none of the anomalies with a code: another row changes concurrently."""

NONE: Final = "none, on purpose"

PROTECTIONS: Final = {
    "comparison": r"\bcomparison\b",
    "lock": r"\block(s|ed)?\b",
    "constraint": r"\b(constraint|unique index|foreign key|primary key)",
    "one statement": r"\bone statement\b",
    NONE: r"\bnone, on purpose\b",
}
"""How the page writes each protection."""

_SAME: Final = "the same"
_ROW: Final = re.compile(
    r"\| `(?P<name>[\w.]+)` \| read committed \| (?P<threat>[^|]+) \| (?:(?P<protection>[^|]+) )?\|"
)


@dataclass(frozen=True)
class Operation:
    """An operation, what threatens it at its isolation level, and what protects it."""

    group: str
    """The heading above its table."""
    name: str
    threat: str
    """As the page has it, without "the same"."""
    protection: str
    codes: tuple[str, ...]
    """The codes of anomalies, and `OTHER`."""
    protections: tuple[str, ...]
    """Of `PROTECTIONS`."""


def operations(page: str, codes: Collection[str]) -> Iterator[Operation]:
    """Yield the operations of the page's tables; the codes are those of all anomalies."""
    _, found, rest = page.partition(BEGIN)
    assert found, f"the page has no heading {BEGIN.strip()!r}"
    group, threat, protection = "", "", ""
    for line in rest.partition("\n## ")[0].splitlines():
        if line.startswith("### "):
            group = line.removeprefix("### ")
        elif line.startswith("| `"):
            match = _ROW.fullmatch(line)
            assert match, f"no row of an operation at read committed: {line}"
            threat = _resolved(match["threat"], threat)
            protection = _resolved(match["protection"] or "", protection)
            operation = Operation(
                group=group,
                name=match["name"],
                threat=threat,
                protection=protection,
                codes=tuple(_codes(threat, codes)),
                protections=tuple(
                    name for name, how in PROTECTIONS.items() if re.search(how, protection)
                ),
            )
            known = bool(operation.codes) == bool(operation.protections)
            assert known, f"{operation.name}: {protection!r} is no protection from {threat!r}"
            yield operation


def _resolved(cell: str, before: str) -> str:
    return before + cell.removeprefix(_SAME) if cell.startswith(_SAME) else cell


def _codes(threat: str, codes: Collection[str]) -> Iterator[str]:
    """Yield the codes in a threat, in their order there."""
    written = "|".join(sorted(map(re.escape, codes), key=len, reverse=True))
    found: list[str] = []
    for part in threat.split(";"):
        named = re.findall(rf"(?<![\w-])(?:{written})(?![\w-])", part)
        free = not named and not part.strip().startswith("nothing")
        found += named or ([OTHER] if free else [])
    yield from dict.fromkeys(found)
