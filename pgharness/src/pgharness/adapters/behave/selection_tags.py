"""The tags that `--tags` asks for.

`tag_expression_protocol = "v1"` in pyproject.toml lets behave take any text: it would end, before
anything of ours is loaded, at a malformed one, and the reports of an earlier run would stay.
"""

from collections.abc import Iterator, Sequence

from behave.tag_expression import make_tag_expression
from behave.tag_expression.builder import TagExpressionProtocol
from behave.tag_expression.model import And, Expression, Literal, Matcher, Not, Or
from behave.tag_expression.parser import TagExpressionError
from behave.tag_expression.v1 import TagExpression as OldExpression

from pgharness.core.errors import HarnessError


def expression(tags: str | Sequence[str]) -> Expression | OldExpression:
    """Parse a tag expression, or several that must all hold; raises `HarnessError`.

    The old style (`-@slow`, `@a,@b`) is taken, as by behave itself.
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
    """Return tags as they were given."""
    return tags if isinstance(tags, str) else " and ".join(tags)


def wanted(parsed: Expression | OldExpression, *, negated: bool = False) -> Iterator[Expression]:
    """Yield the tags that are asked for; not those that are to be absent."""
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
