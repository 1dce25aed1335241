"""How strong rules are: which faults, put into a service on purpose, each of them noticed.

It is read from a JSON file:

```json
{
 "sources": {"hand-made": {"generated": 2, "noticed": 2}},
 "rules": {
  "accounts-8": {"rule": "A change is stored", "feature": "accounts/changing",
                 "first": 2, "alone": ["the version is ignored"]},
  "accounts-9": {"rule": "An address is unique", "feature": "accounts/changing",
                 "first": 0, "alone": []}
 },
 "questioned": {"accounts-9": "It is a promise to others."}
}
```

`first` is how many faults the rule was the first to notice; `alone` names those that no other rule
noticed; `questioned` has the rules that noticed nothing, with the reason why they are kept, or "".
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pgharness.core.errors import HarnessError


@dataclass(frozen=True)
class RuleStrength:
    """What a rule noticed."""

    rule: str
    """Its title."""
    feature: str
    first: int
    """How many faults it was the first to notice."""
    alone: tuple[str, ...] = ()
    """The faults that no other rule noticed."""


@dataclass(frozen=True)
class Strength:
    """What the rules of a project noticed."""

    sources: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """What became of the faults of each source: numbers by their names, the same for all."""
    rules: Mapping[str, RuleStrength] = field(default_factory=dict)
    """By the rules' ids."""
    questioned: Mapping[str, str] = field(default_factory=dict)
    """The ids of the rules that noticed nothing, with the reasons why they are kept, or nothing."""


def read(path: Path) -> Strength:
    """Read the strength of rules. Raises `HarnessError` if the file is missing or malformed."""
    try:
        content = json.loads(path.read_text("utf-8"))
    except OSError as error:
        raise HarnessError(
            f"cannot read the strength of rules in {path.name}: {error.strerror}"
        ) from error
    except ValueError as error:
        raise HarnessError(f"the strength of rules in {path.name} is not JSON: {error}") from error
    try:
        return _strength(content)
    except _WrongError as error:
        raise HarnessError(f"wrong strength of rules in {path.name}: {error}") from error


class _WrongError(Exception):
    """What is wrong with a file."""


_PARTS: Final = {"sources": dict, "rules": dict, "questioned": dict}
_RULE: Final = {"rule": str, "feature": str, "first": int, "alone": list}
_TYPES: Final = {dict: "an object", str: "a text", int: "a number", list: "a list"}


def _strength(content: Any) -> Strength:
    _check(content, _PARTS, "the file")
    sources, questioned = content["sources"], content["questioned"]
    _check(sources, dict.fromkeys(sources, dict), "'sources'")
    columns = dict.fromkeys(next(iter(sources.values()), ()), int)
    for name, numbers in sources.items():
        _check(numbers, columns, f"the source {name!r}")
    rules = {id_: _rule(id_, each) for id_, each in content["rules"].items()}
    _check(questioned, dict.fromkeys(questioned, str), "'questioned'")
    for id_ in questioned:
        if id_ not in rules:
            raise _WrongError(f"'questioned' names {id_!r}, which is none of the rules")
        if rules[id_].first:
            raise _WrongError(f"'questioned' names {id_!r}, which noticed {rules[id_].first}")
    return Strength(sources, rules, questioned)


def _rule(id_: str, content: Any) -> RuleStrength:
    _check(content, _RULE, f"the rule {id_!r}")
    if any(type(each) is not str for each in content["alone"]):
        raise _WrongError(f"'alone' of the rule {id_!r} is not a list of texts")
    return RuleStrength(
        content["rule"], content["feature"], content["first"], tuple(content["alone"])
    )


def _check(content: Any, keys: Mapping[str, type], where: str) -> None:
    """Check that an object has these keys, with values of these types, and no others."""
    if not isinstance(content, dict):
        raise _WrongError(f"{where} must be an object")
    for key in content.keys() - keys:
        raise _WrongError(f"{where} has the key {key!r}; known are {', '.join(keys)}")
    for key, kind in keys.items():
        if key not in content:
            raise _WrongError(f"{where} has no {key!r}")
        if type(content[key]) is not kind:
            raise _WrongError(f"{key!r} of {where} must be {_TYPES[kind]}")
