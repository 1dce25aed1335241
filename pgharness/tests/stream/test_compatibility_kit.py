"""The stream of a run is what the kit expects of an implementation, for all that behave can do."""

import json
import shutil
from pathlib import Path
from typing import Final

import pytest
from cucumber_compatibility_kit import CompatibilityKit
from cucumber_messages import Envelope, message_converter

import fork_server
from kit_comparison import Stream, by_kind, in_order
from kit_differences import of_kind, replaced
from kit_samples import IMPOSSIBLE, SAMPLES, Sample
from pgharness.results.stream.serialising import line_of, message_of

KIT: Final = CompatibilityKit()
NAMES: Final = sorted(folder.name for folder in [*KIT.gherkin(), *KIT.markdown()])
CODE: Final = Path(__file__).with_name("kit")


@pytest.mark.parametrize("name", NAMES)
def test_a_sample_gives_the_messages_of_the_kit(name: str, tmp_path: Path) -> None:
    if name in IMPOSSIBLE:
        pytest.skip(IMPOSSIBLE[name])
    sample = SAMPLES.get(name, Sample())
    expected = stream_of(KIT.feature_code_for(name) / f"{name}.ndjson")
    if sample.edit is not None:
        expected = replaced(expected, *sample.edit)
    expected = sample.expected(expected)
    ours = sample.ours(run(name, sample, tmp_path, expected))
    for kind, messages in by_kind(expected).items():
        assert by_kind(ours).get(kind) == messages, kind
    assert by_kind(ours).keys() == by_kind(expected).keys()
    assert in_order(ours) == in_order(expected)


def test_each_sample_is_run_or_has_a_reason() -> None:
    adapted = {name for name, sample in SAMPLES.items() if sample != Sample(sample.code)}
    assert {*SAMPLES, *IMPOSSIBLE} <= set(NAMES)
    assert len(IMPOSSIBLE) <= 4, "those that behave cannot do are few"
    unexplained = [name for name in sorted(adapted) if not SAMPLES[name].reason]
    assert unexplained == ["multiple-features-reversed", "retry", "test-run-exception"], "options"


def stream_of(path: Path) -> Stream:
    lines = path.read_text("utf-8").splitlines()
    return [json.loads(line) for line in lines]


def run(name: str, sample: Sample, project: Path, expected: Stream) -> Stream:
    """Run behave over a sample, as a process and with nothing of the harness but the formatter."""
    folder = project / "samples" / name
    shutil.copytree(
        KIT.feature_code_for(name), folder, ignore=shutil.ignore_patterns("*.ndjson", ".*")
    )
    (folder / "steps").mkdir()
    shutil.copy(code_of(sample.code or name.replace("-", "_")), folder / "environment.py")
    for module in sample.beside:
        shutil.copy(code_of(module), project)
    if sample.edit is not None:
        for file in folder.glob("*.feature"):
            file.write_text(file.read_text("utf-8").replace(*sample.edit), "utf-8")
    places = [
        f"{pickle['uri']}:{pickle['location']['line']}" for pickle in of_kind(expected, "pickle")
    ]
    done = fork_server.run(
        "behave",
        *("--format=pgharness.results:Messages", "--outfile=messages.ndjson"),
        *sample.options,
        *places,
        folder=project,
    )
    stream = project / "messages.ndjson"
    assert stream.exists(), done.stdout
    return stream_of(stream)


def code_of(module: str) -> Path:
    [found] = CODE.glob(f"*/{module}.py")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_messages_are_read_and_written_as_by_the_package_for_them(name: str) -> None:
    for document in stream_of(KIT.feature_code_for(name) / f"{name}.ndjson"):
        envelope = message_converter.from_dict(document, Envelope)
        assert json.loads(line_of(envelope)) == message_converter.to_dict(envelope) == document
        assert message_of(document, Envelope) == envelope
