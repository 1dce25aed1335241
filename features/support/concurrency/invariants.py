"""Invariants of concurrent work; each function returns the violations it finds, in words."""

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from psycopg import sql

from domain.errors import DomainError
from domain.identity.hashing import Hasher
from features.support import data
from features.support.concurrency.login_workloads import Replaced
from features.support.concurrency.raw_participant import RefusedByDatabase
from features.support.concurrency.state import ConcurrencyState
from features.support.concurrency.task_workloads import Accepted
from features.support.concurrency.text_workloads import TEXTS, Added, AddedToBoth
from features.support.world import World
from pgharness.interleaving.stress import word_of

REFERENCES: Final = (
    ("agents", "project_id", "projects"),
    ("tasks", "agent_id", "agents"),
    ("turns", "task_id", "tasks"),
    ("objective_history", "objective_id", "objectives"),
)
"""Foreign keys besides those to the owners."""

CURRENT_ENTRIES: Final = """
    SELECT o.id, count(h.id)
      FROM objectives AS o
      LEFT JOIN objective_history AS h ON h.objective_id = o.id AND h.valid_until IS NULL
     GROUP BY o.id
"""


def successes(world: World) -> list[object]:
    """Return the results of the clients that were not refused."""
    return [
        each
        for each in world.state(ConcurrencyState).answers
        if not isinstance(each, DomainError | RefusedByDatabase)
    ]


# --- tasks ------------------------------------------------------------------------------------


def claimed_twice(world: World) -> list[str]:
    """Find tasks with several claims, by the results of the workers and by their versions."""
    claims = Counter(
        task_id for each in _lists(world.state(ConcurrencyState).answers) for task_id in each
    )
    claimed = [
        f"task {task_id} was claimed {times} times"
        for task_id, times in claims.items()
        if times > 1
    ]
    stored = world.reader.execute(
        "SELECT format('task %%s is in version %%s', id, version) FROM tasks WHERE version <>"
        " CASE status WHEN 'pending' THEN 1 WHEN 'processing' THEN 2 ELSE 3 END"
    )
    return [*claimed, *(sentence for (sentence,) in stored)]


def never_claimed(world: World) -> list[str]:
    """Find tasks that are still pending."""
    return [row["title"] for row in world.stored("tasks", status="pending")]


def idle_worker(world: World) -> list[str]:
    """Find workers that have claimed nothing."""
    return [
        f"worker {number}"
        for number, claimed in enumerate(_lists(world.state(ConcurrencyState).answers))
        if not claimed
    ]


def lost_report(world: World) -> list[str]:
    """Find reports that the service has accepted, and that are not stored."""
    accepted = [report for each in _lists(successes(world)) for report in each]
    stored = {row["id"]: row["result"] for row in world.stored("tasks", status="completed")}
    return [
        f"worker {report.by}'s on task {report.task_id}"
        for report in accepted
        if isinstance(report, Accepted) and stored.get(report.task_id) != {"by": report.by}
    ]


def orphan(world: World) -> list[str]:
    """Find rows that refer to a row that does not exist."""
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
    """Find words that the service has accepted, and that are in no text."""
    there = _words(world)
    added = {each.word: 1 for each in _added(world)}
    crossed = {each.word: 2 for each in successes(world) if isinstance(each, AddedToBoth)}
    return [word for word, times in (added | crossed).items() if there[word] != times]


def stored_refused_change(world: World) -> list[str]:
    """Find words of clients that were refused."""
    there = _words(world)
    return [
        word_of(position)
        for position, answer in enumerate(world.state(ConcurrencyState).answers)
        if isinstance(answer, DomainError) and there[word_of(position)]
    ]


def version_gap(world: World) -> list[str]:
    """Find versions that were returned twice or never, or differ from the stored one."""
    given = sorted(added.version for added in _added(world))
    expected = list(range(2, len(given) + 2))
    stored = [row["version"] for text in TEXTS.values() for row in world.stored(text.table)]
    latest = max(stored, default=1)
    problems = [] if given == expected else [f"returned were {given}"]
    return problems if latest == len(given) + 1 else [*problems, f"stored is {latest}"]


