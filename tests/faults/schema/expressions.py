"""What a condition of the schema becomes by one small mistake: a limit off by one, a branch gone.

PostgreSQL writes a condition back with every operand in parentheses, so that its branches can be
told apart without a grammar of SQL: no parser is needed, and none changes what stays as it is.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

TOKEN: Final = re.compile(
    r"(?P<text>'(?:[^']|'')*')|(?P<name>\"[^\"]*\"|[A-Za-z_][\w.]*)|(?P<number>\d+(?:\.\d+)?)"
    r"|(?P<operator>[<>=!~]+)|(?P<open>[(\[])|(?P<close>[)\]])|(?P<comma>,)|(?P<other>\S)"
)
OPERATORS: Final = {"<": "<=", "<=": "<", ">": ">=", ">=": ">", "=": "<>", "<>": "="}
NEGATED: Final = (
    (re.compile(r"\bIS NULL\b"), "IS NOT NULL"),
    (re.compile(r"\bIS NOT NULL\b"), "IS NULL"),
    (re.compile(r"\bIS DISTINCT FROM\b"), "IS NOT DISTINCT FROM"),
    (re.compile(r"\bIS NOT DISTINCT FROM\b"), "IS DISTINCT FROM"),
    (re.compile(r"= ANY\b"), "<> ALL"),
    (re.compile(r"\bchar_length\b"), "octet_length"),
)
IN_PATTERN: Final = (
    (re.compile(r"^'\^"), "'"),
    (re.compile(r"\$'$"), "'"),
    (re.compile(r"(?<=\])\+"), "*"),
)
"""What a regular expression means: where it begins and ends, and how often something is there."""
WILDCARD: Final = re.compile(r"[_%]")


@dataclass
class _Group:
    """What is between two parentheses or brackets."""

    start: int
    before: str
    """The name before the opening one."""
    parts: list[tuple[int, int]] = field(default_factory=list)
    joint: str = ""
    """AND, OR or a comma, which are between its parts."""


def mutants(condition: str) -> list[str]:
    """Return every condition that differs from this one by one mistake, without repetition."""
    found = [*_of_words(condition), *_of_groups(condition)]
    return [each for each in dict.fromkeys(found) if each != condition]


def _replaced(condition: str, start: int, end: int, other: str) -> str:
    return condition[:start] + other + condition[end:]


def _of_words(condition: str) -> Iterator[str]:
    """Yield conditions with another constant, operator or pattern."""
    former = ""
    for match in TOKEN.finditer(condition):
        start, end = match.span()
        if match["number"] and match["number"].isdigit():
            for step in (-1, 1):
                yield _replaced(condition, start, end, str(int(match["number"]) + step))
        for operator in _other_operators(condition, match, former):
            yield _replaced(condition, start, end, operator)
        if match["text"] and former in {"~", "~~"}:
            for pattern in _of_pattern(match["text"], former):
                yield _replaced(condition, start, end, pattern)
        former = match.group()
    for words, other in NEGATED:
        for match in words.finditer(condition):
            yield _replaced(condition, *match.span(), other)


def _other_operators(condition: str, match: re.Match[str], former: str) -> list[str]:
    if match["operator"] not in OPERATORS or condition.startswith("= ANY", match.start()):
        return []
    if match.group() == "=" and former == ")" and condition[match.end() :].startswith(" ("):
        return ["<>", "<=", ">="]  # of two truths: one is needed for the other
    return [OPERATORS[match.group()]]


def _of_pattern(pattern: str, operator: str) -> Iterator[str]:
    """Yield patterns that begin or end anywhere, or repeat something more or less often."""
    if operator == "~~":
        for match in WILDCARD.finditer(pattern):
            yield _replaced(pattern, *match.span(), "")
        return
    for part, other in IN_PATTERN:
        for match in part.finditer(pattern):
            yield _replaced(pattern, *match.span(), other)
    for match in re.finditer(r"(?<=\{)\d+(?=\})", pattern):
        for step in (-1, 1):
            yield _replaced(pattern, *match.span(), str(int(match.group()) + step))


def _of_groups(condition: str) -> Iterator[str]:
    """Yield conditions without one of their branches, or with AND for OR."""
    for group in _groups(condition):
        for number, (start, end) in enumerate(group.parts):
            others = [part for at, part in enumerate(group.parts) if at != number]
            left = [condition[at:until].strip() for at, until in others]
            joint = ", " if group.joint == "," else f" {group.joint} "
            first, last = group.parts[0][0], group.parts[-1][1]
            if start < end:
                yield _replaced(condition, first, last, joint.join(left))
        if group.joint in {"AND", "OR"}:
            first, last = group.parts[0][0], group.parts[-1][1]
            other = " OR " if group.joint == "AND" else " AND "
            parts = (condition[at:until].strip() for at, until in group.parts)
            yield _replaced(condition, first, last, other.join(parts))


def _groups(condition: str) -> Iterator[_Group]:
    """Yield what is joined by AND or OR, and the elements of arrays."""
    open_groups = [_Group(0, "")]
    former = ""
    for match in TOKEN.finditer(condition):
        group = open_groups[-1]
        if match["open"]:
            open_groups.append(_Group(match.end(), former))
        elif match["close"]:
            group.parts.append((group.start, match.start()))
            if group.joint in {"AND", "OR"} or (group.joint and group.before == "ARRAY"):
                yield group
            open_groups.pop()
        elif match.group() in {"AND", "OR"} or match["comma"]:
            group.parts.append((group.start, match.start()))
            group.start = match.end()
            group.joint = match.group()
        former = match.group()
    (whole,) = open_groups
    if whole.joint:
        whole.parts.append((whole.start, len(condition)))
        yield whole
