"""Any text of a project is in the stream as it was, but nothing of the machine and no password."""

from pathlib import Path
from typing import Final

import pytest

from pgharness.results.recording import outcomes
from recorded_projects import Recorded, record

HOSTILE: Final = {
    "quotes": """it's "quoted" \\"twice\\" {braces} <angles> %s""",
    "emoji": "👩‍🔬 ﷽ é e\u0301",
    "controls": "\x1b[31mred\x1b[0m \x07 \x01 \x7f",
    "separators": "a\u2028b\u0085c\u000bd",
}


def attached(folder: Path, text: str) -> Recorded:
    return record(
        folder,
        "Feature: Text\n  Scenario: Text\n    Given it passes\n",
        environment=f"""
        def after_scenario(context, scenario):
            text = {text!r}
            context.attach("text/plain", text)
            context.attach("text/plain", text.encode("utf-8", "replace"))
            raise ValueError(text)
        """,
    )


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_a_text_arrives_as_it_was(text: str, tmp_path: Path) -> None:
    recorded = attached(tmp_path, text)
    [hook] = recorded.case("Text").after
    assert [one.body for one in hook.attachments] == [text, text], recorded.output
    assert hook.problem is not None
    assert hook.problem.message == text
    assert hook.problem.trace.endswith(f"ValueError: {text}\n")


def test_half_a_character_is_replaced(tmp_path: Path) -> None:
    recorded = attached(tmp_path, "a\ud800b")
    [hook] = recorded.case("Text").after
    assert [one.body for one in hook.attachments] == ["a�b", "a?b"], recorded.output
    assert hook.problem is not None
    assert hook.problem.message == "a�b"


@pytest.mark.parametrize("text", [HOSTILE["quotes"], HOSTILE["emoji"]], ids=["quotes", "emoji"])
def test_names_and_steps_are_as_written(text: str, tmp_path: Path) -> None:
    feature = (
        f"Feature: {text}\n  Rule: {text}\n    Scenario: {text}\n      Given it passes for {text}\n"
    )
    recorded = record(tmp_path, feature)
    [feature_read] = recorded.run.features
    [case] = recorded.run.cases
    assert (feature_read.name, feature_read.rules[0].name, case.name) == (text, text, text)
    assert case.steps[0].text == f"it passes for {text}"
    (begin, end), *_ = case.steps[0].parameters
    assert case.steps[0].text[begin:end] == text


def test_nothing_of_the_machine_is_in_the_stream(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        "Feature: Paths\n  Scenario: Paths\n    Given it raises\n",
        environment="""
        import json, platform, os, sys, tempfile

        platform.node = lambda: "build-7"

        def before_scenario(context, scenario):
            known = [os.getcwd(), sys.prefix, tempfile.gettempdir() + "/x"]
            known += [platform.node(), __file__]
            context.attach("text/plain", " ".join(known))
            context.attach("text/plain", " ".join(known).encode())
            context.attach("application/json", json.dumps(known))
            context.add_cleanup(json.loads, "{")
        """,
    )
    trace = recorded.case("Paths").steps[0].problem
    assert trace is not None
    assert trace.trace.splitlines()[1].startswith('  File "features/steps/steps.py", line ')
    assert "recording" not in recorded.text
    bodies = [one.body for case in recorded.run.cases for one in case.attachments]
    assert bodies[0] == bodies[1]
    assert "features/environment.py" in bodies[0]
    for told in (recorded.text, *bodies):
        assert str(tmp_path) not in told
        assert str(Path.home()) + "/" not in told
        assert "build-7" not in told


def test_a_password_is_masked(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        "Feature: Secrets\n  Scenario: Secrets\n    Given it passes\n",
        environment="""
        from pgharness.core.masking import know_passwords

        URL = "postgresql://ada:Tr0ub4dor-and-3@db/x"

        def before_all(context):
            know_passwords(["Tr0ub4dor-and-3"])

        def after_scenario(context, scenario):
            context.attach("text/plain", URL)
            context.attach("text/plain", URL.encode())
            raise ConnectionError(URL)
        """,
    )
    [hook] = recorded.case("Secrets").after
    assert "Tr0ub4dor" not in recorded.text
    assert [one.body for one in hook.attachments] == ["postgresql://ada:***@db/x"] * 2
    assert hook.problem is not None
    assert hook.problem.message == "postgresql://ada:***@db/x"


