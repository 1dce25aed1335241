"""The strength of rules is read from a file; what is wrong with one is said."""

import json
from pathlib import Path
from typing import Any, Final

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import strength
from pgharness.results.settings import report_settings
from pgharness.results.strength import RuleStrength, Strength

CHANGES: Final = {"rule": "A change is stored", "feature": "a", "first": 2, "alone": ["x", "y"]}
UNIQUE: Final = {"rule": "An address is unique", "feature": "a", "first": 0, "alone": []}


def content(**parts: Any) -> dict[str, Any]:
    return {
        "sources": {"hand-made": {"generated": 2}, "schema": {"generated": 0}},
        "rules": {"a-1": CHANGES, "a-2": UNIQUE},
        "questioned": {"a-2": "It is a promise"},
        **parts,
    }


def read(folder: Path, text: str) -> Strength:
    file = folder / "strength.json"
    file.write_text(text, "utf-8")
    return strength.read(file)


def test_the_strength_of_rules_is_read(tmp_path: Path) -> None:
    found = read(tmp_path, json.dumps(content()))
    assert found == Strength(
        sources={"hand-made": {"generated": 2}, "schema": {"generated": 0}},
        rules={
            "a-1": RuleStrength("A change is stored", "a", 2, ("x", "y")),
            "a-2": RuleStrength("An address is unique", "a", 0),
        },
        questioned={"a-2": "It is a promise"},
    )


def test_the_example_in_the_documentation_is_read(tmp_path: Path) -> None:
    (example,) = str(strength.__doc__).split("```")[1::2]
    assert read(tmp_path, example.removeprefix("json")).questioned


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"more": 1}, "the file has the key 'more'; known are sources, rules, questioned"),
        ({"sources": []}, "'sources' of the file must be an object"),
        ({"sources": {"a": 1}}, "'a' of 'sources' must be an object"),
        ({"sources": {"a": {"n": "1"}}}, "'n' of the source 'a' must be a number"),
        ({"sources": {"a": {"n": 1}, "b": {}}}, "the source 'b' has no 'n'"),
        ({"rules": {"a-2": []}}, "the rule 'a-2' must be an object"),
        ({"rules": {"a-2": {**UNIQUE, "first": True}}}, "'first' of the rule 'a-2' must be a num"),
        ({"rules": {"a-2": {**UNIQUE, "alone": [1]}}}, "'alone' of the rule 'a-2' is not a list"),
        ({"rules": {"a-2": {"rule": "x"}}}, "the rule 'a-2' has no 'feature'"),
        ({"questioned": {"a-2": 1}}, "'a-2' of 'questioned' must be a text"),
        ({"questioned": {"b-1": ""}}, "'questioned' names 'b-1', which is none of the rules"),
        ({"questioned": {"a-1": ""}}, "'questioned' names 'a-1', which noticed 2"),
    ],
)
def test_what_is_wrong_with_a_file_is_said(
    tmp_path: Path, parts: dict[str, Any], problem: str
) -> None:
    with pytest.raises(HarnessError) as raised:
        read(tmp_path, json.dumps(content(**parts)))
    assert str(raised.value).startswith(f"wrong strength of rules in strength.json: {problem}")


def test_a_file_that_is_no_json_or_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match=r"in strength\.json is not JSON: Expecting value"):
        read(tmp_path, "no")
    with pytest.raises(HarnessError, match=r"in gone\.json: No such file or directory"):
        strength.read(tmp_path / "gone.json")
    with pytest.raises(HarnessError, match=r"the file must be an object"):
        read(tmp_path, "[]")


def test_a_project_names_the_file(tmp_path: Path) -> None:
    settings = '[tool.pgharness.report]\nstrength = "noticed.json"\n'
    (tmp_path / "pyproject.toml").write_text(settings, "utf-8")
    with pytest.raises(HarnessError, match=r"strength of .* names noticed\.json, which is not th"):
        report_settings(tmp_path, {})
    (tmp_path / "noticed.json").write_text("{}", "utf-8")
    assert report_settings(tmp_path, {}).strength == tmp_path / "noticed.json"
    assert report_settings(tmp_path.parent, {}).strength is None
