"""What must never come of people working at once, each looked for with plain queries.

Each returns what it has found, in words: nothing, if all is well.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from psycopg import sql

from domain.errors import DomainError
from domain.identity.hashing import Hasher
from features.support import data
from features.support.concurrency.login_workloads import Replaced
from features.support.concurrency.raw_participant import Stopped
from features.support.concurrency.state import ConcurrencyState
from features.support.concurrency.task_workloads import Accepted
from features.support.concurrency.text_workloads import TEXTS, Added, Crossed
from features.support.world import World
from pgharness.interleaving.stress import word_of

REFERENCES: Final = (
    ("agents", "project_id", "projects"),
    ("tasks", "agent_id", "agents"),
    ("turns", "task_id", "tasks"),
    ("objective_history", "objective_id", "objectives"),
)
"""Which tables belong to which, beside all of them to their owners."""

OPEN_ENTRIES: Final = """
    SELECT o.id, count(h.id)
      FROM objectives AS o
      LEFT JOIN objective_history AS h ON h.objective_id = o.id AND h.valid_until IS NULL
     GROUP BY o.id
"""


def went_through(world: World) -> list[object]:
    """Return what those were answered who were not refused."""
    return [
        each
        for each in world.state(ConcurrencyState).answers
        if not isinstance(each, DomainError | Stopped)
    ]


# --- tasks ------------------------------------------------------------------------------------


def claimed_twice(world: World) -> list[str]:
    """Find tasks that were given out more than once, by what workers say and by their versions."""
    claims = Counter(
        task_id for claimed in _lists(world.state(ConcurrencyState).answers) for task_id in claimed
    )
    said = [f"task {task_id} went to {times}" for task_id, times in claims.items() if times > 1]
    stored = world.reader.execute(
        "SELECT format('task %%s is in version %%s', id, version) FROM tasks WHERE version <>"
        " CASE status WHEN 'pending' THEN 1 WHEN 'processing' THEN 2 ELSE 3 END"
    )
    return [*said, *(sentence for (sentence,) in stored)]


def never_claimed(world: World) -> list[str]:
    """Find tasks that are still waiting."""
    return [row["title"] for row in world.stored("tasks", status="pending")]


def empty_handed(world: World) -> list[str]:
    """Find workers who were given nothing."""
    return [
        f"worker {number}"
        for number, claimed in enumerate(_lists(world.state(ConcurrencyState).answers))
        if not claimed
    ]


def lost_report(world: World) -> list[str]:
    """Find reports that their workers believe to have been accepted, and that are not stored."""
    accepted = [report for each in _lists(went_through(world)) for report in each]
    stored = {row["id"]: row["result"] for row in world.stored("tasks", status="completed")}
    return [
        f"worker {report.by}'s on task {report.task_id}"
        for report in accepted
        if isinstance(report, Accepted) and stored.get(report.task_id) != {"by": report.by}
    ]


def orphan(world: World) -> list[str]:
    """Find rows whose owner, or whatever else they belong to, is not there."""
    owned = [
        (table, column, "users")
        for table, column in data.owner_columns(world.reader).items()
        if column not in (None, "id")
    ]
    found = []
    for child, column, parent in (*owned, *REFERENCES):
        names = {"child": child, "column": column, "parent": parent}
        query = sql.SQL(
            "SELECT {column} FROM {child} WHERE {column} IS NOT NULL AND NOT EXISTS"
            " (SELECT FROM {parent} WHERE {parent}.id = {child}.{column})"
        ).format(**{role: sql.Identifier(str(name)) for role, name in names.items()})
        found += [f"{child} of {parent} {key}" for (key,) in world.reader.execute(query)]
    return found


# --- changes that rest on a reading -----------------------------------------------------------


def lost_change(world: World) -> list[str]:
    """Find words that somebody believes to have added, and that are in no text."""
    there = _words(world)
    added = {each.word: 1 for each in _added(world)}
    crossed = {each.word: 2 for each in went_through(world) if isinstance(each, Crossed)}
    return [word for word, times in (added | crossed).items() if there[word] != times]


def kept_in_spite(world: World) -> list[str]:
    """Find words of people who were refused: nothing of theirs may be there."""
    there = _words(world)
    return [
        word_of(position)
        for position, answer in enumerate(world.state(ConcurrencyState).answers)
        if isinstance(answer, DomainError) and there[word_of(position)]
    ]


def uncounted(world: World) -> list[str]:
    """Find versions that were given twice, or left out, or are not what is stored."""
    given = sorted(added.version for added in _added(world))
    expected = list(range(2, len(given) + 2))
    stored = [row["version"] for text in TEXTS.values() for row in world.stored(text.table)]
    latest = max(stored, default=1)
    problems = [] if given == expected else [f"given were {given}"]
    return problems if latest == len(given) + 1 else [*problems, f"stored is {latest}"]


def not_one_open_entry(world: World) -> list[str]:
    """Find objectives that have, or had at some moment of the storm, not one open entry."""
    state = world.state(ConcurrencyState)
    assert state.watched, "nobody looked"
    return [
        f"objective {key} had {number}"
        for moment in state.watched
        for key, number in moment
        if number != 1
    ]


def look_at_entries(world: World) -> None:
    """Count the open entries of every objective, as they are at this moment."""
    world.state(ConcurrencyState).watched.append(world.reader.execute(OPEN_ENTRIES).fetchall())


# --- logins -----------------------------------------------------------------------------------


def too_many_sessions(world: World) -> list[str]:
    """Find people with more live sessions than they may have."""
    found = world.reader.execute(
        "SELECT format('user %%s has %%s', user_id, count(*)) FROM login_sessions"
        " WHERE ended_at IS NULL GROUP BY user_id HAVING count(*) > %s",
        [world.settings.sessions.at_most],
    )
    return [sentence for (sentence,) in found]


def uncounted_failure(world: World) -> list[str]:
    """Find out whether fewer failures count against Ada than there were."""
    row = world.stored_one("users", id=world.people["Ada"].id)
    counted, were = len(row["failed_logins_at"]), len(world.state(ConcurrencyState).answers)
    return [] if counted == were else [f"there were {were}, and {counted} are counted"]


def address_twice(world: World) -> list[str]:
    """Find addresses that more than one account has, whatever their case."""
    found = world.reader.execute(
        "SELECT string_agg(email, ', ') FROM users GROUP BY lower(email) HAVING count(*) > 1"
    )
    return [addresses for (addresses,) in found]


def lost_password(world: World) -> list[str]:
    """Find passwords that somebody believes to have set, and that Ada neither has nor had."""
    user = world.stored_one("users", id=world.people["Ada"].id)
    former = world.stored("password_history", user_id=user["id"])
    hashes = [user["password_hash"], *(row["password_hash"] for row in former)]
    hasher = Hasher(world.settings.argon2)
    return [
        each.password
        for each in went_through(world)
        if isinstance(each, Replaced)
        and not any(hasher.verify(stored, each.password) for stored in hashes)
    ]


def removed_twice(world: World) -> list[str]:
    """Find out whether more sessions are said to have been removed than are gone."""
    state = world.state(ConcurrencyState)
    said = sum(each for each in state.answers if isinstance(each, int))
    gone = state.arranged["login_sessions"] - len(world.stored("login_sessions"))
    return [] if said == gone else [f"{gone} are gone, and {said} are said to be"]


def _added(world: World) -> list[Added]:
    return [each for each in went_through(world) if isinstance(each, Added)]


def _words(world: World) -> Counter[str]:
    return Counter(
        word
        for text in TEXTS.values()
        for row in world.stored(text.table)
        for word in row[text.column].split()
    )


def _lists(answers: Iterable[object]) -> list[list[object]]:
    return [each for each in answers if isinstance(each, list)]


Find = Callable[[World], list[str]]

TROUBLES: Final[dict[str, Find]] = {
    "task that was claimed twice": claimed_twice,
    "task that nobody claimed": never_claimed,
    "worker that went away empty-handed": empty_handed,
    "report that was accepted and is lost": lost_report,
    "row that belongs to nobody": orphan,
    "change that went through and is lost": lost_change,
    "change that was refused and is there": kept_in_spite,
    "version that was left out or given twice": uncounted,
    "moment without exactly one open entry": not_one_open_entry,
    "account with more sessions than are allowed": too_many_sessions,
    "failed login that was not counted": uncounted_failure,
    "address with two accounts": address_twice,
    "password that was accepted and is lost": lost_password,
    "session that was removed twice": removed_twice,
}
"""Each in the words of the features."""
