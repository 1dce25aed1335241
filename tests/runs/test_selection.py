"""A run that chooses nothing, or what is not there, is refused before anything is started."""

from pathlib import Path

import pytest
from behave.configuration import Configuration

from pgharness.adapters.behave.parallel import number
from pgharness.adapters.behave.runner import Runner
from pgharness.adapters.behave.selection import checking
from pgharness.core.errors import HarnessError
from tests.support.running import SHORT, behave

REGISTRATION = "features/accounts/registration.feature"
LAST = "Scenario Outline: The refused password"
FORMER = "TESTS-former.xml"
WITHOUT_STEPS = "no scenario that is chosen of {file} has a step: nothing would be tried."

SUITE = """\
# A comment
@pets
Feature: Two tables
  Background:
    Given nothing

  @cats
  Rule: The first
    Scenario Outline: <name> is fed
      When <name> is fed
        \"\"\"
        a text

        @with a line like a tag
        \"\"\"

      @tabby
      Examples:
        | name |
        | Tom  |
        | Kit  |

      # Further ones
      Examples: Dogs
        | name |
        | Rex  |

  @nobody
  Rule: Without an example
"""


def refusal(*arguments: str) -> str:
    """Return why these arguments are refused; nothing if they are not."""
    config = Configuration(list(arguments))
    runner = Runner(config)
    try:
        checking.check_options(config)
        number.asked(config, {})
        runner.setup_paths()
        checking.checked(config, runner.feature_locations(), Path(runner.base_dir))
    except HarnessError as refused:
        return str(refused)
    return ""


def write_suite(folder: Path) -> Path:
    """Write a small suite; return its feature file with scenarios."""
    (folder / "steps").mkdir()
    (folder / "notes.txt").touch()
    (folder / "empty.feature").write_text("Feature: None\n", "utf-8")
    (folder / "pets.feature").write_text(SUITE, "utf-8")
    return folder / "pets.feature"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (
            f"--tags=@acounts-2|{SHORT}",
            "no scenario has the tag @acounts-2 (the nearest is @accounts-2).",
        ),
        (
            f"--tags=@accounts-2 or @acounts-3|{SHORT}",
            "the tag @acounts-3 (the nearest is @accounts-3).",
        ),
        (
            f"--tags=@accounts-2,@acounts-3|{SHORT}",
            "the tag @acounts-3 (the nearest is @accounts-3).",
        ),
        (
            f"--tags=@acounts-*|{SHORT}",
            "no scenario has the tag @acounts-* (the nearest is @accounts-",
        ),
        (f"--tags=not (not @acounts-2)|{SHORT}", "no scenario has the tag @acounts-2"),
        ("--wip", "no scenario has the tag @wip."),
        (
            f"--tags=@accounts-2 and @tasks-3|{SHORT}",
            "@accounts-2 and @tasks-3: nor has any other.",
        ),
        (f"--tags=@tasks-3|{SHORT}", "has the tags @tasks-3: only others have, such as features/t"),
        ("--tags=@accounts-2 and", 'and" is malformed (Expected operand after and): put and, or'),
        ("--tags=@accounts-2 OR @accounts-3", "is malformed (Expected operator after accounts-2)"),
        ("--tags=-@slow -@wip", "is malformed (Expected operator after -slow)"),
        ("--tags=", 'the tag expression "" is malformed'),
        (
            f"-n|acount is reopened|{SHORT}",
            'no scenario has "acount is reopened" in its name (the nearest',
        ),
        (f"-n|@@@|-n|Ada|{SHORT}", 'no scenario has "@@@" in its name.'),
        (f"-n|reactivated|{SHORT}", "only others have, such as features/accounts/deactivating"),
        (f"{REGISTRATION}:9999", f"no scenario is at line 9999 of {REGISTRATION}: the nearest is"),
        (f"{REGISTRATION}:9999", f"({LAST}"),
        (f"{REGISTRATION}:23|{REGISTRATION}:9999", "no scenario is at line 9999"),
        ("-i|nothing", "--include and --exclude leave no feature of features."),
        (f"-e|listing|{SHORT}", f"--include and --exclude leave no feature of {SHORT}."),
        ("features/acounts", "there is no file features/acounts (the nearest is features/acc"),
        (f"{SHORT}:x", f"there is no file {SHORT}:x (the nearest is {SHORT})."),
        ("features/acc*/listing.feature", "there is no file features/acc*/listing.feature (the n"),
        ("features/support|features/tasks", "there is no feature in features/support."),
        ("README.md", "README.md is not a feature file: name a folder, FILE.feature,"),
        ("tests", "No steps directory in "),
        (f"--stage=live|{SHORT}", "No live_steps directory in "),
        ("postgresql://ada:s3cret@host/app", "a URL is no path: it looks like -D postgres="),
        ("@nowhere", "there is no list nowhere."),
        (f"--lang=dee|{SHORT}", "there is no language dee (the nearest is de): `behave --lang-l"),
        (f"--lang=de|{SHORT}", "listing.feature cannot be read as a feature (Parser failure in"),
        (f"--parallel=0|{SHORT}", "-j 0 means nothing: use auto, or a number from 1 to 256."),
        (f"-j|300|{SHORT}", "-j 300 means nothing: use auto, or a number from 1 to 256."),
    ],
)
def test_what_chooses_nothing_or_what_is_not_there_is_refused(
    arguments: str, sentence: str
) -> None:
    refused = refusal(*arguments.split("|"))
    assert sentence in refused
    assert "s3cret" not in refused


