"""What is done to a node of the source: each operator yields what the node may become.

Those of mutmut replace operators, keywords, numbers and branches; those below do what it does not
have: they take away statements, safeguards, conditions and keyword arguments, and change SQL. Its
own operators on arguments and strings are left out: most of their mutants raise `TypeError`, or
change a sentence.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, Final

import libcst as cst
from mutmut.mutation import mutators

Operator = Callable[[Any], Iterable[cst.CSTNode]]

DROPPED: Final = frozenset(
    [
        "where",
        "with_for_update",
        "order_by",
        "limit",
        "offset",
        "returning",
        "distinct",
        "join",
        "execution_options",
        "astimezone",
        "strip",
        "lower",
        "casefold",
        "normalize",
    ]
)
"""Methods that return their object with something more done to it."""

VARIADIC: Final = frozenset(
    ["where", "and_", "or_", "order_by", "returning", "greatest", "least", "coalesce"]
)
"""What takes any number of arguments, each of which can be left out."""

INTERCHANGEABLE: Final = frozenset(
    ["where", "and_", "or_", "greatest", "least", "returning", "isinstance", "max", "min"]
)
"""What is the same whatever the order of its arguments."""

SQL: Final[Sequence[tuple[str, str]]] = (
    (r"\bSET LOCAL\b", "SET"),
    (r"\bAND\b", "OR"),
    (r"(?<!CREATE )\bOR\b", "AND"),
    (r"\bIS NOT NULL\b", "IS NULL"),
    (r"\bIS NULL\b", "IS NOT NULL"),
    (r"\bIS DISTINCT FROM\b", "IS NOT DISTINCT FROM"),
    (r"\bNOT EXISTS\b", "EXISTS"),
    (r"\bNOT IN\b", "IN"),
    (r"\bNOT (?=\()", ""),
    (r"\bSKIP LOCKED\b", ""),
    (r"\bFOR (?:NO KEY )?UPDATE\b(?! OF)", ""),
    (r"\bDESC\b", "ASC"),
    (r"<=", "<"),
    (r">=", ">"),
    (r"<>", "="),
    (r"(?<![<>:!=])=(?![>=])", "<>"),
    (r"(?<![<>=-])<(?![<>=-])", "<="),
    (r"(?<![<>=-])>(?![<>=])", ">="),
    (r"(?<![\w.$%])\d+(?![\w.])", "+1"),
    (r"(?<![\w.$%])\d+(?![\w.])", "-1"),
    (r"\btrue\b", "false"),
    (r"\bfalse\b", "true"),
    (r"\bBEFORE\b", "AFTER"),
    (r"\bCASCADE\b", ""),
    (r"\bLEFT JOIN\b", "JOIN"),
    (r"\bmin\(", "max("),
    (r"\bmax\(", "min("),
)
"""Patterns in statements, and what replaces one place of them."""

STATEMENT: Final = re.compile(
    r"\b(SELECT|INSERT|UPDATE|DELETE|CREATE|ALTER|DROP|GRANT|REVOKE|SET|CHECK|WHERE|IN|AND|OR"
    r"|RETURN|RAISE|IF|LOCK)\b"
)
"""What a text has that is SQL, or a part of it."""


def statement(node: cst.SimpleStatementLine) -> Iterator[cst.CSTNode]:
    """Take away a call whose result is not used, a `raise` or a `del`."""
    if len(node.body) != 1:
        return
    (only,) = node.body
    called = isinstance(only, cst.Expr) and not isinstance(
        only.value, cst.SimpleString | cst.ConcatenatedString | cst.Ellipsis | cst.Yield
    )
    if called or isinstance(only, cst.Raise | cst.Del):
        yield node.with_changes(body=[cst.Pass()])


def block(node: cst.With) -> Iterator[cst.CSTNode]:
    """Enter no context manager: no lock, no savepoint, no translation of errors."""
    if not any(item.asname for item in node.items):
        yield cst.If(cst.Name("True"), node.body, leading_lines=node.leading_lines)


def handler(node: cst.ExceptHandler) -> Iterator[cst.CSTNode]:
    """Swallow an exception."""
    yield node.with_changes(body=cst.IndentedBlock([cst.SimpleStatementLine([cst.Pass()])]))


def branch(node: cst.If) -> Iterator[cst.CSTNode]:
    """Decide always in the same way."""
    for decided in ("True", "False"):
        yield node.with_changes(test=cst.Name(decided))


def operand(node: cst.BooleanOperation) -> Iterator[cst.CSTNode]:
    """Leave out one of two conditions."""
    yield node.left
    yield node.right


def chained_call(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Leave out a call of a method that returns its object with something more done to it."""
    if isinstance(node.func, cst.Attribute) and node.func.attr.value in DROPPED:
        yield node.func.value


