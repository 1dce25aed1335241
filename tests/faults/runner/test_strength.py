"""Which rules notice which faults is counted from verdicts, and written so that diffs are small."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest

from pgharness.results import strength as read_strength
from pgharness.results.strength import RuleStrength, Strength
from tests.faults import strength
from tests.faults.judging import Outcome

RULES: Final = {
    "tasks-1": ("A task is stored", "tasks/submitting"),
    "tasks-2": ("A task is claimed", "tasks/claiming"),
    "tasks-3": ("A task is read", "tasks/reading"),
}


def example(rule: str, *, asserted: bool = True, tags: bool = True) -> dict[str, Any]:
    """Return a failed example as a verdict has it."""
    title, feature = RULES.get(rule, (rule, "tasks/other"))
    return {
        "feature": f"features/{feature}.feature",
        "rule": title,
        "tags": ["asvs-2.2.1", rule] if tags else [],
        "title": "An example",
        "asserted": asserted,
    }


def verdict(fault: str, *failed: Mapping[str, Any], **others: Any) -> dict[str, Any]:
    """Return what became of a fault: it was noticed, in a complete search, if an example failed."""
    outcome = "noticed" if failed else "survived"
    given = {"source": "hand-made", "outcome": outcome, "weak": False, "complete": True}
    return {"fault": fault, "failed": [*failed], "seconds": 0.6, **given, **others}


VERDICTS: Final = [
    verdict("b: only one", example("tasks-1")),
    verdict("a: only one", example("tasks-3", asserted=False), example("tasks-1")),
    verdict("two", example("tasks-2"), example("tasks-1"), example("tasks-2"), weak=True),
    verdict("one of those that were run", example("tasks-1"), complete=False),
    verdict("none"),
    verdict("x → y", outcome="errors", source="source"),
    verdict("not loaded", outcome="unloadable", source="source"),
    verdict("endless", outcome="hung", source="source"),
]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> Strength:
    """The strength by these verdicts, where two mutants are equivalent."""
    listed = {"source": lambda: {"p → q": "It is faster", "r → s": "It is faster"}}
    monkeypatch.setattr(strength, "EQUIVALENT", listed)
    monkeypatch.setattr(strength, "kept", lambda: {"tasks-3": "It is a promise"})
    return strength.of(VERDICTS, RULES)


def test_what_each_rule_noticed_is_counted(measured: Strength) -> None:
    assert measured.rules == {
        "tasks-1": RuleStrength(*RULES["tasks-1"], 3, ("a: only one", "b: only one")),
        "tasks-2": RuleStrength(*RULES["tasks-2"], 1),
        "tasks-3": RuleStrength(*RULES["tasks-3"], 0),
    }


def test_rules_that_noticed_nothing_are_questioned(measured: Strength) -> None:
    assert measured.questioned == {"tasks-3": "It is a promise"}


def test_what_became_of_the_faults_is_counted_by_source(measured: Strength) -> None:
    nothing = dict.fromkeys(["generated", *strength.COUNTED, "weak", "equivalent"], 0)
    hand_made = {"generated": 5, "noticed": 4, "survivors": 1, "weak": 1, "seconds": 3}
    once = dict.fromkeys(["by errors only", "hung", "not loadable"], 1)
    assert measured.sources == {
        "hand-made": nothing | hand_made,
        "source": nothing | once | {"generated": 5, "equivalent": 2, "seconds": 2},
    }


def test_every_outcome_is_counted() -> None:
    assert sorted(strength.COUNTED.values()) == sorted(Outcome)


def test_a_rule_without_an_id_is_its_feature_and_title() -> None:
    found = strength.of([verdict("x", example("A rule", tags=False))], {})
    assert found.rules == {
        "tasks/other: A rule": RuleStrength("A rule", "tasks/other", 1, ("x",)),
    }


def test_the_last_verdict_of_a_fault_counts(tmp_path: Path) -> None:
    files = [tmp_path / "one", tmp_path / "two"]
    for file, each in zip(files, (verdict("x"), verdict("x", example("tasks-1"))), strict=True):
        file.write_text(f"{json.dumps(each)}\n", "utf-8")
    (found,) = strength.read(files)
    assert found["outcome"] == "noticed"


def test_the_file_is_what_the_page_reads_and_the_same_for_verdicts_in_another_order(
    measured: Strength, tmp_path: Path
) -> None:
    file, again = tmp_path / "strength.json", tmp_path / "again.ndjson"
    file.write_text(strength.as_json(measured), "utf-8")
    assert read_strength.read(file) == measured
    again.write_text("".join(f"{json.dumps(each)}\n" for each in reversed(VERDICTS)), "utf-8")
    assert strength.as_json(strength.of(strength.read([again]), RULES)) == file.read_text("utf-8")
    assert '    "b: only one"\n' in file.read_text("utf-8"), "a line for each"


def test_people_are_told_what_was_not_noticed_and_what_notices_nothing(measured: Strength) -> None:
    lines = list(strength.as_text(measured, VERDICTS))
    assert lines[0].split() == ["source", *" ".join(next(iter(measured.sources.values()))).split()]
    assert lines[1].split()[:3] == ["hand-made", "5", "4"]
    assert lines[-5:] == [
        "Of 3 rules 1 notice a fault that no other rule notices; 1 notice none.",
        "survived: none",
        "errors: x → y",
        "hung: endless",
        "notices nothing: tasks-3 A task is read (It is a promise)",
    ]


def test_the_summary_of_a_job_has_tables(measured: Strength) -> None:
    lines = list(strength.as_markdown(measured))
    assert "| hand-made | 5 | 4 | 0 | 0 | 0 | 1 | 1 | 0 | 3 |" in lines
    assert "| tasks-1 | A task is stored | 3 | 2 |" in lines


@pytest.fixture
def verdicts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A file of verdicts, and no strength.json yet."""
    monkeypatch.setattr(strength, "FILE", tmp_path / "strength.json")
    file = tmp_path / "faults.ndjson"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in VERDICTS), "utf-8")
    return file


def test_the_command_writes_the_file_and_lists_all_rules(verdicts: Path) -> None:
    assert strength.main([str(verdicts)]) == 0
    assert {"tasks-1", "accounts-1"} <= read_strength.read(strength.FILE).rules.keys()


def test_a_summary_writes_nothing(verdicts: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert strength.main(["--markdown", str(verdicts)]) == 0
    assert capsys.readouterr().out.startswith("## Faults\n\n| source |")
    assert not strength.FILE.exists()


def test_verdicts_that_are_not_there_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        strength.main(["gone.ndjson"])
    assert ended.value.code == 2
    assert "there are no verdicts in gone.ndjson: run" in capsys.readouterr().err


def test_a_rule_that_is_kept_although_it_notices_nothing_is_one_that_notices_nothing() -> None:
    committed = read_strength.read(strength.FILE)
    assert strength.kept().keys() - committed.rules.keys() == set(), "these are no rules"
    noticing = strength.kept().keys() - committed.questioned.keys()
    assert noticing == set(), "these notice something by now: remove them"
    assert all(reason.strip() for reason in strength.kept().values())
