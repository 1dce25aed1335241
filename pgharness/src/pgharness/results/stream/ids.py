"""The ids in messages of a stream: which a message defines, and what they are in another stream."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

Message = dict[str, Any]

NO_REFERENCE: Final = "workerId"
"""An identifier that names no message."""


@dataclass
class Names:
    """The ids of a stream, and what they are in the merged one."""

    used: set[str]
    """All ids of the merged stream."""
    number: int
    known: dict[str, str] = field(default_factory=dict)

    def of(self, name: str) -> str:
        """Return what an id is in the merged stream."""
        return self.known.get(name, name)

    def new(self, name: str) -> str:
        """Return an id that is not used: this one if possible."""
        made, number = name, self.number + 1
        while made in self.used:
            made, number = f"{name}-{number}", number + 1
        self.used.add(made)
        return made

    def renamed(self, message: Message, *, define: bool = True) -> Message:
        """Return a copy with the ids of the merged stream.

        `define` gives new ids to what the message defines; without it, these are left as they are.
        """
        if define:
            self.known.update({name: self.new(name) for name in ids_in(message)})
        made: Message = self._renamed(message, define=define)
        return made

    def _renamed(self, value: Any, key: str = "", *, define: bool) -> Any:
        match value:
            case dict():
                return {k: self._renamed(one, k, define=define) for k, one in value.items()}
            case list():
                return [self._renamed(one, key, define=define) for one in value]
            case str() if _refers(key) or (key == "id" and define):
                return self.of(value)
        return value


def _refers(key: str) -> bool:
    return key.endswith(("Id", "Ids")) and key != NO_REFERENCE


def ids_in(value: Any) -> Iterator[str]:
    """Yield the ids that a message defines, in a fixed order."""
    if isinstance(value, dict):
        if isinstance(value.get("id"), str):
            yield value["id"]
        for key in sorted(value):
            yield from ids_in(value[key])
    elif isinstance(value, list):
        for one in value:
            yield from ids_in(one)


def content_of(message: Message) -> str:
    """Return what a message says apart from the ids that it defines."""

    def withoutids_in(value: Any) -> Any:
        match value:
            case dict():
                return {key: withoutids_in(one) for key, one in value.items() if key != "id"}
            case list():
                return [withoutids_in(one) for one in value]
        return value

    return json.dumps(withoutids_in(message), sort_keys=True)
