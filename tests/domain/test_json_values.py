"""JSON that is refused for its length costs no more than the longest that is not."""

import pytest

from domain import json_values
from domain.errors import InvalidValue
from domain.json_values import Json


def test_what_holds_the_same_twice_at_every_level_is_not_written_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(json_values, "LONGEST", 1000)
    doubled: Json = []
    for _ in range(json_values.DEEPEST - 1):
        doubled = [doubled, doubled]
    with pytest.raises(InvalidValue, match="is longer than"):
        json_values.storable_json("payload", doubled)


def test_the_longest_is_accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "LONGEST", 9)
    assert json_values.written([1, 2, 10]) == "[1,2,10]"
    assert json_values.written({"a": [1]}) == '{"a":[1]}'
    with pytest.raises(ValueError, match="is longer than"):
        json_values.written({"a": [10]})
