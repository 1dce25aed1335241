"""The page of a run in Chromium: what a reader sees, finds and opens."""

import re
from dataclasses import replace
from typing import Any

import pytest

import page_runs
from page_fixtures import Open, Opened
from pgharness.core.attachments import SVG
from pgharness.results.changes import Change, Changes
from pgharness.results.drawings import Drawing
from pgharness.results.model import Attachment, Rule, Run, Status
from pgharness.results.requirements import Chapter, Section, ShownRequirement

SHARES_BROWSER = True
"""No test here needs an event loop of its own."""

PHONE = {"viewport": {"width": 360, "height": 740}}


def requirements(run: Run) -> list[Chapter]:
    """One requirement that does not hold, one that holds, one that is open."""
    first, second = list(run.rules)[:2]
    shown = (
        ShownRequirement("2.3.4", "Locks are used", 2, (first, second), Status.FAILED),
        ShownRequirement("2.3.1", "Input is validated", 1, (second,), Status.PASSED),
        ShownRequirement("2.3.9", "Nothing shows this", 1),
        ShownRequirement("2.3.8", "Shown by a rule of another run", 1, (), Status.NOT_RUN),
    )
    return [Chapter("2", "Business Logic", (Section("2.3", "Business Logic Security", shown),))]


CHANGES = Changes(
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


def everything() -> dict[str, Any]:
    """All options of a page."""
    return {
        "command": "uv run behave",
        "changes": CHANGES,
        "requirements": requirements(page_runs.every_status()),
        "strength": {"accounts-8": ["the version is ignored"], "accounts-9": []},
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
    return opened.page.locator(".filters output").inner_text()


def test_the_page_is_quiet(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    opened.page.get_by_role("button", name="Open all").click()
    opened.page.get_by_label("Search").fill("name")
    assert not opened.requests
    assert not opened.console
    assert opened.page.title() == "7 of 14 examples failed – Acceptance criteria"


def test_verdict_and_circumstances_come_first(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    assert opened.page.get_by_role("heading", level=1).inner_text() == "7 of 14 examples failed."
    facts = dict(zip(texts(opened, ".facts dt"), texts(opened, ".facts dd"), strict=True))
    assert facts == {
        "When": "29 November 2026, 20:21 UTC",
        "Duration": "2 min 5 s",
        "Server": "PostgreSQL 18.6, embedded",
        "Revision": "4f0c2d1a9e77+",
        "Python": "CPython 3.13.1",
        "System": "Linux",
        "Run by": "behave 1.3.3",
        "Build": "https://ci.example.org/builds/17",
    }


def test_rules_have_their_verdicts_and_examples_their_statuses(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    opened.page.get_by_role("button", name="Open all").click()
    verdicts = texts(opened, "#criteria .rule .verdict > .word")
    assert verdicts[2:11] == [
        "holds",
        "does not hold",
        "does not hold: error",
        "does not hold: error",
        "does not hold: undefined",
        "does not hold: ambiguous",
        "does not hold: pending",
        "skipped",
        "not run",
    ]
    words = "[...document.querySelectorAll('.capability:nth-of-type(2) .case > summary > .status')]"
    assert opened.page.evaluate(f"{words}.map(e => e.textContent)") == [
        *("passed", "failed", "error", "error", "undefined", "ambiguous", "pending"),
        *("skipped", "not run"),
    ]
    [steps] = opened.page.locator("#tasks-2 .case").all()
    assert texts_of_steps(steps) == ["passed", "passed", "failed", "skipped"]
    hook = opened.page.locator("#tasks-3 .hook")
    assert "error in before_scenario at features/environment.py:20" in hook.inner_text()
    assert "error in cleanup of database" in opened.page.locator("#tasks-4 .hook").inner_text()
    assert "Skipped: needs PostgreSQL 19" in opened.page.locator("#tasks-8").inner_text()
    assert "Not run: --stop ended the run" in opened.page.locator("#tasks-9").inner_text()


def texts_of_steps(case: Any) -> list[str]:
    """The statuses of steps, those of the background first."""
    return [each.text_content() for each in case.locator(".steps .status").all()]


def test_a_failing_step_of_a_background_is_not_shown_as_passed(open_page: Open) -> None:
    run = page_runs.every_status()
    case = run.features[0].rules[0].cases[1]
    failed = replace(page_runs.BACKGROUND, status=Status.FAILED)
    skipped = replace(case.steps[1], status=Status.SKIPPED)
    broken = replace(case, status=Status.FAILED, steps=(failed, skipped))
    feature = replace(run.features[0], rules=(Rule(name="One", line=2, cases=(broken,)),))
    opened = open_page(replace(run, features=(feature,)))
    background = opened.page.locator(".background")
    assert "failed Given these accounts" in " ".join(background.inner_text().split())
    assert texts_of_steps(opened.page.locator(".case")) == ["failed", "skipped"]


def test_steps_have_their_tables_and_texts_as_written(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    opened.page.get_by_role("button", name="Open all").click()
    example = opened.page.locator("#accounts-8 .case").nth(1)
    assert example.locator("pre.doc").inner_text() == "Dear Sir,\n\n  please change <b>it</b>.\n"
    cells = [each.inner_text() for each in example.locator("th, td").all()]
    assert cells == [cell for row in page_runs.ACCOUNTS for cell in row]


def test_a_failure_shows_what_differs_and_how_to_repeat_it(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    rows = texts(opened, "#accounts-8 .difference tbody tr")
    assert rows == [
        "as expected eve@example.org Eve 1 eve@example.org Eve 1",
        "differs ada@example.org Ada King 2 ada@example.org Ada Byron 3",
        "missing bram@example.nl Bram 1 no such row",
        "not expected no such row expected carl@example.org Carl 1",
    ]
    assert texts(opened, "#accounts-8 mark") == ["Ada King", "2", "Ada Byron", "3"]
    figures = texts(opened, "#accounts-8 figure")
    assert any("UPDATE accounts SET display_name" in figure for figure in figures)
    assert any("psql -h localhost" in figure for figure in figures)
    assert any("uv run behave features/accounts/changing.feature:20" in each for each in figures)
    listed = opened.page.locator("#failures .failure", has_text="accounts-8").inner_text()
    assert "At stake: Changing an account, in order to keep my name and address" in listed
    assert "accounts: 3 rows differ" in listed


def test_hooks_of_the_run_and_of_features_that_failed_are_listed(open_page: Open) -> None:
    listed = texts(open_page(page_runs.every_status()), "#failures .failure > p")
    assert "error outside of the examples, in after_all" in listed
    assert any(one.startswith("error in after_feature of the feature Statuses") for one in listed)


def test_the_picture_says_in_words_what_it_shows(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    assert opened.page.get_by_role(
        "img", name="Tasks: 1 of 9 rules hold, 6 do not, 1 not or partly run, 1 skipped"
    ).is_visible()
    opened.page.locator("use[data-to=tasks-9]").click()
    assert opened.page.url.endswith("#tasks-9")
    assert opened.page.locator("#tasks-9 details").first.get_attribute("open") is not None


def test_what_changed_is_shown_with_links(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    rows = texts(opened, "#changes tbody tr")
    assert rows == ["The display name is changed accounts-8 passed failed", "Gone 52 ms 1.4 s"]
    opened.page.locator("#changes").get_by_role("link", name="The display name").click()
    assert opened.page.url.endswith("#features/accounts/changing.feature:20")


def test_requirements_have_their_rules_or_are_open(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    first = "accounts-8 A change is stored with its time, and affects one account"
    second = "accounts-9 The email address of another account is refused, regardless of case"
    assert texts(opened, "#requirements .requirements > li") == [
        f"2.3.4 Level 2 Locks are used {first} does not hold {second} holds does not hold",
        f"2.3.1 Level 1 Input is validated {second} holds holds",
        "2.3.9 Level 1 Nothing shows this open",
        "2.3.8 Level 1 Shown by a rule of another run not in this run",
    ]


def test_the_strength_of_rules_is_shown_if_it_is_known(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    assert [row.split(" ", 1)[0] for row in texts(opened, "#strength tbody tr")] == [
        "accounts-8",
        "accounts-9",
    ]
    assert texts(opened, "#strength td") == ["the version is ignored", "none"]
    assert not open_page(page_runs.every_status()).page.locator("#strength").count()


def test_nothing_in_a_drawing_runs(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    image = opened.page.get_by_role("img", name="From pending to done")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 340
    assert opened.page.title() != "ran"
    assert not opened.page.locator("svg script").count()


@pytest.mark.parametrize(
    ("label", "value", "names"),
    [
        ("Status", "whatever failed (7)", 7),
        ("Status", "skipped (1)", ["It is skipped"]),
        ("Capability", "Tasks", 9),
        ("Tag", "slow", ["It is skipped"]),
        ("Tag", "asvs-2.2.1", ["The address of another account is refused"] * 2),
        ("Persona", "account holder", 4),
    ],
)
def test_examples_are_filtered(
    open_page: Open, label: str, value: str, names: list[str] | int
) -> None:
    opened = open_page(page_runs.every_status())
    assert found(opened) == "14 examples in 12 rules"
    opened.page.get_by_label(label, exact=True).select_option(label=value)
    names_now = shown_cases(opened)
    assert names_now == names if isinstance(names, list) else len(names_now) == names
    assert found(opened).startswith(f"{len(names_now)} example")
    opened.page.get_by_role("button", name="Show all").click()
    assert len(shown_cases(opened)) == 14


def search(opened: Opened, text: str) -> None:
    """Search; the page is filtered when this returns."""
    opened.page.get_by_label("Search").fill(text)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("dear sir", ["The address is changed"]),
        ("ACCOUNTS-9", ["The address of another account is refused"] * 2),
        ("another account mail servers", ["The address of another account is refused"] * 2),
        ("disk full", ["Its cleanup fails"]),
        ("no such text", []),
    ],
)
def test_examples_are_found_by_all_words(open_page: Open, text: str, names: list[str]) -> None:
    opened = open_page(page_runs.every_status())
    search(opened, text)
    assert shown_cases(opened) == names
    if not names:
        assert found(opened) == "No example matches"


def test_a_link_opens_its_rule(open_page: Open) -> None:
    opened = open_page(page_runs.large(cases=400), anchor="tasks-28")
    rule = opened.page.locator("#tasks-28")
    opened.page.wait_for_function(
        "document.activeElement === document.querySelector('#tasks-28 summary')"
    )
    assert rule.locator(".case").first.is_visible()
    assert rule.evaluate("e => e.getBoundingClientRect().top < innerHeight")


def test_a_link_to_an_example_opens_it(open_page: Open) -> None:
    place = "features/tasks/part_9.feature:40"
    opened = open_page(page_runs.large(cases=400), anchor=place)
    assert opened.page.locator(f'[id="{place}"] .steps').first.is_visible()


def test_a_link_leads_to_a_rule_that_the_filters_hide(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    search(opened, "dear sir")
    rule = opened.page.locator("#tasks-2")
    assert not rule.is_visible()
    opened.page.locator("#failures").get_by_role("link", name="A rule that fails").click()
    rule.locator(".case").wait_for(state="visible")
    assert opened.page.url.endswith("#tasks-2")
    assert rule.is_visible()
    search(opened, "disk full")
    assert not rule.is_visible()
    opened.page.locator("#failures").get_by_role("link", name="A rule that fails").click()
    assert rule.is_visible(), "the same link again, of which no event tells"


def test_the_page_is_used_by_keyboard(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    opened.page.keyboard.press("Tab")
    focused = opened.page.locator(":focus")
    assert focused.inner_text() == "Skip to the criteria"
    assert opened.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    opened.page.keyboard.press("Enter")
    opened.page.keyboard.press("/")
    assert focused.get_attribute("name") == "text"
    opened.page.keyboard.type("a/b")
    assert focused.input_value() == "a/b"


def test_no_script_but_the_pages_own_runs(open_page: Open) -> None:
    opened = open_page(page_runs.every_status())
    opened.page.evaluate(
        """() => {
          const script = document.createElement("script");
          script.textContent = "document.title = 'ran'";
          document.body.append(script);
          const images = "<img src=x onerror='document.title=1'><img src=https://example.org/x.png>";
          document.body.insertAdjacentHTML("beforeend", images);
        }"""
    )
    opened.page.wait_for_function("[...document.images].every(image => image.complete)")
    assert opened.page.title().startswith("7 of 14")
    assert not opened.requests, "the policy stops them before the browser asks"
    assert any("Content Security Policy" in said for said in opened.console)


def test_without_a_script_everything_is_there(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), java_script_enabled=False)
    assert not opened.page.get_by_label("Search").is_visible()
    opened.page.locator("#tasks-1 summary").first.click()
    opened.page.locator("#tasks-1 .case summary").click()
    assert opened.page.locator("#tasks-1 .steps").first.is_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_serious(open_page: Open, axe: str, scheme: str, width: int) -> None:
    opened = open_page(
        page_runs.every_status(),
        options=everything(),
        color_scheme=scheme,
        viewport={"width": width, "height": 800},
    )
    search(opened, "account")
    opened.page.get_by_role("button", name="Show all").click()
    opened.page.get_by_role("button", name="Open all").click()
    opened.page.evaluate(f"{axe}; undefined")
    violations = opened.page.evaluate("axe.run().then(result => result.violations)")
    serious = [each for each in violations if each["impact"] in {"serious", "critical"}]
    assert not [(each["id"], each["nodes"][0]["html"]) for each in serious]


def test_light_and_dark_differ(open_page: Open) -> None:
    colour = "getComputedStyle(document.body).backgroundColor"
    light = open_page(page_runs.killed(), color_scheme="light").page.evaluate(colour)
    dark = open_page(page_runs.killed(), color_scheme="dark").page.evaluate(colour)
    assert (light, dark) == ("rgb(255, 255, 255)", "rgb(20, 23, 26)")


def test_a_phone_needs_no_scrolling_sideways(open_page: Open) -> None:
    run = page_runs.every_status()
    wide = Attachment(SVG, page_runs.WAITING.replace('width="340"', 'width="3400"'))
    case = run.features[0].rules[0].cases[1]
    step = replace(case.steps[0], table=(tuple("abcdefghij" * 3),), attachments=(wide,))
    long = replace(case, name="x" * 300, steps=(step,))
    rule = Rule(name="Long", line=3, cases=(long,))
    feature = replace(run.features[0], uri="features/a/long.feature", rules=(rule,))
    opened = open_page(
        replace(run, features=(*run.features, feature)), options=everything(), **PHONE
    )
    opened.page.get_by_role("button", name="Open all").click()
    assert opened.page.evaluate("document.documentElement.scrollWidth") == 360
    assert texts(opened, "#accounts-8 .difference td")[:1] == ["eve@example.org"]
    box = opened.page.locator(".wide", has=opened.page.locator("text=j")).last
    assert box.get_attribute("tabindex") == "0", "what is wide is scrolled by keyboard"


def test_printed_pages_have_rules_and_failures_open(open_page: Open) -> None:
    opened = open_page(page_runs.large(failures=60, cases=400))
    visible = "e => e.checkVisibility({contentVisibilityAuto: true})"
    failing = opened.page.locator(".case.failing .steps").last
    assert not failing.evaluate(visible), "only the first ones are open on a screen"
    opened.page.emulate_media(media="print")
    assert failing.evaluate(visible)
    assert opened.page.locator(".case:not(.failing) > summary").last.evaluate(visible)
    assert not opened.page.locator(".filters").is_visible()
    assert not opened.page.get_by_role("navigation").is_visible()
    assert opened.page.pdf(format="A4").startswith(b"%PDF")


def test_of_a_whole_suite_only_what_is_open_is_laid_out(open_page: Open) -> None:
    opened = open_page(page_runs.large())
    count = "[...document.querySelectorAll('{0}')].filter(e => e.checkVisibility()).length"
    assert opened.page.locator(".case").count() == 1900
    assert opened.page.evaluate(count.format(".case")) == 0
    assert opened.page.evaluate(count.format(".rule")) == 238
    search(opened, "task 1777 keeps")
    assert shown_cases(opened) == ["Task 1777 keeps its version when it is renamed"]
    assert opened.page.evaluate(count.format(".case")) == 1


def test_of_300_failures_the_first_are_listed_and_open(open_page: Open) -> None:
    opened = open_page(page_runs.large(failures=300))
    assert re.fullmatch(r"\d+ more rules", opened.page.locator(".more > summary").inner_text())
    assert len(texts(opened, "#failures h3")) == 15
    assert opened.page.locator(".case[open]").count() == 20
    assert opened.page.locator("#failures .failure").count() == 225
