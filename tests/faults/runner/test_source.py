"""Mutants of the source: their names, their sources, and the examples that judge them."""

import ast
import json
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

import pytest

from tests.faults import places
from tests.faults.source import attempts, covering, equivalent, mutants, open_mutants, related
from tests.faults.source.mutants import Mutant, difference
from tests.support.repository import ROOT

LIMIT: Final = """\
class Page:
    def size(self, wanted: int = 10) -> int:
        if wanted > 100:
            raise ValueError
        return wanted
"""

FILES: Final = sorted(
    path.relative_to(ROOT).as_posix()
    for folder in covering.SOURCES
    for path in (ROOT / folder).rglob("*.py")
)


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A file of a service."""
    monkeypatch.setattr(mutants, "ROOT", tmp_path)
    monkeypatch.setattr(attempts, "ROOT", tmp_path)
    (tmp_path / "page.py").write_text(LIMIT, "utf-8")
    return "page.py"


def names(file: str) -> list[str]:
    return [mutant.name for mutant in mutants.read(file)]


def test_the_mutants_of_a_file_are_named_by_what_they_change(file: str) -> None:
    assert names(file) == [
        "page.py Page.size: wanted: int = 10) -> int: → wanted: int = 11) -> int:",
        "page.py Page.size: wanted: int = 10) -> int: → wanted: int = 9) -> int:",
        "page.py Page.size: if wanted > 100: raise ValueError → if True: raise ValueError",
        "page.py Page.size: if wanted > 100: raise ValueError → if False: raise ValueError",
        "page.py Page.size: if wanted> 100: → if wanted>= 100:",
        "page.py Page.size: if wanted > 100: → if wanted > 101:",
        "page.py Page.size: if wanted > 100: → if wanted > 99:",
        "page.py Page.size: raise ValueError → pass",
    ]


def test_the_source_of_a_mutant_has_one_change(file: str) -> None:
    sources = {mutant.change: mutants.source(mutant) for mutant in mutants.read(file)}
    assert sources["if wanted > 100: → if wanted > 99:"] == LIMIT.replace("100", "99")
    assert sources["raise ValueError → pass"] == LIMIT.replace("raise ValueError", "pass")
    assert all(ast.dump(ast.parse(each)) != ast.dump(ast.parse(LIMIT)) for each in sources.values())


def test_the_name_of_a_mutant_stays_where_its_function_is_moved(file: str, tmp_path: Path) -> None:
    before = names(file)
    (tmp_path / file).write_text(f'"""A page."""\n\nFIRST = read()\n\n\n{LIMIT}', "utf-8")
    assert names(file) == before


def test_one_change_at_several_places_of_a_function_is_numbered(file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text("def f(a):\n    lock(a)\n    lock(a)\n", "utf-8")
    assert names(file) == [
        "page.py f: lock(a) → pass",
        "page.py f: lock(a) → pass (2)",
    ]


def test_what_a_module_executes_has_no_function(file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text("LIMIT = 5\n", "utf-8")
    assert names(file)[0] == "page.py (module): LIMIT = 5 → LIMIT = 6"


def test_imports_annotations_and_decorators_are_left_alone(file: str, tmp_path: Path) -> None:
    (tmp_path / file).write_text(
        "from a import b\n\n@cache(size=5)\ndef f(a: 'x AND y' = b) -> c[1]: ...\n", "utf-8"
    )
    assert names(file) == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a = 1", "a = 2", "a = 1 → a = 2"),
        ("lock(row)", "pass", "lock(row) → pass"),
        (
            "one two three four five six x seven eight nine ten eleven",
            "one two three four five six y seven eight nine ten eleven",
            "four five six x seven eight nine → four five six y seven eight nine",
        ),
        ("aa", "a", "aa → a"),
        ("x x", "x x x", "x x → x x x"),
    ],
)
def test_a_name_has_the_difference_and_little_of_what_is_around_it(
    old: str, new: str, expected: str
) -> None:
    assert difference(old, new) == expected


@pytest.mark.parametrize("file_of_ours", FILES)
def test_no_two_mutants_have_one_name(file_of_ours: str) -> None:
    times = Counter(names(file_of_ours))
    assert all(name.startswith(f"{file_of_ours} ") for name in times)
    assert [name for name, number in times.items() if number > 1] == []


def test_what_is_listed_as_equivalent_is_a_mutant_and_has_a_reason() -> None:
    listed = equivalent.listed()
    made = {name for file in {name.partition(" ")[0] for name in listed} for name in names(file)}
    assert listed.keys() - made == set(), "these are no mutants any more: remove them"
    assert all(reason.strip() for reason in listed.values())


def test_a_mutant_is_listed_as_equivalent_under_its_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "equivalent.toml"
    file.write_text('["It is only faster"]\n"a.py f: x → y" = ""\n', "utf-8")
    monkeypatch.setattr(equivalent, "FILE", file)
    equivalent.listed.cache_clear()
    try:
        assert equivalent.reason("a.py f: x → y") == "It is only faster"
        assert equivalent.reason("a.py f: x → z") is None
    finally:
        equivalent.listed.cache_clear()


@pytest.mark.parametrize(
    ("numbers", "written"),
    [([], ""), ([4], "4"), ([1, 2, 3], "1-3"), ([7, 1, 2, 5], "1-2 5 7"), ([0, 10], "0 10")],
)
def test_numbers_are_written_as_ranges(numbers: list[int], written: str) -> None:
    assert covering._ranges(numbers) == written
    assert list(covering._numbers(written)) == sorted(numbers)


FUNCTIONS: Final = """\
X = 1

