"""What `context.attach` is given, as the protocol has it."""

import base64
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from email.message import Message
from typing import Final

from behave.model import Step
from cucumber_messages import Attachment, AttachmentContentEncoding

from pgharness.core.attachments import TEXT
from pgharness.results.recording.events import Events, now
from pgharness.results.recording.outcomes import bounded
from pgharness.results.recording.places import Places
from pgharness.results.stream.media import is_text

LOG: Final = "text/x.cucumber.log+plain"
"""The media type of what a step printed or logged."""
MOST_BYTES: Final = 1_000_000
"""Of what is no text. Of a text there are `outcomes.LONGEST` characters."""


@dataclass(frozen=True)
class Where:
    """What an attachment belongs to: fields of its message."""

    test_step_id: str | None = None
    test_case_started_id: str | None = None
    test_run_hook_started_id: str | None = None
    test_run_started_id: str | None = None


class Attachments:
    """Sends what is attached while a step or a hook is being executed, and to the run."""

    def __init__(self, events: Events, places: Places) -> None:
        self._events = events
        self._places = places
        self._where: list[Where] = []

    @contextmanager
    def of(self, where: Where) -> Iterator[None]:
        """Let attachments belong to a step or a hook in this block."""
        self._where.append(where)
        try:
            yield
        finally:
            self._where.pop()

    def add(self, media_type: str, data: str | bytes, file_name: str = "") -> None:
        """Send an attachment of the innermost step or hook; without one it is left out."""
        if not self._where:
            return
        media_type, name = named(media_type)
        media_type, body, encoding = encoded(data, media_type, self._places)
        self._events.send(
            attachment=Attachment(
                body=body,
                content_encoding=encoding,
                media_type=media_type,
                file_name=file_name or name or None,
                timestamp=now(),
                **asdict(self._where[-1]),
            )
        )


def explaining(step: Step) -> Iterator[tuple[str, str]]:
    """Yield what explains the failure of a step: what its error has, and what was printed."""
    attached = getattr(step.exception, "attachments", None)
    if isinstance(attached, list | tuple):  # else it is something else of another library
        for one in attached:
            match one:
                case [str(media_type), str(body)]:
                    yield media_type, body
    if step.status.has_failed():
        for said in filter(str.strip, (step.captured.stdout, step.captured.log)):
            yield LOG, said


def named(media_type: str) -> tuple[str, str]:
    """Return a media type without the name of a file, and that name.

    behave's function has no argument for it: `application/pdf; name="report.pdf"` gives it.
    """
    if ";" not in media_type:
        return media_type, ""
    header = Message()
    header["Content-Type"] = media_type
    name = header.get_param("name")
    header.del_param("name")
    return header["Content-Type"], name if isinstance(name, str) else ""


def encoded(
    data: str | bytes, media_type: str, places: Places
) -> tuple[str, str, AttachmentContentEncoding]:
    """Return the media type and the body: a text as it is, bytes in base64.

    Neither has a secret or a foreign path. A text that is too long is cut in its middle, and is
    then no document of its type any more, only text. Other data that are too long are left out.
    """
    if isinstance(data, str):
        return *_short(places.text(data), media_type), AttachmentContentEncoding.identity
    if (text := _decoded(data, media_type)) is not None:
        media_type, text = _short(places.text(text), media_type)
        data = text.encode("utf-8")
    elif len(data) > MOST_BYTES:
        size = f"{media_type} of {len(data):,} bytes"
        said = f"{size} is left out: at most {MOST_BYTES:,} are attached"
        return TEXT, said, AttachmentContentEncoding.identity
    body = base64.b64encode(data).decode("ascii")
    return media_type, body, AttachmentContentEncoding.base64


def _decoded(data: bytes, media_type: str) -> str | None:
    """Return bytes as text, or None if they are none."""
    with suppress(UnicodeDecodeError):
        return bytes(data).decode("utf-8") if is_text(media_type) else None
    return None


def _short(text: str, media_type: str) -> tuple[str, str]:
    """Return the media type and the text, which is cut if it is too long."""
    short = bounded(text)
    is_document = short != text and not media_type.startswith("text/")
    return TEXT if is_document else media_type, short
