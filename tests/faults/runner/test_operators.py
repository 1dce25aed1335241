"""What each operator makes of a piece of source: one example at least for each of them."""

from collections.abc import Iterator
from typing import Final

import libcst as cst
import pytest
from mutmut.mutation import mutators

from tests.faults.source import operators
from tests.faults.source.operators import OPERATORS, Operator

EXAMPLES: Final = [
    (mutators.operator_number, "limit = 5", ["limit = 6"]),
    (operators.smaller, "limit = 5", ["limit = 4"]),
    (operators.smaller, "first = 0", ["first = -1"]),
    (mutators.operator_name, "there = True", ["there = False"]),
    (mutators.operator_remove_unary_ops, "if not found: pass", ["if found: pass"]),
    (mutators.operator_keywords, "found = a is b", ["found = a is not b"]),
    (mutators.operator_keywords, "found = a not in b", ["found = a in b"]),
    (mutators.operator_swap_op, "late = a < b", ["late = a <= b"]),
    (mutators.operator_swap_op, "total = a + b", ["total = a - b"]),
    (mutators.operator_swap_op, "both = a and b", ["both = a or b"]),
    (mutators.operator_augmented_assignment, "total += 1", ["total = 1"]),
    (
        mutators.operator_match,
        "match a:\n    case 1: x\n    case _: y\n",
        ["match a:\n    case _: y\n", "match a:\n    case 1: x\n"],
    ),
    (
        mutators.operator_if_exp,
        "x = a if b else c",
        ["x = a if (b) and False else c", "x = a if (b) or True else c"],
    ),
    (mutators.operator_symmetric_string_methods_swap, "a.lower()", ["a.upper()"]),
    (operators.statement, "lock(row)", ["pass"]),
    (operators.statement, "raise NotFound", ["pass"]),
    (operators.statement, '"""A docstring."""', []),
    (operators.statement, "row = read()", []),
    (operators.block, "with translating(): a\n", ["if True: a\n"]),
    (operators.block, "with opened() as file: a\n", []),
    (
        operators.handler,
        "try: a\nexcept E: raise Stale\n",
        ["try: a\nexcept E:\n    pass\n"],
    ),
    (operators.branch, "if late: a\n", ["if True: a\n", "if False: a\n"]),
    (operators.operand, "x = a and b", ["x = a", "x = b"]),
    (operators.chained_call, "select(T).where(a)", ["select(T)"]),
    (operators.chained_call, "query.all()", []),
    (operators.argument, "f(a, key=b, other=c)", ["f(a, other=c)", "f(a, key=b, )"]),
    (operators.argument, "q.where(a, b)", ["q.where(b)", "q.where(a, )"]),
    (operators.argument, "f(a, *b, **c)", []),
    (operators.argument, "Row = TypeVar('Row', bound=Base)", []),
    (operators.swapped, "f(a, b, c)", ["f(b, a, c)", "f(a, c, b)"]),
    (operators.swapped, "q.where(a, b)", []),
    (operators.swapped, "max(a, b)", []),
    (operators.swapped, "max(a, min(b, c))", []),
    (operators.swapped, "f(a, key=b)", []),
    (operators.statement_text, "'SET LOCAL ROLE a'", ["'SET ROLE a'"]),
    (operators.statement_text, "'a text AND another'", ["'a text OR another'"]),
    (operators.statement_text, "'no statement: <= 5'", []),
    (
        operators.formatted_text,
        "f'{a} IS NULL OR'",
        ["f'{a} IS NULL AND'", "f'{a} IS NOT NULL OR'"],
    ),
]
"""An operator, what it is given, and all that it makes of it."""


def made(operator: Operator, code: str) -> Iterator[str]:
    """Yield what an operator makes of the nodes that it is given."""
    (kind,) = (kind for kind, other in OPERATORS if other is operator)
    module = cst.parse_module(code)
    nodes: list[cst.CSTNode] = []

    class Visitor(cst.CSTVisitor):
        def on_visit(self, node: cst.CSTNode) -> bool:
            if isinstance(node, kind):
                nodes.append(node)
            return True

    module.visit(Visitor())
    for node in nodes:
        for changed in operator(node):
            replaced = module.deep_replace(node, changed)
            assert isinstance(replaced, cst.Module)
            compile(replaced.code, "made", "exec")
            yield replaced.code


@pytest.mark.parametrize(("operator", "code", "expected"), EXAMPLES)
def test_an_operator_makes(operator: Operator, code: str, expected: list[str]) -> None:
    assert sorted(made(operator, code)) == sorted(expected)


def test_every_operator_has_an_example() -> None:
    assert {operator for _, operator in OPERATORS} == {operator for operator, _, _ in EXAMPLES}


STATEMENTS: Final = [
    ("SET LOCAL x", "SET x"),
    ("WHERE a AND b", "WHERE a OR b"),
    ("WHERE a OR b", "WHERE a AND b"),
    ("a IS NOT NULL", "a IS NULL"),
    ("a IS NULL", "a IS NOT NULL"),
    ("a IS DISTINCT FROM b", "a IS NOT DISTINCT FROM b"),
    ("NOT EXISTS (q)", "EXISTS (q)"),
    ("a NOT IN (q)", "a IN (q)"),
    ("CHECK (NOT (a))", "CHECK ((a))"),
    ("FOR UPDATE SKIP LOCKED", "FOR UPDATE "),
    ("q FOR UPDATE", "q "),
    ("q FOR NO KEY UPDATE", "q "),
    ("a DESC", "a ASC"),
    ("a <= b", "a < b"),
    ("a >= b", "a > b"),
    ("a <> b", "a = b"),
    ("a = b", "a <> b"),
    ("a < b", "a <= b"),
    ("a > b", "a >= b"),
    ("LIMIT 5", "LIMIT 6"),
    ("LIMIT 5", "LIMIT 4"),
    ("is true", "is false"),
    ("is false", "is true"),
    ("BEFORE INSERT", "AFTER INSERT"),
    ("DROP x CASCADE", "DROP x "),
    ("LEFT JOIN t", "JOIN t"),
    ("min(a)", "max(a)"),
    ("max(a)", "min(a)"),
]
"""A statement, and what a pattern makes of one place of it."""


@pytest.mark.parametrize(("text", "expected"), STATEMENTS)
def test_a_statement_becomes(text: str, expected: str) -> None:
    assert expected in operators._changed(text)


@pytest.mark.parametrize("text", ["CREATE OR REPLACE", "a->b", "$1", "v2", "%s", "1.5", "a := b"])
def test_what_is_no_operator_or_number_of_a_statement_stays(text: str) -> None:
    assert list(operators._changed(text)) == []


@pytest.mark.parametrize("pair", operators.SQL)
def test_every_pattern_has_an_example(
    pair: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(operators, "SQL", [pair])
    assert any(expected in operators._changed(text) for text, expected in STATEMENTS)
