"""Parse the expression of `--tags`.

With `tag_expression_protocol = "v1"` in pyproject.toml, behave accepts any text. Otherwise it
would end at a malformed one before our runner is loaded, and leave reports of an earlier run.
"""

from collections.abc import Iterator, Sequence

from behave.tag_expression import make_tag_expression
from behave.tag_expression.builder import TagExpressionProtocol
from behave.tag_expression.model import And, Expression, Literal, Matcher, Not, Or
from behave.tag_expression.parser import TagExpressionError
from behave.tag_expression.v1 import TagExpression as OldExpression

from pgharness.core.errors import HarnessError


def expression(tags: str | Sequence[str]) -> Expression | OldExpression:
    """Parse a tag expression, or several that are combined by `and`. Raises `HarnessError`.

    behave's old style (`-@slow`, `@a,@b`) is accepted.
    """
    try:
        parsed = make_tag_expression(tags, TagExpressionProtocol.AUTO_DETECT)
        if isinstance(parsed, OldExpression) and any(
            len(name.split()) != 1 for either in parsed.ands for name in either
        ):
            parsed = make_tag_expression(tags, TagExpressionProtocol.V2)
    except TagExpressionError as error:
        reason = str(error).splitlines()[0].removeprefix("Syntax error. ")
        raise HarnessError(
            f'the tag expression "{as_text(tags)}" is malformed ({reason}):'
            " put and, or, not and parentheses between tags."
        ) from None
    return parsed


def as_text(tags: str | Sequence[str]) -> str:
    """Return the expressions as one text, for messages."""
    return tags if isinstance(tags, str) else " and ".join(tags)


def wanted(parsed: Expression | OldExpression, *, negated: bool = False) -> Iterator[Expression]:
    """Yield the tags that an expression requires, without the negated ones."""
    match parsed:
        case OldExpression():
            names = [name for either in parsed.ands for name in either]
            yield from (Literal(name) for name in names if not name.startswith("-"))
        case Not():
            yield from wanted(parsed.term, negated=not negated)
        case And() | Or():
            for term in parsed.terms:
                yield from wanted(term, negated=negated)
        case Literal() | Matcher() if not negated:
            yield parsed
