"""A case has one key: in behave's model before the run, and in the results after it."""

from pathlib import Path

import pytest
from behave.parser import parse_feature

from pgharness.results.history import case_key
from pgharness.results.model import Run
from pgharness.results.recording.documents import Documents
from pgharness.results.recording.events import Events
from pgharness.results.recording.keys import scenario_key
from pgharness.results.recording.places import Places
from pgharness.results.stream.building import Builder
from pgharness.results.stream.collecting import Collector

ODD = r"""
@of-all
Feature: Pets
  Background:
    Given a cat

  Scenario: Outside of rules
    Given a cat

  @pets-7 @other
  Rule: With an id
    Scenario Outline: <name> is <name> and not <other>, but <unknown>
      Given <given>

      @tagged
      Examples: of <name>
        | name   | other | given |
        | Tom    | <name> | a cat |
        | a\|b   | \\     | a cat |
        | "a\nb" | \\n    | a cat |
        |        | x     | a cat |

    Example: Ends with a number -- @1.1
      Given a cat

  Rule: Without an id
    Scenario: Same
      Given a cat
    Scenario: Same
      Given a cat
"""
TEXTS = {
    "as the reference parser has it": ODD,
    "as behave has it": ODD.replace("Given <given>", "Given <name>"),  # a step has what is escaped
    "in another language": "# language: de\nFunktionalität: Tiere\n  Szenario: Kater\n"
    "    Angenommen ein Kater\n",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_key_before_a_run_is_that_of_its_results(text: str, tmp_path: Path) -> None:
    feature = tmp_path / "features" / "a.feature"
    feature.parent.mkdir()
    feature.write_text(text, "utf-8")
    places = Places(tmp_path)
    parsed = parse_feature(text, filename=str(feature))
    before = {one.line: scenario_key(one, places) for one in parsed.walk_scenarios()}
    collector = Collector()
    Documents(Events([collector.take]), places).send(parsed, list(parsed.walk_scenarios()))
    after = keys_of(Builder(collector).run())
    assert before == after
    same = sum(1 for case in Builder(collector).run().cases if case.name == "Same")
    assert len(set(before.values())) == len(before) - max(same - 1, 0)


def keys_of(run: Run) -> dict[int, str]:
    """Return the keys of a run's cases, by their lines."""
    return {case.line: case_key(rule, case) for _, rule in run.rules for case in rule.cases}


def test_the_key_does_not_depend_on_what_is_selected(tmp_path: Path) -> None:
    text = TEXTS["as behave has it"]
    feature = tmp_path / "a.feature"
    feature.write_text(text, "utf-8")
    places = Places(tmp_path)
    found = []
    for part in (slice(None), slice(2)):
        parsed = parse_feature(text, filename=str(feature))
        collector = Collector()
        selected = list(parsed.walk_scenarios())[part]
        Documents(Events([collector.take]), places).send(parsed, selected)
        found.append((keys_of(Builder(collector).run()), collector.documents))
    (keys, documents), (some, of_part) = found
    assert some.items() < keys.items()
    (whole,), (part_of_it,) = documents.values(), of_part.values()
    assert whole.feature == part_of_it.feature