@pytest.mark.parametrize(
    ("url", "said", "told"),
    [
        ("postgresql://ada@db7.intern/x", "at db7.intern:5432", "at <server>:5432"),
        ("postgresql://ada@db7/x", "at db7:5432, not db70", "at <server>:5432, not db70"),
        ("postgresql://ada@/x?host=/run/pg7", 'at "/run/pg7"', 'at "<server>"'),
        ("postgresql://ada@/x?host=a-1:1&host=b-2:2", "a-1, b-2", "<server>, <server>"),
        (
            "postgresql://ada@db7.intern/x",
            'server at "db7.intern" (10.1.2.3), port 5432 failed',
            'server at "<server>", port 5432 failed',
        ),
        ("postgresql://ada@postgres/postgres", "postgres", "postgres"),
        ("postgresql://ada@127.0.0.1/x", "127.0.0.1", "127.0.0.1"),
    ],
)
def test_the_host_of_a_server_is_not_in_the_stream(
    tmp_path: Path, url: str, said: str, told: str
) -> None:
    recorded = record(
        tmp_path,
        "Feature: Hosts\n  Scenario: Hosts\n    Given it passes\n",
        environment=f"""
        from pgharness.core.database_url import read

        def before_all(context):
            read({url!r}, default_database="x")

        def after_scenario(context, scenario):
            raise ConnectionError({said!r})
        """,
    )
    [hook] = recorded.case("Hosts").after
    assert hook.problem is not None, recorded.output
    assert hook.problem.message == told


def test_a_long_error_is_cut_in_its_middle(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        "Feature: Long\n  Scenario: Long\n    Given it passes\n",
        environment="""
        def after_scenario(context, scenario):
            raise ValueError("begin " + 10_000_000 * "x" + " end")
        """,
    )
    [hook] = recorded.case("Long").after
    assert hook.problem is not None, recorded.output
    for text in (hook.problem.message, hook.problem.trace):
        assert len(text) < outcomes.LONGEST + 100
        assert "9,900,010 characters are left out" in text or text is hook.problem.trace
        assert text.rstrip().endswith("x end")


def test_a_long_attachment_is_cut_in_its_middle_and_says_so(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        "Feature: Long\n  Scenario: Long\n    Given it passes\n",
        environment="""
        def after_scenario(context, scenario):
            text = "begin " + 1_000_000 * "x" + " end"
            context.attach("text/plain", text)
            context.attach("text/csv", text.encode())
            context.attach('application/json; name="all.json"', text)
            context.attach("image/svg+xml", text)
        """,
    )
    long = list(recorded.case("Long").attachments)
    assert [one.media_type for one in long] == ["text/plain", "text/csv", *["text/plain"] * 2]
    assert long[2].file_name == "all.json"
    for one in long:
        assert len(one.body) < outcomes.LONGEST + 100
        assert one.body.startswith("begin x")
        assert "… 900,010 characters are left out …" in one.body
        assert one.body.endswith("x end")


def test_bytes_that_are_too_long_are_left_out_with_their_size(tmp_path: Path) -> None:
    recorded = record(
        tmp_path,
        "Feature: Long\n  Scenario: Long\n    Given it passes\n",
        environment="""
        def after_scenario(context, scenario):
            context.attach('image/png; name="all.png"', 1_000_000 * b"\\x89")
            context.attach('image/png; name="all.png"', 1_000_001 * b"\\x89")
        """,
    )
    whole, left_out = recorded.case("Long").attachments
    assert (whole.media_type, whole.is_base64) == ("image/png", True)
    assert (left_out.media_type, left_out.file_name) == ("text/plain", "all.png")
    assert left_out.body == (
        "image/png of 1,000,001 bytes is left out: at most 1,000,000 are attached"
    )
