"""A run in a fork of the loaded process finds features read; its stream is that of any run."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.support.forked import Preloaded
from tests.support.running import SHORT, SHORT_SCENARIOS


def ids(message: Any) -> Iterator[str]:
    """Yield the ids that a message gives to what is in it."""
    if isinstance(message, dict):
        if "id" in message:
            yield message["id"]
        message = list(message.values())
    if isinstance(message, list):
        for part in message:
            yield from ids(part)


def test_each_run_has_the_whole_feature_and_gives_no_id_twice(
    loaded: Preloaded, tmp_path: Path
) -> None:
    for turn in ("the first run", "the next one, of what was read before"):
        folder = tmp_path / f"reports of {turn}"
        ended = loaded.run(SHORT, "-D", f"reports={folder}", reports=tmp_path / turn)
        assert ended.exit_code == 0, ended.output
        lines = (folder / "messages.ndjson").read_text("utf-8").splitlines()
        messages = [json.loads(line) for line in lines]
        kinds = Counter(kind for message in messages for kind in message)
        assert kinds["pickle"] == kinds["testCase"] == SHORT_SCENARIOS
        assert kinds["gherkinDocument"] == kinds["source"] == 1
        assert [one for one, times in Counter(ids(messages)).items() if times > 1] == []