def not_one_current_entry(world: World) -> list[str]:
    """Find objectives that had several current entries or none, at any moment of the run."""
    state = world.state(ConcurrencyState)
    assert state.watched, "the entries were not watched"
    return [
        f"objective {key} had {number}"
        for moment in state.watched
        for key, number in moment
        if number != 1
    ]


def watch_entries(world: World) -> None:
    """Record how many current entries every objective has at this moment."""
    world.state(ConcurrencyState).watched.append(world.reader.execute(CURRENT_ENTRIES).fetchall())


# --- logins -----------------------------------------------------------------------------------


def too_many_sessions(world: World) -> list[str]:
    """Find users with more live sessions than the limit."""
    found = world.reader.execute(
        "SELECT format('user %%s has %%s', user_id, count(*)) FROM login_sessions"
        " WHERE ended_at IS NULL GROUP BY user_id HAVING count(*) > %s",
        [world.settings.sessions.at_most],
    )
    return [sentence for (sentence,) in found]


def uncounted_failure(world: World) -> list[str]:
    """Compare Ada's recorded failed logins with those that the clients made."""
    row = world.stored_one("users", id=world.people["Ada"].id)
    recorded, made = len(row["failed_logins_at"]), len(world.state(ConcurrencyState).answers)
    return [] if recorded == made else [f"{recorded} of {made} are recorded"]


def address_twice(world: World) -> list[str]:
    """Find addresses of more than one account, regardless of their case."""
    found = world.reader.execute(
        "SELECT string_agg(email, ', ') FROM users GROUP BY lower(email) HAVING count(*) > 1"
    )
    return [addresses for (addresses,) in found]


def lost_password(world: World) -> list[str]:
    """Find passwords that the service has accepted, and that Ada neither has nor had."""
    user = world.stored_one("users", id=world.people["Ada"].id)
    former = world.stored("password_history", user_id=user["id"])
    hashes = [user["password_hash"], *(row["password_hash"] for row in former)]
    hasher = Hasher(world.settings.argon2)
    return [
        each.password
        for each in successes(world)
        if isinstance(each, Replaced)
        and not any(hasher.verify(stored, each.password) for stored in hashes)
    ]


def deleted_twice(world: World) -> list[str]:
    """Compare the sessions that the clients have deleted with those that are gone."""
    state = world.state(ConcurrencyState)
    deleted = sum(each for each in state.answers if isinstance(each, int))
    gone = state.arranged["login_sessions"] - len(world.stored("login_sessions"))
    return [] if deleted == gone else [f"{gone} are gone, {deleted} were reported"]


def _added(world: World) -> list[Added]:
    return [each for each in successes(world) if isinstance(each, Added)]


def _words(world: World) -> Counter[str]:
    return Counter(
        word
        for text in TEXTS.values()
        for row in world.stored(text.table)
        for word in row[text.column].split()
    )


def _lists(answers: Iterable[object]) -> list[list[object]]:
    return [each for each in answers if isinstance(each, list)]


FindViolations = Callable[[World], list[str]]

VIOLATIONS: Final[dict[str, FindViolations]] = {
    "task that was claimed twice": claimed_twice,
    "task that was never claimed": never_claimed,
    "worker that has claimed nothing": idle_worker,
    "report that was accepted and lost": lost_report,
    "row that refers to a missing one": orphan,
    "change that was accepted and lost": lost_change,
    "change that was refused and stored": stored_refused_change,
    "version that was skipped or returned twice": version_gap,
    "moment without exactly one current entry": not_one_current_entry,
    "account with more sessions than are allowed": too_many_sessions,
    "failed login that was not recorded": uncounted_failure,
    "address with two accounts": address_twice,
    "password that was accepted and lost": lost_password,
    "session that was deleted twice": deleted_twice,
}
"""By the words of the features: the violations of each invariant."""
