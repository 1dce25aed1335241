"""Attach what explains a failure to the reports of behave."""

from collections.abc import Callable, Iterable

from behave.model import Scenario, Status
from behave.runner import Context

from pgharness.core.attachments import Attachment
from pgharness.core.masking import masked
from pgharness.results.recording.formatter import EventFormatter


def attach(context: Context, attachments: Iterable[Attachment]) -> None:
    """Give the attachments to each formatter that takes them; ask for none if there is no such one.

    As `context.attach`, except that an error of a formatter affects no other and fails no scenario.
    """
    runner = context._runner  # noqa: SLF001 (behave offers no public way)
    takers = [one for one in runner.formatters if hasattr(one, "embedding")]
    if not takers:
        return
    for media_type, text in attachments:
        body = masked(text).encode("utf-8", "backslashreplace")
        for one in takers:
            _give(one.embedding, media_type, text if isinstance(one, EventFormatter) else body)


def _give(take: Callable[[str, str | bytes], object], media_type: str, data: str | bytes) -> None:
    try:
        take(media_type, data)
    except LookupError:
        pass  # behave's JSON formatter takes nothing after the last step
    except Exception as error:  # noqa: BLE001 (whatever a formatter raises)
        print(f"A formatter did not take an attachment of type {media_type}: {error!r}")


def current_step(scenario: Scenario) -> Callable[[], str]:
    """Return a function that names the step of a scenario that is being executed.

    It returns an empty text after the last one. behave has no hook for this that needs nothing of
    the project's; the step is the first one without a result.
    """

    def named() -> str:
        untested = (step for step in scenario.all_steps if step.status is Status.untested)
        step = next(untested, None)
        return f"line {step.line}: {step.keyword} {step.name}" if step is not None else ""

    return named