@pytest.mark.parametrize(
    "arguments",
    [
        "",
        SHORT,
        f"{SHORT}|features/accounts/../tasks",
        f"{REGISTRATION}:23|{REGISTRATION}:0",
        f"--tags=@accounts-1 or @tasks-3|{REGISTRATION}",
        f"--tags=not @wip|{SHORT}",
        f"--tags=~@wip|{SHORT}",
        f"--tags=@accounts-*|--tags=accounts-1 or @slow|{REGISTRATION}",
        f"-n|^A page|-n|reactivated|{SHORT}",
        "-i|listing|-e|nothing|features/accounts",
        f"-j|1|{SHORT}",
        f"-j|2|{SHORT}",
    ],
)
def test_what_chooses_something_is_not_refused(arguments: str) -> None:
    assert refusal(*filter(None, arguments.split("|"))) == ""


@pytest.mark.parametrize(
    ("line", "nearest"),
    [
        (1, "line 3 (Feature: Two tables)"),
        (2, "line 3 (Feature: Two tables)"),
        (7, "line 8 (Rule: The first)"),
        (22, "line 21 (Scenario Outline: Kit is fed -- @1.2 )"),
        (24, "line 26 (Scenario Outline: Rex is fed -- @2.1 Dogs)"),
        (28, "line 26 (Scenario Outline: Rex is fed -- @2.1 Dogs)"),
        (29, "line 26 (Scenario Outline: Rex is fed -- @2.1 Dogs)"),
        (30, "line 26 (Scenario Outline: Rex is fed -- @2.1 Dogs)"),
    ],
)
def test_a_line_between_scenarios_is_refused(line: int, nearest: str, tmp_path: Path) -> None:
    file = write_suite(tmp_path)
    sentence = f"no scenario is at line {line} of {file}: the nearest is at {nearest}."
    assert refusal(f"{file}:{line}") == sentence


