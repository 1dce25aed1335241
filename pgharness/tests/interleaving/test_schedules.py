"""A schedule notices each difference from its table, and shows which session waits for which."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from threading import Event

import psycopg
import pytest
from sqlalchemy import URL, create_engine, text
from sqlalchemy.orm import Session

from pgharness.interleaving.actors import DEADLINE
from pgharness.interleaving.schedules import Phrases, ScheduledSession, ScheduleRunner

SOON = 0.2
"""Seconds after which a test takes a step for one that never ends: it does not, until then."""


def _set(session: Session, name: str, number: int) -> None:
    session.execute(text("UPDATE x SET n = :n WHERE name = :name"), {"n": number, "name": name})


def _get(session: Session, name: str) -> str:
    return str(session.scalar(text("SELECT n FROM x WHERE name = :name"), {"name": name}))


def _divide(session: Session) -> None:
    session.execute(text("SELECT 1 / 0"))


ENOUGH = Event()


def _ponder(_: Session) -> None:
    ENOUGH.wait(DEADLINE)


PHRASES: Phrases = {
    "sets {name:w} to {number:d}": _set,
    "reads {name:w}": _get,
    "divides": _divide,
    "ponders": _ponder,
}

Play = Callable[..., ScheduleRunner]


def participant(name: str, url: URL, level: str) -> ScheduledSession:
    """Return a session at this isolation level."""
    engine = create_engine(
        url, pool_size=1, isolation_level=level, connect_args={"application_name": name}
    )
    return ScheduledSession(name, engine, lambda _: None)


@pytest.fixture
def play(marked: URL, connection: psycopg.Connection) -> Iterator[Play]:
    """Play a table with the sessions "ada" and "bram"."""
    connection.execute("CREATE TABLE x (name text PRIMARY KEY, n int)")
    connection.execute("INSERT INTO x VALUES ('a', 10), ('b', 20)")
    with ExitStack() as cleanups:

        def played(
            *rows: tuple[str, str], level: str = "READ COMMITTED", deadline: float = DEADLINE
        ) -> ScheduleRunner:
            participants = [participant(name, marked, level) for name in ("ada", "bram")]
            runner = ScheduleRunner(participants, PHRASES, connection, deadline=deadline)
            cleanups.callback(runner.close)
            runner.play([{"ada": ada, "bram": bram} for ada, bram in rows])
            return runner

        yield played


def test_a_table_that_tells_what_happens_is_played_to_its_end(play: Play) -> None:
    runner = play(
        ("sets a to 11", ""),
        ("", "sets a to 12 … waits"),
        ("commits", ""),
        ("", "goes on"),
        ("", "reads a: 12"),
        ("", "rolls back"),
    )
    assert runner.waited == {"bram"}
    assert [one.name for one in runner.ended("commits")] == ["ada"]
    assert runner.participants["bram"].done == [("sets a to 12", None), ("reads a", "12")]


def test_a_refusal_that_the_table_tells_ends_the_session(play: Play) -> None:
    runner = play(
        ("sets a to 11", ""),
        ("", "sets a to 12 … waits"),
        ("commits", ""),
        ("", "is refused"),
        level="REPEATABLE READ",
    )
    assert [one.name for one in runner.ended("is refused")] == ["bram"]


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ([("sets a to 11", ""), ("", "sets b to 12 … waits")], "row 2, bram: .* did not$"),
        ([("sets a to 11", ""), ("", "sets a to 12")], "row 2, bram: .* waits, which"),
        ([("reads a: 11", "")], "row 1, ada: 'reads a' returned '10', not '11'"),
        ([("reads a", "")], "row 1, ada: 'reads a' returned '10', not None"),
        ([("sets a to 11 … is refused", "")], "row 1, ada: .* expected to be refused, and was not"),
        ([("divides", "")], "row 1, ada: 'divides' ended in 22012"),
        ([("divides … is refused", "")], "row 1, ada: 'divides' ended in 22012"),
        ([("goes on", "")], "row 1, ada: it does not wait"),
        ([("reads a: 10", "")], "does not say how ada ends"),
        ([("commits", ""), ("reads a: 10", "")], "row 2, ada: this session has ended"),
        ([("reads a: 10", "reads a: 10")], "row 1 has 2 steps"),
        ([("sets a to 11 … sleeps", "")], "ends in neither"),
        ([("doubles a", "")], r"'doubles a'; there are:\n  sets \{name:w\} to"),
    ],
)
def test_each_difference_from_the_table_fails(
    play: Play, rows: list[tuple[str, str]], complaint: str
) -> None:
    with pytest.raises(AssertionError, match=f"(?m){complaint}"):
        play(*rows)


def test_a_wait_for_a_session_without_a_step_shows_which_session_waits_for_which(
    play: Play,
) -> None:
    with pytest.raises(AssertionError) as failure:
        play(("sets a to 11", ""), ("", "sets a to 12 … waits"), ("", "goes on"))
    complaint, ada, bram = str(failure.value).split("\n")
    assert complaint == "row 3, bram: 'sets a to 12' waits for a session that runs no step"
    assert ada.startswith("  ada (sets a to 11): idle in transaction; statement: UPDATE x SET n =")
    assert bram.startswith("  bram (sets a to 12): waits for ada; statement: UPDATE x SET n =")


@pytest.mark.parametrize("mark", ["", " … waits"])
def test_a_step_that_neither_waits_nor_ends_fails_by_the_deadline(play: Play, mark: str) -> None:
    ENOUGH.clear()
    try:
        with pytest.raises(AssertionError, match=r"row 1, ada: 'ponders' (has not|neither)"):
            play((f"ponders{mark}", ""), deadline=SOON)
    finally:
        ENOUGH.set()


def test_every_cell_is_read_before_the_first_step_is_taken(play: Play) -> None:
    with pytest.raises(AssertionError, match="there is no operation"):
        play(("divides", ""), ("", "doubles a"))
