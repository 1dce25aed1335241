"""A stream that is damaged, cut, foreign or newer is read as far as it goes, or refused clearly."""

import json
from pathlib import Path
from typing import Any, Final

import pytest
from cucumber_compatibility_kit import CompatibilityKit

from pgharness.core.errors import HarnessError
from pgharness.results.model import Attachment, Status
from pgharness.results.stream import reading
from pgharness.results.stream.building import UNFINISHED

KIT: Final = CompatibilityKit()
DANGLING: Final = (
    '{"testCaseFinished": {"testCaseStartedId": "7", "willBeRetried": false,'
    ' "timestamp": {"seconds": 0, "nanos": 0}}}\n'
)


@pytest.fixture
def lines() -> list[str]:
    return whole("hooks").splitlines()


def whole(sample: str) -> str:
    return (KIT.feature_code_for(sample) / f"{sample}.ndjson").read_text("utf-8")


def read(folder: Path, text: str | bytes) -> Any:
    path = folder / "messages.ndjson"
    path.write_bytes(text.encode("utf-8") if isinstance(text, str) else text)
    return reading.read(path)


@pytest.mark.parametrize(
    "name", sorted(folder.name for folder in [*KIT.gherkin(), *KIT.markdown()])
)
def test_the_stream_of_any_implementation_can_be_read(name: str, tmp_path: Path) -> None:
    run = read(tmp_path, whole(name))
    assert run.finished is not None
    names = [json.loads(line) for line in whole(name).splitlines()]
    assert [case.name for case in run.cases] == [
        one["pickle"]["name"] for one in names if "pickle" in one
    ]


def test_the_statuses_of_another_implementation(tmp_path: Path) -> None:
    run = read(tmp_path, whole("all-statuses"))
    assert [case.status for case in run.cases] == [
        *(Status.PASSED, Status.ERROR, Status.PENDING, Status.SKIPPED),
        *(Status.UNDEFINED, Status.AMBIGUOUS),
    ]


def test_text_is_text_however_it_was_sent(tmp_path: Path) -> None:
    run = read(tmp_path, whole("attachments"))
    attached = [one for case in run.cases for one in case.attachments]
    assert attached[0] == Attachment("application/octet-stream", "hello")
    assert attached[4] == Attachment("text/plain", "".join(map(chr, range(10))))
    pdf = attached[5]
    assert (pdf.media_type, pdf.file_name, pdf.is_base64) == (
        *("application/pdf", "renamed.pdf"),
        True,
    )


def test_the_last_attempt_counts(tmp_path: Path) -> None:
    run = read(tmp_path, whole("retry"))
    assert [case.status for case in run.cases] == [Status.PASSED] * 3 + [Status.ERROR]


def test_a_stream_can_be_cut_anywhere(lines: list[str], tmp_path: Path) -> None:
    text = "\n".join(lines) + "\n"
    first = len(lines[0]) + 1
    for end in range(first, len(text) - 1, 97):
        run = read(tmp_path, text[:end])
        assert not run.holds
        assert run.finished is None
        for case in run.cases:
            assert case.status in (Status.PASSED, Status.ERROR) or case.reason == UNFINISHED


def test_a_cut_character_is_a_cut_line(tmp_path: Path) -> None:
    text = whole("minimal").encode() + '{"attachment":{"body":"é'.encode()[:-1]
    assert [case.status for case in read(tmp_path, text).cases] == [Status.PASSED]


def test_what_a_later_version_adds_is_passed_over(lines: list[str], tmp_path: Path) -> None:
    lines.insert(3, '{"telepathy":{"from":"afar"}}')
    lines[-1] = lines[-1].replace('"success"', '"mood":"good","success"')
    assert len(list(read(tmp_path, "\n".join(lines)).cases)) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty: no run has written to it."),
        ("\n\n", "is empty: no run has written to it."),
        ("<testsuites/>\n", "is not a stream of Cucumber Messages (line 1)"),
        ("[]\n", "is not a stream of Cucumber Messages (line 1)"),
        ('{"a": 1}\n{"b": 2}\n', "is not a stream of Cucumber Messages (line 1)"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is not a stream of Cucumber Messages (line 1)"),
        (whole("minimal") + "oh\n" + "{}\n", "is not a stream of Cucumber Messages (line 13)"),
        ('{"testRunStarted": 7}\n', "has a message that the protocol does not know"),
        ('{"testRunStarted": {}}\n', "has a message that the protocol does not know"),
        ('{"testRunStarted": {"id": "1", "timestamp": 7}}\n', "does not know"),
        ('{"hook": {"id": "1", "sourceReference": {}, "type": "X"}}\n', "does not know"),
        (
            DANGLING,
            "refers to a message that it does not have (7)",
        ),
    ],
    ids=[
        *("nothing", "blank", "xml", "list", "other json", "picture", "broken line", "number"),
        *("no fields", "no time", "no such value", "dangling"),
    ],
)
def test_what_is_no_stream_is_refused(text: str | bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(HarnessError) as refused:
        read(tmp_path, text)
    assert said in str(refused.value)
    assert "messages.ndjson" in str(refused.value)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(HarnessError, match="cannot be read"):
        reading.read(tmp_path / "none.ndjson")


def test_messages_without_their_beginning_are_refused(lines: list[str], tmp_path: Path) -> None:
    """Half of a stream is no stream: it refers to what is in the other half."""
    refused = []
    for number in range(2, len(lines) - 1):
        try:
            read(tmp_path, "\n".join(lines[number:]))
        except HarnessError as error:
            refused.append(str(error))
    assert len(refused) > 5
    assert all("refers to a message that it does not have" in said for said in refused)