def test_a_line_of_a_feature_a_rule_or_a_scenario_is_not_refused(tmp_path: Path) -> None:
    lines = [3, 5, 8, 9, 13, 14, 16, 18, 20, 21, 26]
    file = write_suite(tmp_path)
    assert [line for line in lines if refusal(f"{file}:{line}")] == []


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ("# nothing\n\n", "names no feature."),
        ("pets.feature\nno*.feature", "there is no file no*.feature (in "),
        ("pets.feature\nno.feature", "no.feature (in "),
        ("pets.feature\nnotes.txt", "is not a feature file: "),
        ("pets.feature\nsteps", "is not a feature file: "),
        ("pets.feature\nempty.feature", "there is no scenario in "),
        ("pets.feature:9\npets.feature:99", "no scenario is at line 99 of "),
        ("# those of pets\npets.feature:20\n\np*.feature", ""),
    ],
)
def test_every_line_of_a_list_leads_to_scenarios(lines: str, sentence: str, tmp_path: Path) -> None:
    listed = write_suite(tmp_path).with_name("list.txt")
    listed.write_text(lines, "utf-8")
    refused = refusal(f"@{listed}")
    assert sentence in refused
    assert bool(sentence) == bool(refused)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "there is no scenario in "),
        ("Nothing of ours", "cannot be read as a feature (Parser failure"),
        ("# language: xx\nFeature: No", "cannot be read as a feature (there is no language 'xx')"),
    ],
)
def test_a_file_without_scenarios_is_refused_if_it_is_named(
    text: str, sentence: str, tmp_path: Path
) -> None:
    """In a folder with others it may be empty; it does not matter while another file is named."""
    pets = write_suite(tmp_path)
    file = tmp_path / "empty.feature"
    file.write_text(text, "utf-8")
    assert sentence in refusal(str(file))
    assert refusal(str(pets), "--tags=@wip") == "no scenario has the tag @wip."
    assert bool(refusal(str(tmp_path))) == bool(text)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "Featur: A\n  Scenario: B\n    Given c",
            ':1: "Featur: A" begins nothing (the nearest is F',
        ),
        ("# A\n\nScenario: B\n    Given c", "cannot be read as a feature (Parser failure"),
        ("Feature: A\n  Scenario: B\n  Feature: C", ":3: only one feature may be in a file, and"),
        ("Feature: A\n  Scenario: B\n    Given c\nFeature: C", ":4: only one feature may be in a"),
        ("@x\nFeature: A\n\n  # no\n  Why\n\nFeature: C\n  Scenario: B\n    Given c", ":7: only"),
        ("Feature: A\n  Rule: B\n    Feature: C\n    Scenario: D\n      Given e", ":3: only one"),
        ("Feature: A\n  Background:\n  Ability: C\n  Scenario: D\n    Given e", ":3: only one fea"),
        (
            "Feature: A\n  Scenaro: B\n    Given c\n  Scenario: D\n    Given e",
            ':2: "Scenaro: B" begi',
        ),
        (
            "Feature: A\n  Scenario: B\n  Background:\n    Given c",
            ':3: "Background:" begins nothing',
        ),
        (
            "# language: de\nFunktionalität: A\n  Szenaro: B\n  Szenario: C",
            ':3: "Szenaro: B" begins',
        ),
    ],
)
def test_a_line_that_begins_nothing_is_refused(text: str, sentence: str, tmp_path: Path) -> None:
    """To behave it is a part of a description, and what follows is left out."""
    file = tmp_path / "it.feature"
    (tmp_path / "steps").mkdir()
    file.write_text(text, "utf-8")
    refused = refusal(str(file))
    assert f"{file}{sentence}" in refused if sentence[0] == ":" else sentence in refused
    assert "\n" not in refused


def test_words_with_a_colon_may_be_in_a_description(tmp_path: Path) -> None:
    file = write_suite(tmp_path)
    described = "Rule: The first\n    Note: this is about cats\n    Why: they are there\n"
    file.write_text(SUITE.replace("Rule: The first\n", described), "utf-8")
    assert refusal(str(file)) == ""


@pytest.mark.parametrize(
    ("scenarios", "sentence"),
    [
        (["Scenario: A", "Scenario: B"], WITHOUT_STEPS),
        (["Scenario: A", "Scenario: B", "  Given a cat"], ""),
        (["Background:", "  Given a cat", "Scenario: A"], ""),
        (["Scenario Outline: A", "  Examples:", "    | x |", "    | 1 |"], WITHOUT_STEPS),
    ],
)
def test_a_run_without_any_step_is_refused(
    scenarios: list[str], sentence: str, tmp_path: Path
) -> None:
    file = tmp_path / "it.feature"
    (tmp_path / "steps").mkdir()
    file.write_text("\n  ".join(["Feature: Cats", *scenarios]), "utf-8")
    assert refusal(str(file)) == sentence.format(file=file)


@pytest.mark.parametrize(
    ("argument", "sentence"),
    [
        ("--tags=@acounts-2", "no scenario has the tag @acounts-2 (the nearest is @accounts-2)."),
        ("--tags=(@accounts-2", 'the tag expression "(@accounts-2" is malformed ('),
        ("-j0", "-j 0 means nothing: "),
    ],
)
def test_a_refused_run_has_failed_for_every_reader(
    argument: str, sentence: str, tmp_path: Path
) -> None:
    """It starts no server, and takes away the reports of the run before."""
    (tmp_path / FORMER).write_text('<testsuite><testcase name="passed"/></testsuite>', "utf-8")
    (tmp_path / ".postgres-acceptance").write_text(f"{FORMER}\n", "utf-8")
    ended = behave("-D", "postgres=embedded", argument, SHORT, reports=tmp_path)
    assert ended.exit_code == 1, ended.output
    assert f"Cannot run: {sentence}" in ended.output
    assert "Traceback" not in ended.output
    assert "ready in" not in ended.output
    assert [case.verdict for case in ended.cases] == ["error"]
    assert sentence in ended.cases[0].message
