"""What a reader sees of an opened page, and all that a page can show besides a run."""

from typing import Any, Final

import page_runs
from page_fixtures import Opened
from pgharness.results.changes import Change, Changes
from pgharness.results.drawings import Drawing
from pgharness.results.model import Run, Status
from pgharness.results.requirements import Catalogue, Chapter, Section, ShownRequirement
from pgharness.results.strength import RuleStrength, Strength


def requirements(run: Run) -> list[Chapter]:
    """One requirement that does not hold, one that holds, one that is open."""
    first, second = list(run.rules)[:2]
    shown = (
        ShownRequirement("2.3.4", "Locks are used", 2, (first, second), Status.FAILED),
        ShownRequirement("2.3.1", "Input is validated", 1, (second,), Status.PASSED),
        ShownRequirement("2.3.9", "Nothing shows this", 1, note="The half is missing."),
        ShownRequirement("2.3.8", "Shown by a rule of another run", 1, (), Status.NOT_RUN),
    )
    return [Chapter("2", "Business Logic", (Section("2.3", "Business Logic Security", shown),))]


CHANGES: Final = Changes(
    page_runs.STARTED,
    newly_failing=(
        Change(
            "The display name is changed",
            "features/accounts/changing.feature:20",
            "accounts-8",
            "passed",
            "failed",
        ),
    ),
    slower=(Change("Gone", "features/gone.feature:3", "", "52 ms", "1.4 s"),),
)

STRENGTH: Final = Strength(
    sources={
        "hand-made": {"generated": 1200, "noticed": 1198, "survivors": 2},
        "schema": {"generated": 9, "noticed": 9, "survivors": 0},
    },
    rules={
        "accounts-8": RuleStrength("", "accounts", 1198, ("the version is ignored", "<b>")),
        "accounts-9": RuleStrength("", "accounts", 0),
        "tasks-1": RuleStrength("", "tasks", 6, tuple(f"fault {each}" for each in range(6))),
        "tasks-98": RuleStrength("A rule of another run", "tasks", 0),
        "tasks-99": RuleStrength("Another one", "tasks", 0),
    },
    questioned={"tasks-98": "", "tasks-99": "It is a promise."},
)


def everything() -> dict[str, Any]:
    """All options of a page."""
    return {
        "command": "uv run behave",
        "changes": CHANGES,
        "requirements": requirements(page_runs.every_status()),
        "standard": Catalogue("std", "A Standard", "5.0", "https://example.org/standard"),
        "strength": STRENGTH,
        "drawings": [Drawing("The lifecycle", page_runs.WAITING, "From pending to done")],
    }


def texts(opened: Opened, selector: str) -> list[str]:
    """The visible text of each element that is shown."""
    found = opened.page.locator(selector).filter(visible=True).all()
    return [" ".join(one.inner_text().split()) for one in found]


def shown_cases(opened: Opened) -> list[str]:
    """The names of the examples that the filters let through."""
    names = "[...document.querySelectorAll('.case')].filter(e => !e.closest('[hidden]'))"
    found: list[str] = opened.page.evaluate(
        f"{names}.map(e => e.querySelector('.name').textContent)"
    )
    return found


def found(opened: Opened) -> str:
    """What the page says about what is found."""
    return opened.page.locator(".filters output").inner_text()


def wait_until(opened: Opened, condition: str) -> None:
    """Return when an expression is true.

    The expression is compiled once. Playwright's `wait_for_function` evaluates its text again at
    each attempt, which the policy of the page forbids, except for the first one.
    """
    again = f"() => ({condition}) ? done() : requestAnimationFrame(check)"
    opened.page.evaluate(f"new Promise((done) => {{ const check = {again}; check(); }})")


def search(opened: Opened, text: str) -> None:
    """Search; the page is filtered when this returns."""
    opened.page.get_by_label("Search").fill(text)


def texts_of_steps(case: Any) -> list[str]:
    """The statuses of steps, those of the background first."""
    return [each.text_content() for each in case.locator(".steps .status").all()]
