"""The service's own statements and settings, written in another way that does the same."""

import inspect
import textwrap
from collections.abc import Mapping
from functools import wraps
from types import FunctionType, MappingProxyType
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from domain import transactions
from domain.database import tenancy
from domain.database.pages import Pages
from domain.database.schema import Role
from domain.identity.authentication import Authentication
from domain.identity.sessions import Sessions
from domain.work.task_queue import TaskQueue
from features.support import defaults
from tests.controls.catalogue import control
from tests.controls.effects import Reached


def rewrite(
    patch: MonkeyPatch, owner: type, name: str, reached: Reached, *pairs: tuple[str, str]
) -> None:
    """Replace pieces of a method's source by others that mean the same."""
    original: FunctionType = inspect.getattr_static(owner, name)
    source = textwrap.dedent(inspect.getsource(original))
    for old, new in pairs:
        assert old in source, f"{owner.__name__}.{name} has no such text: {old}"
        source = source.replace(old, new)
    made: dict[str, Any] = {}
    exec(compile(source, f"<{name} in other words>", "exec"), original.__globals__, made)  # noqa: S102
    method = made[name]

    @wraps(method)
    def called(self: Any, *arguments: Any, **named: Any) -> Any:
        reached.note()
        return method(self, *arguments, **named)

    patch.setattr(owner, name, called)


CLAIMING: Final = (
    "tasks/claiming",
    "tenancy/plans",
    "concurrency/tasks",
    "transactions/anomalies_committed",
)

claimed = Reached()


@control(
    "a task is claimed by a common table expression",
    *CLAIMING,
    effect=claimed,
    instead_of="claim",
)
def claims_by_cte(patch: MonkeyPatch) -> None:
    rewrite(
        *(patch, TaskQueue, "claim", claimed),
        (".scalar_subquery()", '.cte("oldest")'),
        ("Task.id == oldest", "Task.id == select(oldest.c.id).scalar_subquery()"),
    )


joined = Reached()


@control("a task is claimed by a join", *CLAIMING, effect=joined, instead_of="claim")
def claims_by_join(patch: MonkeyPatch) -> None:
    rewrite(
        *(patch, TaskQueue, "claim", joined),
        (".scalar_subquery()", '.cte("oldest")'),
        ("Task.id == oldest", "Task.id == oldest.c.id"),
    )


purged = Reached()


@control("sessions are cleared away by EXISTS", "sessions/housekeeping", effect=purged)
def purges_by_exists(patch: MonkeyPatch) -> None:
    rewrite(
        *(patch, Sessions, "purge", purged),
        (
            "LoginSession.jti.in_(select(old.c.jti))",
            "select(old.c.jti).where(old.c.jti == LoginSession.jti).exists()",
        ),
    )


touched = Reached()


@control(
    "a session's use is noted by a common table expression",
    *("sessions/authenticating", "tenancy/operations", "concurrency/logins"),
    effect=touched,
)
def touches_by_cte(patch: MonkeyPatch) -> None:
    rewrite(
        *(patch, Authentication, "_touch", touched),
        ("skip_locked=True)\n", 'skip_locked=True)\n        .cte("due")\n'),
        ("LoginSession.jti.in_(due)", "LoginSession.jti.in_(select(due.c.jti))"),
    )


paged = Reached()


@control(
    "a page reads two rows more than it has",
    *("tasks/reading", "accounts/listing", "tenancy/plans"),
    effect=paged,
)
def pages_read_more(patch: MonkeyPatch) -> None:
    rewrite(patch, Pages, "read", paged, ("ordered.limit(limit + 1)", "ordered.limit(limit + 2)"))


bound = Reached()


@control(
    "the limits of a transaction are spelt out one by one",
    *("tenancy/binding", "tenancy/pooled", "transactions/limits", "sessions/costs"),
    effect=bound,
)
def limits_one_by_one(patch: MonkeyPatch) -> None:
    def bind(
        connection: Connection | Session,
        role: Role,
        user_id: int | None = None,
        limits: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        user = tenancy.NO_TENANT if user_id is None else str(user_id)
        names = {"app.user_id": user, **limits}
        settings = [f"set_config('{name}', :value{n}, true)" for n, name in enumerate(names)]
        values = {f"value{n}": value for n, value in enumerate(names.values())}
        statement = text(f"SELECT {', '.join(settings)}, set_config('role', :role, true)")
        connection.execute(statement, {**values, "role": str(role)})
        bound.note()

    patch.setattr(transactions, "bind", bind)


COST: Final = {"memory_kib": 16, "passes": 2, "lanes": 2}


@control(
    "hashes cost something else",
    *("passwords/storage", "passwords/costs", "passwords/changing", "sessions/costs"),
    effect=lambda world: (
        (world.settings.argon2.memory_kib, world.settings.argon2.passes) == (16, 2)
    ),
)
def other_costs(patch: MonkeyPatch) -> None:
    for name, value in COST.items():
        patch.setitem(vars(defaults.CHEAPEST), name, value)


KEY: Final = b"another key of March 2026, of tests"


@control(
    "tokens are signed with another key",
    *("sessions/tokens", "sessions/keys", "sessions/secrecy"),
    effect=lambda world: (
        world.settings.tokens.keys is not None and KEY in world.settings.tokens.keys.keys.values()
    ),
)
def other_key(patch: MonkeyPatch) -> None:
    keys = dict(defaults.KEYS.keys) | {defaults.KEYS.signing: KEY}
    patch.setitem(vars(defaults.KEYS), "keys", MappingProxyType(keys))