def argument(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Leave out a keyword argument, or one of any number; those of a `TypeVar` are for tools."""
    if _name(node) == "TypeVar":
        return
    variadic = _name(node) in VARIADIC and len(node.args) > 1
    for position, given in enumerate(node.args):
        if given.star == "" and (given.keyword is not None or variadic):
            yield node.with_changes(args=[*node.args[:position], *node.args[position + 1 :]])


def swapped(node: cst.Call) -> Iterator[cst.CSTNode]:
    """Swap two arguments that follow each other."""
    if _name(node) in INTERCHANGEABLE:
        return
    for first, second in zip(range(len(node.args)), range(1, len(node.args)), strict=False):
        one, other = node.args[first], node.args[second]
        if any(each.keyword is not None or each.star for each in (one, other)):
            return
        args = [*node.args]
        args[first] = one.with_changes(value=other.value)
        args[second] = other.with_changes(value=one.value)
        yield node.with_changes(args=args)


def smaller(node: cst.Integer) -> Iterator[cst.CSTNode]:
    """Subtract one; mutmut adds one."""
    value = node.evaluated_value - 1
    yield (
        cst.Integer(str(value)) if value >= 0 else cst.UnaryOperation(cst.Minus(), cst.Integer("1"))
    )


def statement_text(node: cst.SimpleString) -> Iterator[cst.CSTNode]:
    """Change one place of a statement in SQL, or of a part of one."""
    if STATEMENT.search(node.value):
        for text in _changed(node.value):
            yield node.with_changes(value=text)


def formatted_text(node: cst.FormattedStringText) -> Iterator[cst.CSTNode]:
    """Change one place of a piece of such a statement that has values in it."""
    if STATEMENT.search(node.value):
        for text in _changed(node.value):
            yield node.with_changes(value=text)


def _changed(text: str) -> Iterator[str]:
    for pattern, replacement in SQL:
        for place in re.finditer(pattern, text):
            put = replacement
            if replacement in {"+1", "-1"}:
                put = str(int(place[0]) + int(replacement))
            yield text[: place.start()] + put + text[place.end() :]


def _name(node: cst.Call) -> str:
    match node.func:
        case cst.Name(value=name) | cst.Attribute(attr=cst.Name(value=name)):
            return str(name)
    return ""


OPERATORS: Final[Sequence[tuple[type[cst.CSTNode], Operator]]] = (
    (cst.BaseNumber, mutators.operator_number),
    (cst.Integer, smaller),
    (cst.Name, mutators.operator_name),
    (cst.UnaryOperation, mutators.operator_remove_unary_ops),
    (cst.CSTNode, mutators.operator_keywords),
    (cst.CSTNode, mutators.operator_swap_op),
    (cst.AugAssign, mutators.operator_augmented_assignment),
    (cst.Match, mutators.operator_match),
    (cst.IfExp, mutators.operator_if_exp),
    (cst.Call, mutators.operator_symmetric_string_methods_swap),
    (cst.SimpleStatementLine, statement),
    (cst.With, block),
    (cst.ExceptHandler, handler),
    (cst.If, branch),
    (cst.BooleanOperation, operand),
    (cst.Call, chained_call),
    (cst.Call, argument),
    (cst.Call, swapped),
    (cst.SimpleString, statement_text),
    (cst.FormattedStringText, formatted_text),
)
"""Which nodes each operator is given."""
