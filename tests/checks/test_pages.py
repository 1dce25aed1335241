"""The generated pages: complete, correct Markdown, and reported when they are stale."""

import re
from pathlib import Path
from typing import Final

import pytest
from behave.parser import parse_feature, parse_file

from checks import architecture_page, criteria_page, markdown, pages, steps_page
from features.support.service import ROOT
from pgharness.results.strength import RuleStrength, Strength

FEATURE = r"""
Feature: Paths | and <tags>
  @tasks-2
  Rule: A path with a | or a \ is <b>kept</b> in `full`
    Example: A path
      When nothing is done

  @tasks-1 @asvs-2.10.1 @asvs-2.2.1
  Rule: A rule with two requirements
    Example: A rule
      When nothing is done
"""

NOT_MEASURED: Final = Strength()


@pytest.fixture(scope="module")
def written() -> pages.Texts:
    return pages.pages()


def lines_of(feature: str, strength: Strength = NOT_MEASURED) -> list[str]:
    features = [parse_feature(feature, filename="features/tasks/a.feature")]
    return list(criteria_page.page(features, strength))


def test_the_committed_pages_are_up_to_date(written: pages.Texts) -> None:
    assert list(pages.stale(written)) == []


@pytest.mark.parametrize("change", ["missing", "edited"])
def test_a_stale_page_is_named_with_the_command(tmp_path: Path, change: str) -> None:
    texts = {"criteria.md": "as it is\n", "steps.md": "as it is\n"}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, "utf-8")
    if change == "missing":
        (tmp_path / "steps.md").unlink()
    else:
        (tmp_path / "steps.md").write_text("as it was\n", "utf-8")
    assert list(pages.stale(texts, tmp_path)) == [
        "docs/steps.md is not what the sources say now: run `uv run poe pages`"
    ]


def test_every_rule_is_in_the_page(written: pages.Texts) -> None:
    features = [parse_file(str(file)) for file in sorted(ROOT.glob("features/**/*.feature"))]
    rules = [rule for feature in features for rule in feature.rules]
    assert rules
    listed = re.findall(r"^\| `@([a-z]+-\d+)` \| (.+?) \| \[", written["criteria.md"], re.MULTILINE)
    assert sorted(sentence for _, sentence in listed) == sorted(
        markdown.escaped(rule.name) for rule in rules
    )
    assert all(id_ in {tag for rule in rules for tag in rule.tags} for id_, _ in listed)


def test_a_rule_without_an_asvs_id_is_listed_and_escaped() -> None:
    link = r"[Paths \| and \<tags\>](../features/tasks/a.feature)"
    sentence = r"A path with a \| or a \\ is \<b\>kept\</b\> in \`full\`"
    assert f"| `@tasks-2` | {sentence} | {link} |  |  |" in lines_of(FEATURE)


@pytest.mark.parametrize(
    ("first", "alone", "questioned", "cell"),
    [
        (12, ("a", "b", "c"), {}, "12 (3 alone)"),
        (12, (), {}, "12"),
        (0, (), {}, "0"),
        (0, ("a",), {}, "0 (1 alone)"),
        (0, (), {"tasks-2": "It is kept"}, "none"),
    ],
)
def test_a_rule_has_the_number_of_faults_that_it_noticed(
    first: int, alone: tuple[str, ...], questioned: dict[str, str], cell: str
) -> None:
    rules = {"tasks-2": RuleStrength("A path", "tasks/a", first, alone)}
    lines = lines_of(FEATURE, Strength({}, rules, questioned))
    assert [line for line in lines if line.endswith(f"| {cell} |  |")] == [
        line for line in lines if line.startswith("| `@tasks-2`")
    ]


