"""Read a stream of Cucumber Messages: the run that it describes.

The stream of a killed run ends anywhere; a run without an end is not finished, and what it had not
come to is `Status.NOT_RUN`.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from cucumber_messages import Envelope, message_converter

from pgharness.core.errors import HarnessError
from pgharness.results.model import Run
from pgharness.results.stream.building import Builder
from pgharness.results.stream.collecting import Collector

FIELDS: Final = frozenset(
    (
        *("meta", "source", "gherkinDocument", "pickle", "stepDefinition", "hook", "suggestion"),
        *("testRunStarted", "testCase", "testCaseStarted", "testStepStarted", "testStepFinished"),
        *("testCaseFinished", "testRunFinished", "testRunHookStarted", "testRunHookFinished"),
        *("attachment", "externalAttachment", "parameterType", "parseError"),
        "undefinedParameterType",
    )
)
"""The messages of the protocol; those of later versions are passed over."""


def read(path: Path) -> Run:
    """Return the run of a stream. Raises `HarnessError` if the file is not a stream."""
    collector = Collector()
    try:
        for envelope in envelopes(path):
            collector.take(envelope)
        return Builder(collector).run()
    except KeyError as missing:
        raise HarnessError(
            f"{path} refers to a message that it does not have ({missing.args[0]}):"
            " name the whole messages.ndjson of a run."
        ) from None
    except (AttributeError, TypeError) as error:
        raise _unknown(path, error) from None


def envelopes(path: Path) -> Iterator[Envelope]:
    """Yield the messages of a stream. Raises `HarnessError` if the file is not one.

    The last line may be cut, as a killed run leaves it.
    """
    for message in documents(path):
        try:
            yield message_converter.from_dict(message, Envelope)
        except (TypeError, ValueError) as error:
            raise _unknown(path, error) from None


def documents(path: Path) -> Iterator[dict[str, object]]:
    """Yield the messages of a stream as JSON documents, as `envelopes` does."""
    try:
        lines = path.read_text("utf-8", errors="replace").split("\n")
    except OSError as error:
        raise HarnessError(
            f"{path} cannot be read ({error.strerror}): name the messages.ndjson of a run."
        ) from None
    written = [line for line in lines if line.strip()]
    if not written:
        raise HarnessError(f"{path} is empty: no run has written to it.")
    for number, line in enumerate(written, start=1):
        try:
            document = json.loads(line)
        except ValueError:
            if number == len(written) > 1:
                return  # the run was killed while it wrote
            raise _no_stream(path, number) from None
        if not isinstance(document, dict) or (number == 1 and not FIELDS & document.keys()):
            raise _no_stream(path, number)
        yield document


def _unknown(path: Path, error: Exception) -> HarnessError:
    return HarnessError(
        f"{path} has a message that the protocol does not know ({error}):"
        " was it written by a much newer version?"
    )


def _no_stream(path: Path, line: int) -> HarnessError:
    return HarnessError(
        f"{path} is not a stream of Cucumber Messages (line {line}): name the messages.ndjson"
        " of a run."
    )
