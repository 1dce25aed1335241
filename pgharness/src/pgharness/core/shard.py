"""A shard of a run: one of several machines among which the scenarios are divided."""

import re
from dataclasses import dataclass
from typing import Final, Self

from pgharness.core.errors import HarnessError
from pgharness.core.option_names import SHARD

FORM: Final = re.compile(r"([0-9]{1,6})/([0-9]{1,6})")
SHOWN: Final = re.compile(r"[-+.a-z0-9]{0,9}/?[-+.a-z0-9]{0,9}")
"""A value that is repeated in an error; longer text may be a URL with a password."""


@dataclass(frozen=True)
class Shard:
    """The scenarios of one machine. The only one of one is the whole run."""

    number: int = 1
    """From 1 to `count`."""
    count: int = 1

    def __str__(self) -> str:
        return f"shard {self.number} of {self.count}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Return the shard that `-D shard=2/4` gives. Raises `HarnessError`."""
        if (found := FORM.fullmatch(text)) is not None:
            shard = cls(*map(int, found.groups()))
            if 1 <= shard.number <= shard.count:
                return shard
        shown = text if SHOWN.fullmatch(text) else "…"
        raise HarnessError(
            f"-D {SHARD}={shown} means nothing: use NUMBER/COUNT, as in 2/4, with a NUMBER from 1"
            " to COUNT."
        )
