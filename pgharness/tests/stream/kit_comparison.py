"""Compare two streams as the compatibility kit intends.

Left out is what must differ: ids (a reference is compared by what it refers to), times, places of
code, the texts and classes of errors, the code of snippets, and the products in `meta`; that these
fields are there is compared. All else is equal, and the messages come in the same order. (The
implementations in Java and Ruby compare by type of message, the one in JavaScript the whole order.)

One difference is made everywhere: here a test case is sent when it begins. The kit has all test
cases first, but behave's hooks choose what is run while the run goes on.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

Message = dict[str, Any]
Stream = list[Message]

PRESENT: Final = "is there"
ANY: Final = frozenset({"timestamp", "duration", "message", "snippets"})
KEYS: Final = frozenset({"meta", "sourceReference", "exception"})
"""Of these, only the names of their fields are compared."""
OPTIONAL: Final = frozenset({"ci"})


def kind_of(message: Message) -> str:
    """Return the type of a message."""
    return next(iter(message))


def by_kind(stream: Stream) -> dict[str, list[Any]]:
    """Return the comparable messages by type, each type in its order."""
    ids = _labels(stream)
    result: dict[str, list[Any]] = defaultdict(list)
    for message in stream:
        kind = kind_of(message)
        result[kind].append(_comparable(kind, message[kind], ids))
    return dict(result)


def in_order(stream: Stream) -> list[tuple[str, Any]]:
    """Return the comparable messages in their order, without the test cases."""
    ids = _labels(stream)
    kinds = [(kind_of(message), message) for message in stream]
    return [
        (kind, _comparable(kind, message[kind], ids))
        for kind, message in kinds
        if kind != "testCase"
    ]


def _labels(stream: Stream) -> dict[str, str]:
    """Name all ids by the type and the number of what has them."""
    counts: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for message in stream:
        for path, its_id in _ids(message, ""):
            if its_id not in labels:
                counts[path] += 1
                labels[its_id] = f"{path} {counts[path]}"
    return labels


def _ids(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield path, value["id"]
        for key, inner in value.items():
            yield from _ids(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for inner in value:
            yield from _ids(inner, path)


def _comparable(key: str, value: Any, ids: dict[str, str]) -> Any:
    if key in KEYS:
        return sorted(value.keys() - OPTIONAL)
    if key in ANY:
        return PRESENT if value else "empty"
    if key == "id" or key.endswith(("Id", "Ids")):
        return [ids[one] for one in value] if isinstance(value, list) else ids[value]
    if isinstance(value, dict):
        return {name: _comparable(name, inner, ids) for name, inner in value.items()}
    if isinstance(value, list):
        return [_comparable("", inner, ids) for inner in value]
    return value
