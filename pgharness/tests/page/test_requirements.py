"""Requirements are read from a catalogue, and shown with the rules and cases that name them."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from pgharness.core.errors import HarnessError
from pgharness.results import requirements
from pgharness.results.model import Case, Feature, Rule, Run, Status
from pgharness.results.requirements import Catalogue, Chapter, ShownRequirement

CATALOGUE = """
prefix = "std"
name = "A standard"
version = "5"
touched = ["3"]
shown = ["1.1.1", "1.1.2", "1.2.1"]

[[chapters]]
id = "1"
title = "Doors"

[[chapters.sections]]
id = "1.1"
title = "Locks"
requirements = [
  { id = "1.1.1", level = 1, title = "A door has a lock" },
  { id = "1.1.2", level = 2, title = "A lock has a key" },
  { id = "1.1.10", level = 3, title = "A key has a label", note = "Some have." },
]

[[chapters.sections]]
id = "1.2"
title = "Bells"
requirements = [{ id = "1.2.1", title = "A door has a bell" }]

[[chapters]]
id = "2"
title = "Windows"

[[chapters.sections]]
id = "2.1"
title = "Panes"
requirements = [{ id = "2.1.1", title = "A pane is of glass" }]

[[chapters]]
id = "3"
title = "Roofs"
sections = []
"""


def read(folder: Path, text: str = CATALOGUE) -> Catalogue:
    file = folder / "standard.toml"
    file.write_text(text, "utf-8")
    return requirements.read(file)


def case(*tags: str, status: Status = Status.PASSED) -> Case:
    return Case(uri="a.feature", line=1, keyword="Example", name="One", tags=tags, status=status)


def run(*rules: Rule) -> Run:
    return Run(features=(Feature(uri="a.feature", name="A", rules=rules),))


def by_id(chapters: tuple[Chapter, ...]) -> dict[str, ShownRequirement]:
    return {each.id: each for chapter in chapters for each in chapter.requirements}


def test_a_catalogue_is_read(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    assert (catalogue.prefix, catalogue.name, catalogue.version) == ("std", "A standard", "5")
    assert [chapter.title for chapter in catalogue.chapters] == ["Doors", "Windows", "Roofs"]
    assert catalogue.ids == {"1.1.1", "1.1.2", "1.1.10", "1.2.1", "2.1.1"}
    first, *_, bell = catalogue.chapters[0].requirements
    assert first == ShownRequirement("1.1.1", "A door has a lock", 1)
    assert bell.level == 0


def test_a_requirement_has_the_rules_whose_cases_name_it(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    both = Rule(name="Both", cases=(case("@std-1.1.1", "@std-1.1.2"), case("@std-1.1.1")))
    other = Rule(name="Other", cases=(case("@other-1.1.1", "@std-1.1.11"),))
    last = Rule(name="Last", cases=(case("@std-1.1.1"),))
    found = by_id(requirements.shown(run(both, other, last), catalogue))
    assert [rule.name for _, rule in found["1.1.1"].rules] == ["Both", "Last"]
    assert [feature.name for feature, _ in found["1.1.1"].rules] == ["A", "A"]
    assert [rule.name for _, rule in found["1.1.2"].rules] == ["Both"]


def test_the_status_is_the_worst_of_the_cases_with_the_tag(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    tagged = "@std-1.1.1"
    first = Rule(cases=(case(tagged), case(status=Status.ERROR)))
    second = Rule(cases=(case(tagged, status=Status.FAILED), case(tagged)))
    found = by_id(requirements.shown(run(first, second), catalogue))
    assert found["1.1.1"].status is Status.FAILED
    found = by_id(requirements.shown(run(first), catalogue))
    assert found["1.1.1"].status is Status.PASSED, "the other case says nothing about it"


def test_a_requirement_that_is_open_may_have_a_note(tmp_path: Path) -> None:
    found = by_id(requirements.shown(run(), read(tmp_path)))
    assert {id_: each.note for id_, each in found.items() if each.note} == {"1.1.10": "Some have."}


def test_what_was_not_part_of_the_run_is_not_open(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    rule = Rule(cases=(case("@std-1.1.1"),))
    found = by_id(requirements.shown(run(rule), catalogue))
    assert {id_: each.status for id_, each in found.items()} == {
        "1.1.1": Status.PASSED,
        "1.1.2": Status.NOT_RUN,
        "1.1.10": None,
        "1.2.1": Status.NOT_RUN,
    }


def chapters(shown: Sequence[Chapter]) -> list[tuple[str, bool]]:
    """Return the ids of chapters, and whether a rule of the run shows anything of them."""
    return [(one.id, any(each.rules for each in one.requirements)) for one in shown]


def test_only_chapters_that_concern_the_service_are_shown(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    empty = requirements.shown(run(), catalogue)
    assert chapters(empty) == [("1", False), ("3", False)]
    glass = Rule(cases=(case("@std-2.1.1"),))
    found = requirements.shown(run(glass), catalogue)
    assert chapters(found) == [("1", False), ("2", True), ("3", False)]


def test_without_a_list_of_what_is_shown_the_run_decides(tmp_path: Path) -> None:
    lines = [line for line in CATALOGUE.splitlines() if not line.startswith(("shown", "touched"))]
    catalogue = read(tmp_path, "\n".join(lines))
    assert catalogue.shown is None
    (chapter,) = requirements.shown(run(Rule(cases=(case("@std-1.2.1"),))), catalogue)
    assert [each.status for each in chapter.requirements] == [None, None, None, Status.PASSED]


def test_a_tag_that_names_no_requirement_is_unknown(tmp_path: Path) -> None:
    catalogue = read(tmp_path)
    tags = ("@std-1.1.3", "std-1.1.1", "@std-", "@std-1.1.3", "@stdx-9", "@slow", "@std-1.1")
    assert catalogue.unknown(tags) == ("@std-1.1.3", "@std-", "@std-1.1")


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ('name = "A standard"', "", "the file has no 'name'"),
        ('name = "A', 'nane = "A', "the file has the key 'nane'; known are prefix, name, version"),
        ('"std"', '"Std."', "the prefix 'Std.' is not a word of small letters and digits"),
        ('version = "5"', "version = 5", "'version' of the file must be text"),
        ("level = 1", "level = true", "'level' of requirement 1.1.1 must be a number"),
        ("level = 1", "lewel = 1", "requirement 1.1.1 has the key 'lewel'; known are id, title, l"),
        ('id = "1.1.2"', 'id = "1.1.1"', "1.1.1 is in the file twice"),
        ('id = "1.1.10"', 'id = "1.1.0"', "1.1.0 comes after 1.1.2"),
        ('id = "1.1.2"', 'id = "1.2.2"', "requirement 1.2.2 stands in 1.1: its id must be 1.1 and"),
        ('id = "1.2"', 'id = "1.0"', "requirement 1.2.1 stands in 1.0"),
        ('id = "1.2"', 'id = "2.2"', "section 2.2 stands in 1: its id must be 1 and a number"),
        ('id = "1.1.2"', 'id = "1.1.b"', "the id '1.1.b' is not made of numbers and dots"),
        ('id = "3"', 'id = "2"', "2 is in the file twice"),
        ("sections = []", "sections = [1]", "a section must be a table"),
        ("sections = []", "", "chapter 3 has no 'sections'"),
        ('["3"]', '["4"]', "'touched' names '4', which is not in the file"),
        ('["3"]', "[[3]]", "'touched' names [3], which is not in the file"),
        ('"Roofs"', '" "', "'title' of chapter 3 is empty"),
        ('["1.1.1", ', '["1.3.1", ', "'shown' names '1.3.1', which is not in the file"),
        ('["1.1.1", ', '["1.1.2", ', "'shown' names '1.1.2' twice"),
        ('["1.1.1", ', '["1.1.10", ', "1.1.10 has a note on what is missing, and is in 'shown'"),
    ],
)
def test_a_wrong_catalogue_is_refused(
    tmp_path: Path, before: str, after: str, expected: str
) -> None:
    assert before in CATALOGUE
    with pytest.raises(HarnessError) as refused:
        read(tmp_path, CATALOGUE.replace(before, after, 1))
    assert str(refused.value).startswith("wrong requirements in standard.toml: ")
    assert expected in str(refused.value)


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match=r"in none.toml: No such file"):
        requirements.read(tmp_path / "none.toml")
    with pytest.raises(HarnessError, match=r"in standard.toml are not TOML: Invalid value"):
        read(tmp_path, "prefix = ")
    (tmp_path / "latin.toml").write_bytes("name = 'Größe'".encode("latin-1"))
    with pytest.raises(HarnessError, match=r"in latin.toml are not TOML"):
        requirements.read(tmp_path / "latin.toml")
