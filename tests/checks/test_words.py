"""Words of the glossary's left column are found, also in names; the user `nobody` is not."""

import pytest

from checks import words


@pytest.mark.parametrize(
    "line",
    [
        "Somebody else changes the task",
        "def test_nobody_reads_the_password() -> None:",
        "whoever comes later waits",
        "Meanwhile the other transaction commits",
    ],
)
def test_a_word_is_found(line: str) -> None:
    assert [number for number, _ in words.found(["", line])] == [2]


@pytest.mark.parametrize("line", ["run as the user `nobody`", "renewal", "whatever the time zone"])
def test_other_words_are_not(line: str) -> None:
    assert not list(words.found([line]))
