"""Which faults are judged where not all are: a sample, and what a change touches."""

import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.faults import changes, sampling
from tests.faults.catalogue import every_fault
from tests.faults.changes import Change
from tests.faults.sampling import MOST, Part, Touchable, choose
from tests.support.repository import ROOT

NOTHING = Change({})
OFFERED: dict[str, list[object]] = {f"test[{number}]": [] for number in range(1000)}


@dataclass(frozen=True)
class Touched:
    """What any change touches."""

    def touched_by(self, change: Change) -> bool:
        """Return whether there is a change."""
        return bool(change.lines)


class NotOffered(Touched):
    """What is only judged when it is asked for."""

    offered = False


def test_of_faults_that_no_change_touches_one_in_twenty_is_chosen() -> None:
    assert len(choose(OFFERED, NOTHING, "a")) == 50


def test_the_sample_of_a_commit_is_always_the_same_and_that_of_another_differs() -> None:
    backwards = dict(reversed(OFFERED.items()))
    assert choose(OFFERED, NOTHING, "a") == choose(backwards, NOTHING, "a")
    assert choose(OFFERED, NOTHING, "a") != choose(OFFERED, NOTHING, "b")


def test_what_a_change_touches_is_chosen_beside_the_sample() -> None:
    offered = OFFERED | {"test[touched]": [1, Touched()]}
    change = Change({"domain/clock.py": frozenset({1})})
    assert "test[touched]" in choose(offered, change, "a")
    assert len(choose(offered, change, "a")) == 51
    assert len(choose(offered, NOTHING, "a")) == 50


def test_of_what_a_large_change_touches_a_sample_is_chosen() -> None:
    offered = {name: [Touched()] for name in OFFERED}
    chosen = choose(offered, Change({"domain/clock.py": frozenset({1})}), "a")
    assert len(chosen) == MOST + round((1000 - MOST) / 20)


def test_what_is_not_offered_is_not_chosen() -> None:
    offered = {name: [NotOffered()] for name in OFFERED}
    assert choose(offered, Change({"domain/clock.py": frozenset({1})}), "a") == set()


def test_a_fault_is_touched_by_its_module_its_feature_and_what_its_example_executes() -> None:
    fault = next(each for each in every_fault() if each.name == "workers claim without a lock")
    assert isinstance(fault, Touchable)
    every_line = frozenset(range(1, 1000))
    for file in (
        "tests/faults/work/task_queue.py",
        "features/tasks/claiming.feature",
        "domain/work/task_queue.py",
    ):
        assert fault.touched_by(Change({file: every_line})), file
    for file in ("tests/faults/identity/keys.py", "domain/identity/keyboards.py", "README.md"):
        assert not fault.touched_by(Change({file: every_line})), file


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A repository with one commit, of a file with three lines."""
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    changes.current.cache_clear()
    (tmp_path / "a.txt").write_text("1\n2\n3\n", "utf-8")
    git(tmp_path, "init", "--quiet", "--initial-branch=main")
    commit(tmp_path)
    yield tmp_path
    changes.current.cache_clear()


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=Tester", "-c", "user.email=tester@example.org")
    program = shutil.which("git") or "git"
    subprocess.run([program, *named, *arguments], cwd=folder, check=True)


def commit(folder: Path) -> None:
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message=one")


def test_without_a_former_commit_nothing_has_changed(repository: Path) -> None:
    assert changes.current() == NOTHING


def test_what_was_committed_last_has_changed_and_what_is_not_committed(repository: Path) -> None:
    (repository / "a.txt").write_text("1\n2\nthree\n", "utf-8")
    commit(repository)
    (repository / "a.txt").write_text("one\n2\nthree\n", "utf-8")
    assert changes.current() == Change({"a.txt": frozenset({1, 3})})


def test_all_since_the_branch_parted_has_changed(repository: Path) -> None:
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    for line in ("4", "5"):
        with (repository / "a.txt").open("a", encoding="utf-8") as file:
            file.write(f"{line}\n")
        commit(repository)
    assert changes.current() == Change({"a.txt": frozenset({4, 5})})


def test_outside_a_repository_nothing_has_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(changes, "ROOT", tmp_path)
    changes.current.cache_clear()
    assert changes.current() == NOTHING
    changes.current.cache_clear()


@pytest.mark.parametrize(
    "argument",
    [
        "tests/faults",
        "tests/faults/test_faults.py::test_the_features_notice",
        "pgharness/tests/test_faults.py",
        "tests/test_harness_faults.py",
    ],
)
def test_all_are_judged_if_a_path_asks_for_them(argument: str) -> None:
    assert sampling.is_among(["docs", argument], ROOT)


@pytest.mark.parametrize("argument", ["tests", "pgharness/tests", "tests/runs"])
def test_a_sample_is_judged_with_all_other_tests(argument: str) -> None:
    assert not sampling.is_among([argument], ROOT)


def test_each_fault_is_in_one_part() -> None:
    parts = [Part.read(f"{number}/8").choose(OFFERED) for number in range(1, 9)]
    assert sum(map(len, parts)) == len(OFFERED)
    assert set().union(*parts) == OFFERED.keys()
    assert Part.read("all").choose(OFFERED) == OFFERED.keys()


@pytest.mark.parametrize("text", ["0/8", "9/8", "2", "2/0", "half", "", "-1/8"])
def test_a_part_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(pytest.UsageError, match=rf"--faults={text}: write all, or a part"):
        Part.read(text)
