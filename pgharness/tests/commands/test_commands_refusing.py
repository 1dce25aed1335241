"""`python -m pgharness.results`: a sentence for bad input, and ends as a program's."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import breaking
from last_runs import enter, put
from pgharness.results.commands import STREAM, main

CUT_OFF = {
    "testCaseStartedId": "7",
    "timestamp": {"seconds": 0, "nanos": 0},
    "willBeRetried": False,
}

BAD = {
    "missing": (None, "cannot be read (No such file or directory)"),
    "empty": ("", "is empty"),
    "foreign": ("<xml/>\n", "is not a stream of Cucumber Messages (line 1)"),
    "foreign JSON": ('{"a": 1}\n', "is not a stream of Cucumber Messages (line 1)"),
    "damaged": ('{"meta":', "is not a stream of Cucumber Messages"),
    "a part": (
        f"{json.dumps({'testCaseFinished': CUT_OFF})}\n",
        "refers to a message that it does not have (7)",
    ),
}


@pytest.mark.parametrize("which", BAD)
@pytest.mark.parametrize("command", ["show", "junit", "merge"])
def test_bad_input_is_told_in_a_sentence(
    command: str,
    which: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(tmp_path, monkeypatch)
    content, said = BAD[which]
    STREAM.unlink()
    if content is not None:
        STREAM.write_text(content, "utf-8")
    arguments = [command, str(STREAM), *(["-o", "merged"] if command == "merge" else [])]
    if (command, which) == ("merge", "a part"):
        return  # it refers to what another stream may have
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith(f"python -m pgharness.results {command}: reports/messages.ndjson ")
    assert said in err
    assert len(err.splitlines()) == 1


@pytest.mark.parametrize("name", ["all-statuses", "hooks", "retry", "rules-backgrounds"])
def test_a_stream_that_lacks_a_message_is_no_crash(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    whole = put(name).read_text("utf-8").splitlines(keepends=True)
    for left_out in range(len(whole)):
        STREAM.write_text("".join(whole[:left_out] + whole[left_out + 1 :]), "utf-8")
        assert main(["show"]) in {0, 1, 2}
        assert main(["merge", str(STREAM), str(STREAM), "-o", "merged"]) in {0, 2}


@pytest.mark.parametrize("command", ["summary", "json", "rerun"])
def test_a_place_that_cannot_be_written_is_told(
    command: str,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    enter(tmp_path, monkeypatch)
    assert main([command, "-o", "reports"]) == 2
    assert "reports cannot be written (Is a directory)" in capsys.readouterr().err
    assert main([command, "-o", "reports/messages.ndjson/x"]) == 2
    assert os.listdir(".") == ["reports"]  # noqa: PTH208


def test_an_unknown_command_is_bad_input() -> None:
    with pytest.raises(SystemExit) as ended:
        main(["junk"])
    assert ended.value.code == 2


def started(*arguments: str, **given: str) -> "subprocess.Popen[bytes]":
    """Start the command in a process of its own."""
    command = [*breaking.program("pgharness.results"), *arguments]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdout=pipe, stderr=pipe, env=os.environ | given)


def test_a_closed_pipe_ends_it_without_a_traceback(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    with started("json", "-o", "-") as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert b"Traceback" not in process.stderr.read()
        assert process.wait(60) == 141


def test_a_report_is_in_utf_8_whatever_the_terminal_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(tmp_path, monkeypatch)
    put("doc-strings")
    text = STREAM.read_text("utf-8").replace("Doc strings", "Döc strings")
    STREAM.write_text(text, "utf-8")
    with started("json", "-o", "-", PYTHONIOENCODING="ascii") as process:
        out, _ = process.communicate(timeout=60)
    assert json.loads(out.decode("utf-8"))[0]["name"] == "Döc strings"
    assert process.returncode == 0


@pytest.mark.parametrize(
    ("command", "module"),
    [
        (("-m", "pgharness.results", "show"), "junitparser"),
        (("-c", "from pgharness.results import Terminal"), "rich"),
        (("-c", "from pgharness.results import Messages"), "gherkin"),
    ],
    ids=" ".join,
)
def test_without_the_extra_a_sentence_names_it(
    tmp_path: Path, command: tuple[str, ...], module: str
) -> None:
    blocked = f"import sys\nsys.modules[{module!r}] = None\n"
    (tmp_path / "sitecustomize.py").write_text(blocked, "utf-8")
    ended = subprocess.run(
        [sys.executable, *command],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"{module} is not installed: run `pip install 'pgharness[results]'`." in ended.stderr
    assert ended.returncode == (2 if "-m" in command else 1)
    assert ("Traceback" in ended.stderr) == ("-c" in command)
