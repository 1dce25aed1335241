"""What did not hold, as lines of text: in full when it happens, and in one line at the end."""

from collections.abc import Iterable, Iterator
from typing import Final

from rich.cells import cell_len
from rich.text import Text

from pgharness.core.attachments import PSQL, REVISION, SERVER, SQL
from pgharness.results import wording
from pgharness.results.model import Attachment, Case, Hook, Run, Status, Step
from pgharness.results.terminal.differences import fitted
from pgharness.results.terminal.wording import Layout, cut, in_one_line, padded, safe, wrapped

BAD: Final = "bold red"
FAINT: Final = "dim"
HARNESS_ERROR: Final = "HarnessError"
"""The class of errors that are a sentence for users: their traceback tells nothing."""
MOST_ATTACHED: Final = 40
"""Lines of an attached text."""
MOST_LISTED: Final = 50
NARROWEST: Final = 12
"""Columns that a name needs to be of use."""
LABEL: Final = 10
INDENT: Final = 4
LABELS: Final = {PSQL: "The database that it left:", SQL: "Statements:"}
OF_THE_RUN: Final = (REVISION, SERVER)
"""What is attached to the run's hook, and shown at the end."""
SIGNS: Final = {"- |": "red", "+ |": "green", "≠ |": "yellow"}
"""How rows of a table begin that are missing, surplus or different."""


def of_case(case: Case, feature: str, rule: str, rule_id: str, layout: Layout) -> Iterator[Text]:
    """Yield what is to be known of a case that failed."""
    yield Text(f"{layout.signs.failed} {case.status.value.upper()}  {safe(case.place)}", BAD)
    label = case.keyword if case.outline is None else "Example"
    row = ", ".join(f"{heading}: {cell}" for heading, cell in case.row)
    yield from _labelled("Feature", feature, layout)
    yield from _labelled("Rule", ": ".join(filter(None, (rule_id, rule))), layout)
    yield from _labelled(label, case.name, layout)
    yield from _labelled("Row", row, layout)
    for one in case.executed:
        if one.status.is_failure:
            yield from _executed(one, case.uri, layout)
    said = [one for one in case.executed if one.status.is_failure]
    for attachment in case.attachments:
        yield from _attached(attachment, said)


def of_hook(hook: Hook, feature: str, layout: Layout) -> Iterator[Text]:
    """Yield what is to be known of a hook that belongs to no case and failed."""
    yield Text(f"{layout.signs.failed} {hook.status.value.upper()}  {in_one_line(hook.name)}", BAD)
    yield from _labelled("Feature", feature, layout)
    yield from _places(hook.place)
    yield from _reason(hook, layout)
    for attachment in hook.attachments:
        yield from _attached(attachment, [hook])


def listed(run: Run, new: frozenset[str], layout: Layout) -> Iterator[Text]:
    """Yield a line for each hook and each case that failed: `new` are places of cases."""
    hooks = [(hook, "hook") for hook in run.hooks]
    hooks += [(hook, feature.uri) for feature in run.features for hook in feature.hooks]
    for hook, where in hooks:
        if hook.status.is_failure:
            yield _line(where, [hook.name], layout)
    failed = [
        (rule, case) for _, rule in run.rules for case in rule.cases if case.status.is_failure
    ]
    for rule, case in failed[:MOST_LISTED]:
        about = ["(new)" if case.place in new else "", rule.id, case.name]
        yield _line(case.place, about, layout)
    if (more := len(failed) - MOST_LISTED) > 0:
        yield Text(f"  and {more:,} more", FAINT)


def _line(place: str, about: Iterable[str], layout: Layout) -> Text:
    """Return a line with a place, which is never cut: readers copy it."""
    line = Text(f"  {safe(place)}")
    room = layout.width - cell_len(line.plain) - 2
    if room >= NARROWEST:
        text = "  ".join(filter(None, map(in_one_line, about)))
        line.append(f"  {cut(text, room, layout.signs.cut)}")
    return line


def _labelled(label: str, text: str, layout: Layout) -> Iterator[Text]:
    if text:
        begin = f"  {padded(safe(label), LABEL)}"
        for line in wrapped(text, layout.width - cell_len(begin)):
            yield Text(begin, FAINT).append(line, "not dim")
            begin = " " * cell_len(begin)


def _executed(one: Hook | Step, uri: str, layout: Layout) -> Iterator[Text]:
    if isinstance(one, Step):
        yield from _labelled("Step", wording.title(one), layout)
        yield from _places(f"{uri}:{one.line}", one.place)
    else:
        yield from _labelled("Hook", one.name, layout)
        yield from _places(one.place)
    yield from _reason(one, layout)
    if isinstance(one, Step) and one.snippet and not _is_said(one.snippet, [one]):
        yield Text()
        yield from _indented(one.snippet)


def _places(*places: str) -> Iterator[Text]:
    for place in filter(None, places):
        yield Text(f"  {'':<{LABEL}}{safe(place)}", FAINT)


def _reason(one: Hook | Step, layout: Layout) -> Iterator[Text]:
    """Yield why it failed. An assertion says all in its message, another error in its trace."""
    yield Text()
    problem = one.problem
    says_all = one.status is not Status.ERROR or problem is None or problem.type == HARNESS_ERROR
    trace = "" if says_all or problem is None else problem.trace.strip("\n")
    said = (problem.message.strip("\n") if problem else "") or wording.message(one, one.status)
    if said.strip() not in trace:
        said = fitted(said, one.attachments, layout.width - INDENT)
        kind = f"{problem.type}: " if problem and not says_all and not trace else ""
        yield from _indented(f"{kind}{said}")
    if trace:
        yield from _indented(trace)


def _attached(attachment: Attachment, failed: Iterable[Hook | Step]) -> Iterator[Text]:
    if attachment.is_base64 or not attachment.media_type.startswith("text/"):
        return
    if attachment.media_type in OF_THE_RUN or _is_said(attachment.body, failed):
        return
    lines = attachment.body.strip("\n").splitlines()
    yield Text()
    if label := attachment.file_name or LABELS.get(attachment.media_type, ""):
        yield Text(f"    {in_one_line(label)}", FAINT)
    yield from _indented("\n".join(lines[:MOST_ATTACHED]))
    if (more := len(lines) - MOST_ATTACHED) > 0:
        yield Text(f"    and {more:,} more lines, which the report has", FAINT)


def _is_said(text: str, failed: Iterable[Hook | Step]) -> bool:
    """Return whether a message has the text, white space aside."""
    said = ("".join(one.problem.message.split()) for one in failed if one.problem)
    return any("".join(text.split()) in message for message in said)


def _indented(text: str) -> Iterator[Text]:
    """Yield the lines of a text; those that differ in a comparison in colour."""
    for line in safe(text.rstrip()).split("\n"):
        style = next((style for sign, style in SIGNS.items() if line.lstrip().startswith(sign)), "")
        yield Text(f"{' ' * INDENT}{line}".rstrip(), style)