def test_contracts_are_listed_apart() -> None:
    lines = lines_of(FEATURE.replace("@asvs-2.10.1", "@asvs-2.10.1 @contract"))
    rules, contracts = lines.index("## Rules"), lines.index("## Contracts")
    (rule,) = [number for number, line in enumerate(lines) if line.startswith("| `@tasks-2`")]
    (contract,) = [number for number, line in enumerate(lines) if line.startswith("| `@tasks-1`")]
    assert rules < rule < contracts < contract
    whole = lines_of(FEATURE.replace("Feature:", "@contract\nFeature:"))
    assert "### tasks" not in whole


def test_asvs_ids_are_in_the_order_of_their_numbers_and_lead_to_rules() -> None:
    lines = lines_of(FEATURE)
    rule = "[`@tasks-1`](../features/tasks/a.feature) A rule with two requirements"
    assert lines[-2:] == [f"| `@asvs-2.2.1` | {rule} |", f"| `@asvs-2.10.1` | {rule} |"]
    assert any(line.endswith("| `@asvs-2.2.1`, `@asvs-2.10.1` |") for line in lines)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"\d+|-", r"`\d+\|-`"),
        ("a `b`", "`` a `b` ``"),
        ("<id>", "`<id>`"),
        ("ends in \\", "`ends in \\`"),
        (r"a\|<b>&", "<code>a&#92;&#124;&lt;b&gt;&amp;</code>"),
    ],
)
def test_code_in_a_cell(text: str, expected: str) -> None:
    assert markdown.code(text) == expected


def test_every_pattern_has_an_example_and_a_count(written: pages.Texts) -> None:
    rows = re.findall(
        r"^\| (?:Given|When|Then|Step)[^|]* \| (.+)$", written["steps.md"], re.MULTILINE
    )
    assert len(rows) > len(list((ROOT / "features" / "steps").glob("*.py")))
    for row in rows:
        assert re.search(r"\.feature\)\) \| [1-9]\d* \|$", row), row


def test_an_example_is_literally_in_the_feature_if_one_is(written: pages.Texts) -> None:
    features = [parse_file(str(ROOT / "features" / "tasks" / "submitting.feature"))]
    (pattern,) = [
        each
        for each in steps_page.patterns(features)
        if each.text == "{person:Person} submits a task whose title is {value:Value}"
    ]
    assert written, "the steps are loaded"
    assert pattern.example is not None
    assert pattern.example.name == 'Ada submits a task whose title is "x" × 200'
    assert len(pattern.used) == 3, "a step of an outline counts once"


def test_an_arrow_that_follows_from_others_is_not_drawn() -> None:
    graph = {"a": frozenset("bc"), "b": frozenset("c"), "c": frozenset()}
    assert architecture_page.reduced(graph) == {
        "a": frozenset("b"),
        "b": frozenset("c"),
        "c": frozenset(),
    }


def test_imports_of_packages_are_read_from_the_sources(tmp_path: Path) -> None:
    for package, text in {
        "upper": "from domain.lower import thing\nimport domain.errors",
        "lower": "def late() -> None:\n    from domain import other",
        "other": "",
    }.items():
        folder = tmp_path / "domain" / package
        folder.mkdir(parents=True)
        (folder / "__init__.py").write_text("", "utf-8")
        (folder / "module.py").write_text(text, "utf-8")
    assert architecture_page.within("domain", tmp_path) == {
        "lower": frozenset({"other"}),
        "other": frozenset(),
        "upper": frozenset({"lower"}),
    }


def test_the_drawing_has_every_package_of_the_harness() -> None:
    drawn = list(architecture_page.drawing())
    packages = {file.parent.name for file in (ROOT / "pgharness/src/pgharness").glob("*/*.py")}
    assert packages
    for package in packages:
        assert f"        pgharness_{package}[{package}]" in drawn


def test_what_is_generated_in_a_page_leaves_the_rest() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    for name in architecture_page.SECTIONS:
        assert f"<!-- begin: {name} -->\n" in page
    before, mark, rest = page.partition("<!-- begin: the packages -->\n")
    stale = before + mark + "an older drawing\n" + rest
    assert architecture_page.page(stale) == page
