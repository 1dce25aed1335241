"""What was selected for a run: a merged stream has it only if all of its runs had the same.

Runs of two selections may together have everything, and a rerun repeats a part of what it is merged
with.
"""

from collections.abc import Iterable, Sequence

from pgharness.core.attachments import SELECTION
from pgharness.results.stream.ids import Message


def is_selection(message: Message) -> bool:
    """Whether a message has what was selected."""
    return bool(message.get("attachment", {}).get("mediaType") == SELECTION)


def common(streams: Iterable[Sequence[Message]], run: str) -> list[Message]:
    """Return the message with the selection of all streams, or nothing; `run` is the merged one."""
    found = [next(filter(is_selection, messages), None) for messages in streams]
    bodies = {one["attachment"]["body"] if one else None for one in found}
    first = found[0] if len(bodies) == 1 else None
    return [{"attachment": first["attachment"] | {"testRunStartedId": run}}] if first else []
