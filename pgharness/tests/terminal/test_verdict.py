"""The sentence at the end of a run."""

from dataclasses import replace

import pytest

import sample_runs as samples
from pgharness.results.model import Case, Hook, Run, Status
from pgharness.results.terminal.verdict import is_good, sentence

PASSED, FAILED, SKIPPED, NOT_RUN = Status.PASSED, Status.FAILED, Status.SKIPPED, Status.NOT_RUN
STOPPED = "not run: the run ended before"
SIGINT = "the run was interrupted (SIGINT)"
BROKEN = Hook(name="after_all", status=Status.ERROR)


def case(status: Status = PASSED, reason: str = "") -> Case:
    return samples.case("A", status, reason=reason)


def run(*cases: Case, message: str = "", hooks: tuple[Hook, ...] = ()) -> Run:
    success = not message and not hooks and not any(case.status.is_failure for case in cases)
    feature = samples.feature(*cases)
    return samples.run(feature, success=success, message=message, hooks=hooks)


SIZE = "1 feature, 1 rule"
SENTENCES = {
    "all hold": (run(case(), case()), f"{SIZE}, 2 examples: all hold"),
    "skipped": (
        run(case(), case(SKIPPED, reason="needs Docker"), case(SKIPPED, reason="needs Docker")),
        f"{SIZE}, 3 examples: all hold (2 skipped: needs Docker)",
    ),
    "skipped without a reason": (
        run(case(), case(SKIPPED)),
        f"{SIZE}, 2 examples: all hold (1 skipped)",
    ),
    "all skipped": (
        run(case(SKIPPED, reason="slow")),
        f"{SIZE}, 1 example: none was executed; 1 skipped: slow",
    ),
    "failed": (
        run(case(), case(FAILED), case(Status.ERROR), case(FAILED)),
        f"{SIZE}, 4 examples: 1 held, 2 failed, 1 with errors; 1 rule does not hold: accounts-10",
    ),
    "--stop": (
        run(case(FAILED), case(NOT_RUN, reason=STOPPED), case(NOT_RUN, reason=STOPPED)),
        (
            f"{SIZE}, 3 examples: 1 failed; 1 rule does not hold: accounts-10;"
            " 2 not run: the run ended before"
        ),
    ),
    "interrupted": (
        run(case(), case(NOT_RUN, reason=f"{STOPPED} ({SIGINT})"), message=SIGINT),
        f"{SIZE}, 2 examples: 1 held; 1 not run: the run ended before ({SIGINT})",
    ),
    "interrupted at the end": (
        run(case(), message=SIGINT),
        f"{SIZE}, 1 example: 1 held; {SIGINT}",
    ),
    "could not start": (
        run(case(NOT_RUN, reason=STOPPED), message="no server was found: set TEST_DATABASE_URL."),
        (
            f"{SIZE}, 1 example: none was executed; 1 not run: the run ended before;"
            " no server was found: set TEST_DATABASE_URL."
        ),
    ),
    "hook failed": (
        run(case(), hooks=(BROKEN,)),
        f"{SIZE}, 1 example: 1 held; 1 hook failed: after_all",
    ),
    "nothing selected": (samples.run(), "Nothing was run: no example was selected"),
    "nothing selected, and why": (
        samples.run(message="no rule has the tag @tasks-99."),
        "Nothing was run: no rule has the tag @tasks-99.",
    ),
    "killed": (
        replace(run(case()), finished=None, success=False),
        f"{SIZE}, 1 example: 1 held; the run has not finished: it is going on, or was killed",
    ),
    "failed without a reason": (
        replace(run(case()), success=False),
        f"{SIZE}, 1 example: 1 held; the run failed, though no example did: see its output",
    ),
    "every status": (
        samples.EVERY_STATUS,
        (
            "2 features, 2 rules, 11 examples: 3 held, 1 failed, 2 with errors, 1 ambiguous,"
            " 1 undefined, 1 pending; 1 rule does not hold: accounts-10;"
            " 2 hooks failed: after_all, before_rule; 1 not run; 1 skipped: needs PostgreSQL 19"
        ),
    ),
}


@pytest.mark.parametrize(("given", "said"), SENTENCES.values(), ids=SENTENCES)
def test_the_verdict_says_in_words_what_the_run_showed(given: Run, said: str) -> None:
    assert sentence(given) == said
    assert is_good(given) == ("all hold" in said)


def test_a_dry_run_has_no_results() -> None:
    dry = run(case(SKIPPED), case(SKIPPED), message="dry run: no step was executed")
    assert sentence(dry, dry_run=True) == (f"{SIZE}, 2 examples: nothing was executed (dry run)")
    undefined = run(case(SKIPPED), case(Status.UNDEFINED))
    assert sentence(undefined, dry_run=True) == (
        f"{SIZE}, 2 examples: nothing was executed (dry run); 1 undefined"
    )


def test_numbers_are_written_with_commas() -> None:
    assert sentence(run(*[case()] * 1857)) == f"{SIZE}, 1,857 examples: all hold"


def test_a_project_without_rules_has_none() -> None:
    feature = samples.feature(case())
    rules = (replace(feature.rules[0], name="", tags=()),)
    without = samples.run(replace(feature, rules=rules))
    assert sentence(without) == "1 feature, 1 example: all hold"


def test_of_many_rules_and_reasons_only_some_are_named() -> None:
    (feature,) = run(case(FAILED)).features
    rules = [replace(feature.rules[0], tags=(f"@a-{number}",)) for number in range(12)]
    reasons = [case(SKIPPED, reason=f"reason {number}") for number in range(5)]
    rules.append(replace(rules[0], cases=tuple(reasons)))
    said = sentence(samples.run(replace(feature, rules=tuple(rules))))
    assert said.endswith(
        "12 rules do not hold: a-0, a-1, a-2, a-3, a-4, a-5, a-6, a-7, a-8, a-9 and 2 more;"
        " 1 skipped: reason 0; 1 skipped: reason 1; 1 skipped: reason 2;"
        " 2 skipped for other reasons"
    )


def test_the_verdict_is_one_line_without_control_characters() -> None:
    assert sentence(samples.hostile()).isprintable()
