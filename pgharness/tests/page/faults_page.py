"""Faults of the page of a run: in its text, its style, its script and its policy."""

from collections.abc import Callable

from _pytest.monkeypatch import MonkeyPatch
from jinja2 import BaseLoader, Environment
from playwright.sync_api import expect

import test_page
import test_page_in_browser as in_browser
import test_page_in_use as in_use
import test_run_reports as reports
from breaking import fault
from pgharness.adapters.behave.selection import checking
from pgharness.results.model import Status
from pgharness.results.page import attachments, rendering, verdicts, views, words
from pgharness.results.page.anchors import Anchors
from pgharness.results.page.verdicts import Verdict


class _Changed(BaseLoader):
    """Templates of which one is changed."""

    def __init__(self, loader: BaseLoader, name: str, old: str, new: str) -> None:
        self._loader = loader
        self._name, self._old, self._new = name, old, new

    def get_source(
        self, environment: Environment, template: str
    ) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, _, _ = self._loader.get_source(environment, template)
        if template == self._name:
            source = _replaced(source, self._old, self._new)
        return source, None, None


def _replaced(text: str, old: str, new: str) -> str:
    if old not in text:
        raise LookupError(f"{old!r} is not there any more")
    return text.replace(old, new)


def _change_template(patch: MonkeyPatch, name: str, old: str, new: str) -> None:
    environment = rendering._environment.__wrapped__()
    assert environment.loader is not None
    environment.loader = _Changed(environment.loader, name, old, new)
    patch.setattr(rendering, "_environment", lambda: environment)


def _change_asset(patch: MonkeyPatch, name: str, old: str, new: str) -> None:
    read = rendering._asset

    def changed(asset: str) -> str:
        return _replaced(read(asset), old, new) if asset == name else read(asset)

    patch.setattr(rendering, "_asset", changed)


def _expect_soon(patch: MonkeyPatch) -> None:
    """Let what the page does at once be waited for a second, not five."""
    patch.setattr(expect, "_timeout", 1000)


@fault("text of a run is markup", noticed_by=test_page.test_text_of_the_run_is_never_markup)
def nothing_is_escaped(patch: MonkeyPatch) -> None:
    environment = rendering._environment.__wrapped__()
    environment.autoescape = False
    patch.setattr(rendering, "_environment", lambda: environment)


@fault("any script runs", noticed_by=in_use.test_no_script_but_the_pages_own_runs)
def there_is_no_policy(patch: MonkeyPatch) -> None:
    patch.setattr(rendering, "POLICY", "")


@fault(
    "escape sequences and control characters get through",
    noticed_by=test_page.test_characters_that_html_refuses_are_shown_as_escapes,
)
def characters_are_kept(patch: MonkeyPatch) -> None:
    patch.setattr(rendering, "plain", lambda text: text)


@fault("two elements have one id", noticed_by=test_page.test_each_id_is_on_the_page_once)
def ids_are_shared(patch: MonkeyPatch) -> None:
    patch.setattr(Anchors, "_unique", lambda _, anchor: anchor)


@fault(
    "a run without examples holds",
    noticed_by=test_page.test_the_verdict_is_a_sentence,
    run=test_page.run_of(message="no server"),
    kind="bad",
    sentence="The run could not start, so no rule was judged.",
)
def nothing_holds(patch: MonkeyPatch) -> None:
    good = Verdict("good", "All 0 rules hold.", ())
    patch.setattr(verdicts, "_without_cases", lambda _: good)


@fault(
    "a run that was killed holds so far as it went",
    noticed_by=test_page.test_the_verdict_is_a_sentence,
    run=test_page.run_of(Status.PASSED, Status.NOT_RUN, finished=None),
    kind="bad",
    sentence="The run did not finish: 1 of 2 rules holds, 1 was not fully run.",
)
def not_run_is_no_rule(patch: MonkeyPatch) -> None:
    patch.setattr(verdicts, "_judged", lambda _: ("rule", [Status.PASSED]))


@fault(
    "twice as many failing examples are open from the start",
    noticed_by=in_use.test_of_300_failures_the_first_are_listed_and_open,
)
def twice_as_many_are_open(patch: MonkeyPatch) -> None:
    patch.setattr(views, "OPENED", 2 * views.OPENED)


@fault(
    "a rule that was not run is drawn as one that holds",
    noticed_by=in_browser.test_the_picture_says_in_words_what_it_shows,
)
def unknown_is_drawn_as_passed(patch: MonkeyPatch) -> None:
    patch.setattr(views, "drawn", lambda status: "failed" if status.is_failure else "passed")


@fault(
    "steps of a background are always shown as passed",
    noticed_by=in_browser.test_a_failing_step_of_a_background_is_not_shown_as_passed,
)
def backgrounds_pass(patch: MonkeyPatch) -> None:
    status = '<span class="status">{{ one.status }}</span>'
    always = status.replace("one.status", "'passed' if one.in_background else one.status")
    _change_template(patch, "example.html.jinja", status, always)


