"""Sentences that several reports have in common: why a case or a run does not hold."""

import shlex
from collections.abc import Iterator
from typing import Final

from pgharness.results.model import Attachment, Case, Executed, Hook, Run, Status, Step
from pgharness.results.settings import COMMAND
from pgharness.results.text import counted, plain

UNFINISHED: Final = "The run has not finished: it is going on, or was killed."
FAILED: Final = "The run failed, though no example did: see its output."
NOTHING: Final = "The run has no example: none was selected, or it could not start."
STOPPED: Final = "stopped after the first failure"
SELECTED: Final = "Only a selection was run: "
NOT_RUN: Final = "not run: the run ended before"
NO_REASON: Final = "skipped: no reason was given"

UNEXPLAINED: Final = {
    Status.UNDEFINED: "no step definition matches",
    Status.AMBIGUOUS: "several step definitions match",
    Status.PENDING: "the step definition is not implemented yet",
}
"""What a status says of a step without a message."""


def own_problem(run: Run) -> str:
    """Return why the run does not hold, as far as no failed case or hook says it; else nothing."""
    counts = run.counts
    shown = any(status.is_failure for status in counts) or any(failed_hooks(run))
    if run.message and not (shown and run.message == STOPPED):
        return run.message
    if run.finished is None:
        return UNFINISHED
    if not counts and not shown:
        return NOTHING
    if (number := counts[Status.NOT_RUN]) and not shown:
        were = "was" if number == 1 else "were"
        return f"The run was broken off: {counted(number, 'example')} {were} not run."
    return "" if run.success or shown else FAILED


def holds(run: Run) -> bool:
    """Return whether the run holds, its hooks included, and has a scenario."""
    return run.holds and not own_problem(run) and not any(failed_hooks(run))


def failed_hooks(run: Run) -> Iterator[Hook]:
    """Yield the failed hooks of the run and of its features."""
    for hooks in (run.hooks, *(feature.hooks for feature in run.features)):
        yield from (hook for hook in hooks if hook.status.is_failure)


def reason(case: Case) -> str:
    """Return why a case was skipped or not run."""
    return case.reason or (NOT_RUN if case.status is Status.NOT_RUN else NO_REASON)


def kind(one: Executed | None, status: Status) -> str:
    """Return the class of the exception, or the status if there was none."""
    return (one and one.problem and one.problem.type) or status.value


def message(one: Executed | None, status: Status) -> str:
    """Return what the exception says, or what the status means."""
    if one is not None and one.problem is not None and (said := plain(one.problem.message).strip()):
        return said
    return UNEXPLAINED.get(status, status.value)


def messages(case: Case) -> Iterator[str]:
    """Yield the messages of all steps and hooks that failed, hooks with their names."""
    for one in case.executed:
        if one.status.is_failure:
            said = message(one, one.status)
            yield said if isinstance(one, Step) else f"{one.name}: {said}"


def title(one: Hook | Step) -> str:
    """Return a step as it is written, or the name of a hook."""
    return f"{one.keyword} {one.text}" if isinstance(one, Step) else one.name


def repeated(case: Case, command: str = COMMAND) -> str:
    """Return the command that runs the case again; `command` is its begin."""
    return f"{command} {shlex.quote(case.place)}"


def attached(attachment: Attachment) -> str:
    """Return an attachment as text; of one that is no text, its name and type."""
    name = attachment.file_name or attachment.media_type
    if attachment.is_base64:
        return (
            f"[attached: {name}]"
            if name == attachment.media_type
            else f"[attached: {name}, {attachment.media_type}]"
        )
    return f"--- {name}\n{plain(attachment.body)}"


def protocol(case: Case) -> str:
    """Return a line for each step with its status and seconds, tables and doc strings included."""
    lines = [f"{case.keyword}: {case.name}  # {case.place}"]
    for step in case.steps:
        lines.append(f"  {title(step)} ... {step.status.value} in {step.duration:.3f}s")
        lines += [f"    | {' | '.join(row)} |" for row in step.table]
        if step.doc_string is not None:
            lines += [f"    {line}" for line in ('"""', *step.doc_string.splitlines(), '"""')]
    return plain("\n".join(lines))


def failure(case: Case) -> str:
    """Return what a developer needs of a case that failed: steps, places, traces, attachments."""
    failed = [one for one in case.executed if one.status.is_failure]
    parts = [part for one in failed for part in _failed(case, one)]
    parts.append(f"To repeat it: {repeated(case)}")
    parts += map(attached, case.attachments)
    return "\n".join(map(plain, parts))


def hook_failure(hook: Hook) -> str:
    """Return what a developer needs of a hook that failed."""
    parts = [f"Failed hook: {hook.name}"]
    parts += _evidence(hook, f"Defined at: {hook.place}")
    return "\n".join(map(plain, (*parts, *map(attached, hook.attachments))))


def _failed(case: Case, one: Hook | Step) -> Iterator[str]:
    if isinstance(one, Step):
        yield f"Failing step: {title(one)} ({one.status.value})"
        yield f"Location: {case.uri}:{one.line}"
    else:
        yield f"Failed hook: {one.name}"
    yield from _evidence(one, f"Defined at: {one.place}")


def _evidence(one: Hook | Step, place: str) -> Iterator[str]:
    if one.place:
        yield place
    trace = one.problem.trace.rstrip() if one.problem is not None else ""
    said = message(one, one.status)
    if said not in trace:
        yield said
    if trace:
        yield trace
    if isinstance(one, Step) and one.snippet:
        yield one.snippet.rstrip()
