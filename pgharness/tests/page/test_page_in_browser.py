"""The page of a run in Chromium: what a reader sees, finds and opens."""

import re
from dataclasses import replace

from playwright.sync_api import expect

import page_runs
from page_fixtures import Open
from page_reading import STRENGTH, everything, texts, texts_of_steps
from pgharness.results.changes import Change, Changes
from pgharness.results.model import Rule, Status
from pgharness.results.requirements import Chapter, Section, ShownRequirement

SHARES_BROWSER = True
"""No test here needs an event loop of its own."""

PHONE = {"viewport": {"width": 360, "height": 740}}


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
        "Database server": "PostgreSQL 18.6, embedded",
        "Revision": "4f0c2d1a9e77 with changes not committed",
        "Python": "CPython 3.13.1",
        "System": "Linux",
        "Test runner": "behave 1.3.3",
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
    stake = "At stake: Changing an account, in order to keep my name and address correct"
    assert f"{stake}, as an account holder" in listed
    assert "1 row differs, 1 row is missing, 1 row is not expected" in listed


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
    expect(opened.page).to_have_url(re.compile("#tasks-9$"))
    expect(opened.page.locator("#tasks-9 details").first).to_have_attribute("open", "")


def test_what_changed_is_shown_with_links(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    rows = texts(opened, "#changes tbody tr")
    assert rows == ["The display name is changed accounts-8 passed failed", "Gone 52 ms 1.4 s"]
    opened.page.locator("#changes").get_by_role("link", name="The display name").click()
    expect(opened.page).to_have_url(re.compile(r"#features/accounts/changing\.feature:20$"))


def test_of_many_changes_the_first_are_listed(open_page: Open) -> None:
    many = tuple(Change(f"Case {n}", f"a.feature:{n}", "", "passed", "failed") for n in range(40))
    changes = Changes(page_runs.STARTED, newly_failing=many)
    opened = open_page(page_runs.every_status(), options={"changes": changes})
    assert texts(opened, "#changes h3") == ["Newly failing 40 examples"]
    assert len(texts(opened, "#changes tbody tr")) == 15
    opened.page.get_by_text("25 more examples").click()
    assert len(texts(opened, "#changes tbody tr")) == 40


def test_requirements_have_their_rules_or_are_open(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    first = "accounts-8 A change is stored with its time, and affects one account"
    second = "accounts-9 The email address of another account is refused, regardless of case"
    assert texts(opened, "#requirements .requirements > li") == [
        f"2.3.4 Level 2 Locks are used {first} does not hold {second} holds does not hold",
        f"2.3.1 Level 1 Input is validated {second} holds holds",
        "2.3.9 Level 1 Nothing shows this The half is missing. open",
        "2.3.8 Level 1 Shown by a rule of another run not in this run",
    ]
    assert texts(opened, ".top .detail a") == [
        "4 public requirements: 1 holds, 1 does not hold, 1 not checked in this run, 1 open."
    ]
    [badge] = texts(opened, ".contents li:has(> a[href='#requirements']) > .badge")
    assert badge.startswith("1")
    said = texts(opened, "#requirements > p")
    assert said[0].startswith("Of A Standard 5.0, the chapters that concern this service.")
    assert said[1].startswith(
        "4 requirements: 1 holds, 1 does not hold, 1 not checked in this run, 1 open."
    )
    assert said[2:] == [
        "Shown not to hold: 2.3.4",
        "Shown to hold: 2.3.1",
        "Not checked in this run: 2.3.8",
    ]
    opened.page.get_by_role("link", name="2.3.1", exact=True).click()
    expect(opened.page.locator("#requirement-2\\.3\\.1")).to_be_in_viewport()


def test_a_note_leads_to_the_rules_that_it_names(open_page: Open) -> None:
    note = "Half of it is shown (accounts-8, gone-1)."
    shown = (ShownRequirement("2.2.1", "Input is validated", note=note),)
    chapter = Chapter("2", "Business Logic", (Section("2.2", "Input", shown),))
    opened = open_page(page_runs.every_status(), options={"requirements": [chapter]})
    assert texts(opened, ".requirements .note") == [note]
    assert texts(opened, "#requirements .chapter .count") == ["1 requirement: 1 open"]
    assert texts(opened, ".requirements .note a") == ["accounts-8"]
    opened.page.locator(".requirements .note a").click()
    expect(opened.page).to_have_url(re.compile(r"#accounts-8$"))


def test_the_tag_of_a_requirement_is_a_link_to_it(open_page: Open) -> None:
    shown = (ShownRequirement("2.2.1", "Input is validated"),)
    chapter = Chapter("2", "Business Logic", (Section("2.2", "Input", shown),))
    opened = open_page(page_runs.every_status(), options={"requirements": [chapter]})
    opened.page.locator("#accounts-9 summary").first.click()
    opened.page.get_by_role("link", name="@asvs-2.2.1").click()
    expect(opened.page).to_have_url(re.compile(r"#requirement-2\.2\.1$"))


def test_the_strength_of_rules_is_shown_if_it_is_known(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    assert texts(opened, "#strength .sources tr") == [
        "Source Generated Noticed Survivors",
        "Hand-made 1,200 1,198 2",
        "Schema 9 9 0",
    ]
    ids = [row.split(" ", 1)[0] for row in texts(opened, "#strength .noticing tbody tr")]
    assert ids == ["accounts-8", "accounts-9", "tasks-1", "tasks-98", "tasks-99"]
    assert texts(opened, "#strength .noticing td:nth-child(2)") == ["1,198", "0", "6", "0", "0"]
    assert texts(opened, "#strength .noticing td:nth-child(3)") == [
        "the version is ignored <b>",
        "none",
        "6 faults",
        "Noticed nothing.",
        "Noticed nothing. Kept: It is a promise.",
    ]
    assert "5 rules: 2 noticed nothing." in texts(opened, "#strength p")
    assert "and those that it noticed and no other rule did" in texts(opened, "#strength p")[0]
    assert not open_page(page_runs.every_status()).page.locator("#strength").count()


def test_what_a_rule_alone_noticed_is_not_said_if_it_was_not_measured(open_page: Open) -> None:
    rules = {id_: replace(each, alone=()) for id_, each in STRENGTH.rules.items()}
    options = {"strength": replace(STRENGTH, rules=rules)}
    opened = open_page(page_runs.every_status(), options=options)
    assert "no other rule notices was not measured" in texts(opened, "#strength p")[0]
    assert "none" not in texts(opened, "#strength .noticing td:nth-child(3)")
    assert "" in texts(opened, "#strength .noticing th:nth-child(3)")


def test_many_faults_that_one_rule_noticed_are_listed_when_asked_for(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    opened.page.locator("#strength summary").click()
    assert texts(opened, "#strength details li") == [f"fault {each}" for each in range(6)]


def test_a_rule_in_the_list_of_strengths_leads_to_the_rule(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    opened.page.locator("#strength a", has_text="accounts-8").click()
    expect(opened.page).to_have_url(re.compile(r"#accounts-8$"))
    assert "A rule of another run" in " ".join(texts(opened, "#strength th"))


def test_nothing_in_a_drawing_runs(open_page: Open) -> None:
    opened = open_page(page_runs.every_status(), options=everything())
    image = opened.page.get_by_role("img", name="From pending to done")
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") == 340
    assert opened.page.title() != "ran"
    assert not opened.page.locator("svg script").count()
