"""How many processes execute the scenarios, and what is refused."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from behave.formatter.pretty import PrettyFormatter

from parallel_projects import PLAIN, Project, feature, several, workers
from pgharness.adapters import pytest_plugin
from pgharness.adapters.behave.parallel import number
from pgharness.adapters.behave.parallel.number import asked, number_of
from pgharness.core.errors import HarnessError


def given(jobs: int = 1, **userdata: str) -> Any:
    """Return behave's configuration."""
    return SimpleNamespace(jobs=jobs, userdata=userdata)


@pytest.mark.parametrize(
    ("config", "settings", "expected"),
    [
        (given(), {}, None),
        (given(workers="auto"), {"workers": 3}, None),
        (given(workers="1"), {"workers": 3}, 1),
        (given(workers="256"), {}, 256),
        (given(jobs=4), {"workers": "auto"}, 4),
        (given(), {"workers": 3}, 3),
        (given(), {"workers": "3"}, 3),
        (given(), {"workers": "auto"}, None),
    ],
)
def test_the_number_that_is_asked_for(
    config: Any, settings: dict[str, Any], expected: int | None
) -> None:
    assert asked(config, settings) == expected


MEANINGLESS = "means nothing: use auto, or a number from 1 to 256."


@pytest.mark.parametrize(
    ("config", "settings", "sentence"),
    [
        (given(workers="0"), {}, f"-D workers=0 {MEANINGLESS}"),
        (given(workers="x"), {}, f"-D workers=x {MEANINGLESS}"),
        (given(workers="-1"), {}, f"-D workers=-1 {MEANINGLESS}"),
        (given(workers="257"), {}, f"-D workers=257 {MEANINGLESS}"),
        (given(workers="\u0663"), {}, f"-D workers=\u0663 {MEANINGLESS}"),
        (given(workers="9" * 5000), {}, f"-D workers={'9' * 5000} {MEANINGLESS}"),
        (given(workers="a b"), {}, f"-D workers=… {MEANINGLESS}"),
        (given(jobs=0), {}, f"-j 0 {MEANINGLESS}"),
        (given(jobs=1000), {}, f"-j 1000 {MEANINGLESS}"),
        (given(), {"workers": 0}, f"workers = 0 in [tool.pgharness] {MEANINGLESS}"),
        (given(), {"workers": True}, f"workers = True in [tool.pgharness] {MEANINGLESS}"),
        (given(3, workers="2"), {}, "-j and -D workers mean the same: leave one out."),
    ],
)
def test_other_numbers_are_refused(config: Any, settings: dict[str, Any], sentence: str) -> None:
    with pytest.raises(HarnessError) as refused:
        asked(config, settings)
    assert str(refused.value) == sentence


def runner(*paths: Path, **others: Any) -> Any:
    """Return a runner of these paths."""
    config = SimpleNamespace(
        paths=[str(path) for path in paths], dry_run=False, reporters=[], **others
    )
    return SimpleNamespace(config=config, formatters=[])


@pytest.fixture
def processors(monkeypatch: pytest.MonkeyPatch) -> None:
    """Four of them."""
    monkeypatch.setattr(number, "_processors", lambda: 4)


@pytest.mark.usefixtures("processors")
@pytest.mark.parametrize(
    ("asked_for", "paths", "units", "expected"),
    [
        (None, ["."], 100, 4),
        (None, [".", "features"], 100, 4),
        (None, [], 100, 4),
        (None, ["."], 39, 3),
        (None, ["."], 19, 1),
        (None, ["."], 0, 1),
        (None, ["one.feature"], 100, 1),
        (None, ["one.feature:3"], 100, 1),
        (None, [".", "one.feature"], 100, 1),
        (None, ["@list.txt"], 100, 1),
        (3, ["one.feature"], 100, 3),
        (3, ["."], 2, 2),
        (3, ["."], 0, 1),
        (1, ["."], 100, 1),
    ],
)
def test_as_many_as_there_are_processors_and_scenarios_for_folders(
    asked_for: int | None,
    paths: list[str],
    units: int,
    expected: int,
    tmp_path: Path,
) -> None:
    (tmp_path / "features").mkdir()
    given_paths = [tmp_path / path for path in paths]
    assert number_of(asked_for, runner(*given_paths), units, ordered=False) == expected


def test_what_needs_one_process_has_one_unless_several_were_asked_for(tmp_path: Path) -> None:
    dry, shown, summed = (runner(tmp_path) for _ in range(3))
    dry.config.dry_run = True
    shown.formatters = [PrettyFormatter.__new__(PrettyFormatter)]
    summed.config.reporters = [object()]
    for needs_one, why in {
        "a dry run executes nothing": dry,
        "the formatter pretty can show one process only": shown,
        "the summary counts the steps of one process only (--no-summary leaves it out)": summed,
    }.items():
        assert number_of(None, why, 100, ordered=False) == 1
        assert number_of(1, why, 100, ordered=False) == 1
        with pytest.raises(HarnessError, match="several workers are not possible") as refused:
            number_of(2, why, 100, ordered=False)
        assert str(refused.value).endswith(f": {needs_one}.")


def test_a_run_has_as_many_as_it_says(parallel_project: Project) -> None:
    settings = {"pyproject.toml": f"{PLAIN['pyproject.toml']}workers = 3\n"}
    parallel_project.write(PLAIN, settings, some=feature("Some", *several("Some", 6)))
    for arguments, expected in {
        (): 3,
        ("features/some.feature",): 3,
        ("-j", "2"): 2,
        ("-D", "workers=1"): 0,
    }.items():
        done = parallel_project.run(*arguments)
        assert (done.code, len(workers(done))) == (0, expected), done.output
    for arguments, why in {
        ("-D", "workers=0"): MEANINGLESS,
        ("-D", "workers=2", "-f", "pretty"): "the formatter pretty can show one process only.",
        ("-j", "2", "--dry-run"): "several workers are not possible: a dry run executes nothing.",
    }.items():
        done = parallel_project.run(*arguments)
        assert done.code == 1
        assert "Cannot run: " in done.output
        assert why in done.output


def test_pytest_refuses_the_option(tmp_path: Path) -> None:
    with pytest.raises(pytest.UsageError) as refused:
        pytest_plugin.read(tmp_path, ["workers=2"], {})
    assert str(refused.value) == ("the option workers is for behave only: pytest-xdist has -n.")