def f():
    a
    def g():
        b
    c

class C:
    d
    def m(
        self,
    ):
        e
"""


def test_a_line_is_in_the_innermost_function() -> None:
    assert covering.functions_of(FUNCTIONS) == {
        3: ("f", 0),
        4: ("f", 1),
        5: ("f.g", 0),
        6: ("f.g", 1),
        7: ("f", 4),
        11: ("C.m", 0),
        12: ("C.m", 1),
        13: ("C.m", 2),
        14: ("C.m", 3),
    }


RECORD: Final = {
    "examples": [
        "features/a/one.feature: A",
        "features/a/one.feature: B",
        "features/b/c.feature: C",
    ],
    "functions": {
        "page.py": {"Page.size": {"1 3": "0-1", "2": "0"}, "Page.other": {"0-4": "2"}},
    },
}


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A record of three examples."""
    monkeypatch.setattr(covering, "known", lambda: RECORD)
    covering.breadth.cache_clear()
    yield
    covering.breadth.cache_clear()


@pytest.mark.usefixtures("recorded")
@pytest.mark.parametrize(
    ("function", "offset", "titles"),
    [
        ("Page.size", 1, "AB"),
        ("Page.size", 2, "A"),
        ("Page.size", 3, "AB"),
        pytest.param("Page.size", 9, "AB", id="a line that is not recorded: its function"),
        pytest.param("Page.new", 1, "ABC", id="a function that is not recorded: its file"),
        pytest.param("", 0, "ABC", id="what the module executes: its file"),
    ],
)
def test_the_examples_that_execute_a_line_are_known(
    function: str, offset: int, titles: str
) -> None:
    found = covering.examples("page.py", function, offset)
    assert "".join(place[-1] for place in found) == titles
    assert covering.examples("other.py", function, offset) == []


@pytest.mark.usefixtures("recorded")
def test_the_breadth_of_an_example_is_how_many_functions_it_executes() -> None:
    assert list(covering.breadth().values()) == [1, 1, 1]


def test_the_record_is_of_examples_and_files_that_exist() -> None:
    """So that most mutants are judged by the examples that execute them: the record is not old."""
    known = json.loads(covering.FILE.read_text("utf-8"))
    gone = [place for place in known["examples"] if not places.lines(place)]
    assert len(gone) < len(known["examples"]) / 10
    assert known["functions"].keys() <= {*FILES}


@pytest.mark.usefixtures("recorded")
def test_the_examples_that_execute_a_mutant_are_run(
    file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(attempts, "lines", lambda place: [place[-1]])
    monkeypatch.setattr(attempts, "FEW", 1)
    monkeypatch.setattr(attempts, "capabilities", lambda _: ())
    by_line: dict[int, Mutant] = {mutant.line: mutant for mutant in mutants.read(file)}
    assert sorted(chain.from_iterable(attempts.of(by_line[3]))) == ["A", "B"]
    assert [*attempts.of(by_line[4])] == [["A"]]


def test_the_examples_of_a_feature_are_run_one_after_the_other() -> None:
    chosen = ["f/b: B", "f/a: A", "f/b: A", "f/a: B"]
    assert attempts.in_features(chosen) == ["f/b: B", "f/b: A", "f/a: A", "f/a: B"]


@pytest.mark.parametrize("file", FILES)
def test_capabilities_are_about_files(file: str) -> None:
    features = {path.relative_to(ROOT / "features") for path in (ROOT / "features").rglob("*")}
    known = {path.with_suffix("").as_posix() for path in features}
    assert {*related.capabilities(file)} <= known


def test_the_tasks_are_about_tasks_and_all_are_about_what_all_use() -> None:
    assert "tasks" in related.capabilities("domain/work/tasks.py")
    assert "objectives" not in related.capabilities("domain/work/tasks.py")
    assert not related.capabilities("domain/clock.py")


def test_what_is_open_are_mutants_of_files_that_have_been_judged() -> None:
    judged = [file for file in FILES if open_mutants.is_judged(file)]
    names = {mutant.name for file in judged for mutant in mutants.read(file)}
    assert open_mutants.survivors() <= names
    assert open_mutants.survivors().isdisjoint(equivalent.listed())