@fault(
    "cells that differ are not marked",
    noticed_by=in_browser.test_a_failure_shows_what_differs_and_how_to_repeat_it,
)
def nothing_is_marked(patch: MonkeyPatch) -> None:
    patch.setitem(attachments.SIGNS, "≠", ("changed", "differs"))


@fault(
    "a doc string loses its indentation",
    noticed_by=in_browser.test_steps_have_their_tables_and_texts_as_written,
)
def doc_strings_are_stripped(patch: MonkeyPatch) -> None:
    text = "{{ one.doc_string }}"
    changed = "{{ one.doc_string.split() | join(' ') }}"
    _change_template(patch, "example.html.jinja", text, changed)


@fault(
    "what the filters hide cannot be linked to",
    noticed_by=in_use.test_a_link_leads_to_a_rule_that_the_filters_hide,
)
def hidden_rules_stay_hidden(patch: MonkeyPatch) -> None:
    _expect_soon(patch)
    _change_asset(patch, "page.js", "at.hidden = false;", "")


@fault(
    "the text of steps is not searched",
    noticed_by=in_use.test_examples_are_found_by_all_words,
    text="dear sir",
    names=["The address is changed"],
)
def only_names_are_searched(patch: MonkeyPatch) -> None:
    steps, names = "one.element.textContent", "one.element.querySelector('.name').textContent"
    _change_asset(patch, "page.js", steps, names)


@fault(
    "a tag of the rule does not count for its examples",
    noticed_by=in_use.test_examples_are_filtered,
    label="Tag",
    value="asvs-2.2.1",
    names=["The address of another account is refused"] * 2,
)
def tags_are_not_inherited(patch: MonkeyPatch) -> None:
    _change_asset(patch, "page.js", "new Set([...shared, ...tagsOf(one)])", "new Set(tagsOf(one))")


@fault(
    "the tables of closed examples are measured, one after the other",
    noticed_by=in_use.test_of_a_whole_suite_only_what_is_open_is_laid_out,
)
def closed_tables_are_measured(patch: MonkeyPatch) -> None:
    _change_asset(patch, "page.js", "if (!box.checkVisibility()) continue;", "")


@fault(
    "failures are closed on paper",
    noticed_by=in_use.test_printed_pages_have_rules_and_failures_open,
)
def paper_cannot_be_opened(patch: MonkeyPatch) -> None:
    _change_asset(patch, "page.css", ".case.failing::details-content", ".none")


@fault("the focus cannot be seen", noticed_by=in_use.test_the_page_is_used_by_keyboard)
def the_focus_is_invisible(patch: MonkeyPatch) -> None:
    _change_asset(patch, "page.css", "outline: 3px solid", "outline: 0 none")


@fault(
    "a long word makes a phone scroll sideways",
    noticed_by=in_use.test_a_phone_needs_no_scrolling_sideways,
)
def words_are_not_broken(patch: MonkeyPatch) -> None:
    _change_asset(patch, "page.css", "overflow-wrap: anywhere", "overflow-wrap: normal")


@fault(
    "small print is hard to read in the dark",
    noticed_by=in_use.test_axe_finds_nothing_serious,
    scheme="dark",
    width=1280,
)
def the_dark_is_too_dark(patch: MonkeyPatch) -> None:
    _change_asset(patch, "page.css", "--muted: #a0a8b1", "--muted: #50585f")


@fault(
    "a word for a verdict is not explained",
    noticed_by=test_page.test_every_word_for_a_verdict_has_a_meaning,
)
def open_means_nothing(patch: MonkeyPatch) -> None:
    patch.delitem(words.MEANINGS, "open")


@fault(
    "a long text is open from the start",
    noticed_by=in_use.test_a_long_text_does_not_hide_what_is_below_it,
    lines=300,
    ending="",
)
def long_texts_are_open(patch: MonkeyPatch) -> None:
    patch.setattr(attachments, "LONGEST", 1000)


@fault(
    "a link to a rule leaves its failures closed",
    noticed_by=in_use.test_a_link_to_a_rule_tells_where_it_is_and_shows_a_failure,
)
def failures_stay_closed(patch: MonkeyPatch) -> None:
    _expect_soon(patch)
    _change_asset(patch, "page.js", "failing[0].open = true", "failing[0].open = false")


@fault(
    "the lines of a text count as if none were broken",
    noticed_by=in_use.test_a_long_text_does_not_hide_what_is_below_it,
    lines=10,
    ending=f" FROM {'long, ' * 60}",
)
def lines_are_not_broken(patch: MonkeyPatch) -> None:
    patch.setattr(attachments, "WIDTH", 10_000)


@fault(
    "a run of a selection looks like a run of everything",
    noticed_by=reports.test_reports_say_that_a_run_is_of_a_selection,
    arguments=("features/a.feature:2",),
    said="features/a.feature:2",
)
def selections_are_not_said(patch: MonkeyPatch) -> None:
    patch.setattr(checking, "said", lambda *_: "")
