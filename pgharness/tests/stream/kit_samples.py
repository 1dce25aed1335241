"""The samples of the compatibility kit: with what code behave runs each, and where it differs."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import kit_differences as differences
from kit_comparison import Stream


def unchanged(stream: Stream) -> Stream:
    return stream


@dataclass(frozen=True)
class Sample:
    """How a sample is run, and what is adapted before it is compared."""

    code: str = ""
    """The module with its steps and hooks, if it does not have the sample's name."""
    options: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    """Further modules for the folder of the project."""
    edit: tuple[str, str] | None = None
    """What is replaced in the feature file, and in the expected messages."""
    expected: Callable[[Stream], Stream] = unchanged
    ours: Callable[[Stream], Stream] = unchanged
    reason: str = ""
    """Why something is adapted."""


BACKTICKS: Final = Sample(
    edit=("```", '"""'), reason="behave does not know backticks around a doc string"
)
ONE_HOOK: Final = Sample(
    expected=differences.one_hook_of_a_kind, reason="behave has one hook function of a kind"
)
NO_AMBIGUITY: Final = Sample(
    expected=differences.without_ambiguous_cases,
    reason="behave runs the first of several definitions; the scenarios with such a step are left"
    " out",
)
RETRIES: Final = "behave's function for retries would retry this, so that it is not used"

SAMPLES: Final = {
    "multiple-features": Sample("orders"),
    "rules-backgrounds": Sample("backgrounds"),
    "examples-tables-undefined-multiple": Sample("examples_tables_undefined"),
    "undefined-multiple": Sample("undefined"),
    "retry-pending": Sample(reason=RETRIES),
    "retry-undefined": Sample("empty", reason=RETRIES),
    "retry": Sample(options=("--runner=retrying:Retrying",), beside=("retrying",)),
    "multiple-features-reversed": Sample(
        "orders", options=("--runner=reversing:Reversing",), beside=("reversing",)
    ),
    # pytest would collect a module with the sample's name
    "test-run-exception": Sample(
        "run_exception", options=("--format=raising:Raising",), beside=("raising",)
    ),
    "attachments": BACKTICKS,
    "doc-strings": BACKTICKS,
    "all-statuses": NO_AMBIGUITY,
    "failedish-combinations": NO_AMBIGUITY,
    "global-hooks": ONE_HOOK,
    "global-hooks-afterall-error": ONE_HOOK,
    "global-hooks-beforeall-error": Sample(
        expected=differences.one_hook_of_a_kind,
        ours=differences.without("testRunFinished", "message"),
        reason=f"{ONE_HOOK.reason}; here the end says which hook failed",
    ),
    "hooks-skipped": Sample(
        edit=("but any", "yet any"),
        expected=differences.one_hook_of_a_kind,
        reason=f"{ONE_HOOK.reason}, and takes `but` in a description for a step",
    ),
    "hooks-conditional": Sample(
        expected=differences.sorted_hooks,
        ours=differences.without_hooks_for_other_tags,
        reason="behave calls one function for all tags; only it knows which it is meant for",
    ),
    "skipped-exception": Sample(
        expected=differences.without("testStepFinished", "testStepResult", "exception"),
        reason="in behave a step skips by a call that has a reason, not by an exception",
    ),
}
"""The samples with something of their own. All others have a module of their name, and no more."""

IMPOSSIBLE: Final = {
    "ambiguous": "behave runs the first of several definitions that match",
    "markdown": "behave has no parser for Markdown",
    "retry-ambiguous": "behave refuses a second definition for the same text when it loads steps",
    "unknown-parameter-type": "behave ends when it loads the step, before any formatter is made",
}
"""The samples that behave cannot run, with the reasons."""
