"""The ids of elements that links lead to."""

import re
from collections.abc import Iterable


class Anchors:
    """Gives each element an id of its own, without white space."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._rules: set[str] = set()

    def reserve(self, rules: Iterable[str]) -> None:
        """Keep these ids for the rules of these ids."""
        self._rules.update(rules)

    def of_rule(self, rule: str) -> str:
        """Return the id of a rule itself; of two rules of one id, the second gets another."""
        return self._unique(rule)

    def of(self, wanted: str) -> str:
        """Return an id as near to this text as can be."""
        anchor = re.sub(r"\s", "_", wanted)
        return self._unique(f"{anchor}~" if anchor in self._rules else anchor)

    def _unique(self, anchor: str) -> str:
        found, number = anchor, 1
        while found in self._taken:
            number += 1
            found = f"{anchor}~{number}"
        self._taken.add(found)
        return found
