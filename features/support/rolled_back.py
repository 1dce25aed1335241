"""What the feature about rolled-back scenarios does in them."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from typing import Final

import psycopg
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from domain import DomainError, Isolation
from domain.transactions import TenantWork, WorkAborted
from features.support import data, factories, limited, mishaps
from features.support.pooled import STATE
from features.support.service import SERVICE
from features.support.session_work import AT_ONCE
from features.support.trouble import TransactionState
from features.support.world import World
from pgharness.faults.statement_faults import InjectedError, driver_of, terminate
from pgharness.isolation.savepoints import CannotBeShown, Outermost, rolled_back

TASK: Final = "Water the plants"

# --- units of work in one transaction -------------------------------------------------------


def _commit(_: TenantWork) -> None:
    """Do nothing more."""


def _fail(_: TenantWork) -> None:
    raise InjectedError("the mail server is away")


def _be_refused(tx: TenantWork) -> None:
    mishaps.session_of(tx).execute(text("SELECT 1 / 0"))


def _swallow(tx: TenantWork) -> None:
    with suppress(DBAPIError):
        _be_refused(tx)


def _undo_a_part(tx: TenantWork) -> None:
    with suppress(InjectedError), tx.savepoint():
        tx.tasks.submit("Sing", payload=None)
        raise InjectedError("the mail server is away")


ENDS: Final[dict[str, tuple[Callable[[TenantWork], None], type[Exception] | None]]] = {
    "is committed": (_commit, None),
    "undoes a part and is committed": (_undo_a_part, None),
    "fails": (_fail, InjectedError),
    "is refused by the database": (_be_refused, DBAPIError),
    "swallows a refusal of the database": (_swallow, WorkAborted),
}
"""How a unit of work ends, and by which error."""


def work(world: World, person: str, ending: str) -> None:
    """Submit a task in a unit of work that ends like this. Fails if it ends otherwise."""
    ends, expected = ENDS[ending]
    mishaps.limit(world, lock=AT_ONCE)
    raised: Exception | None = None
    try:
        with world.tenant(person) as tx:
            tx.tasks.submit(TASK, payload=None)
            ends(tx)
    except (DomainError, DBAPIError, InjectedError) as error:
        raised = error
    assert isinstance(raised, expected or type(None)), f"the work ended by {raised!r}"


def found_by_the_next(world: World) -> dict[str, str]:
    """Return what the next to use the connection finds: its role, who is bound, the limits."""
    with world.engine.connect() as connection:
        _, own_role, user = connection.execute(text(STATE)).one()
        statement, lock, idle = limited.asked(driver_of(connection))
    return {
        "role": "its own" if own_role else "another",
        "works for": str(user) or "nobody",
        "a statement": statement,
        "a wait for a lock": lock,
        "doing nothing": idle,
    }


def hidden_outside(world: World) -> bool:
    """Tell whether a connection of its own sees no row of any table, where the scenario sees."""
    assert data.fingerprint(world.reader), "the scenario sees nothing itself"
    with _outside(world) as outside:
        return not data.fingerprint(outside)


def _outside(world: World) -> psycopg.Connection:
    """Connect beside a scenario that is rolled back, which has no such connection to offer."""
    info = world.reader.info
    return psycopg.connect(info.dsn, password=info.password, autocommit=True)


# --- whole scenarios ------------------------------------------------------------------------


def _end_well(_: World, __: ExitStack) -> None:
    """Do nothing more."""


def _fail_in_the_middle(world: World, _: ExitStack) -> None:
    with suppress(InjectedError), world.tenant("Bram") as tx:
        tx.tasks.submit("Sing", payload=None)
        _fail(tx)


def _leave_open(world: World, later: ExitStack) -> None:
    unit = world.tenant("Bram")
    unit.__enter__().tasks.submit("Sing", payload=None)
    left = InjectedError("nobody has ended it")
    later.callback(unit.__exit__, InjectedError, left, None)


def _abort(world: World, _: ExitStack) -> None:
    with suppress(psycopg.Error):
        world.reader.execute("SELECT 1 / 0")


def _lose(world: World, _: ExitStack) -> None:
    with _outside(world) as outside:
        terminate(outside, world.reader.info.backend_pid)


SCENARIOS: Final[dict[str, Callable[[World, ExitStack], None]]] = {
    "ends well": _end_well,
    "fails in the middle of a unit of work": _fail_in_the_middle,
    "ends in the middle of a unit of work": _leave_open,
    "ends in a transaction that is aborted": _abort,
    "loses its connection": _lose,
}
"""How a scenario ends that is rolled back."""


def run(world: World, ending: str) -> None:
    """Run two scenarios that are rolled back, one after the other; the first one ends like this.

    What the second one sees at its beginning is noted.
    """
    later = world.enter(ExitStack())
    outermost = Outermost(world.url, SERVICE.engine_options(world.url))
    later.callback(outermost.engine.dispose)
    for person, end in (("Bram", SCENARIOS[ending]), ("Chen", _end_well)):
        scenario = rolled_back(outermost, SERVICE.world)
        world.state(TransactionState).accounts = scenario.stored("users")
        _do_something(scenario, person)
        end(scenario, later)
        scenario.close()


def _do_something(world: World, person: str) -> None:
    factories.account(world, person)
    with world.tenant(person) as tx:
        tx.tasks.submit(TASK, payload=None)


# --- what cannot be shown -------------------------------------------------------------------


def _come(world: World) -> None:
    world.begin_work("Bram")


def _open_a_second(world: World) -> None:
    with world.tenant("Ada") as one, world.tenant("Ada") as other:
        one.tasks.list()
        other.tasks.list()
        raise AssertionError("it went through")


def _isolate(world: World) -> None:
    with world.domain.identity(isolation=Isolation.SERIALIZABLE) as tx:
        tx.accounts.list()
        raise AssertionError("it went through")


def _read_in_the_middle(world: World) -> None:
    with world.tenant("Ada") as tx:
        tx.tasks.list()
        world.stored("tasks")


def _go_on(world: World) -> None:
    _lose(world, ExitStack())
    with suppress(DomainError), world.tenant("Ada") as tx:
        tx.tasks.list()
        raise AssertionError("it went through")
    with world.tenant("Ada") as tx:
        tx.tasks.list()
        raise AssertionError("it went through")


WISHES: Final[dict[str, Callable[[World], None]]] = {
    "Bram to work at the same time": _come,
    "a unit of work while one is open": _open_a_second,
    "a unit of work to be serializable": _isolate,
    "to read while a unit of work is open": _read_in_the_middle,
    "to go on after its connection was lost": _go_on,
}
"""What a scenario that is rolled back cannot have."""


def wish(world: World, what: str) -> None:
    """Want that, and note what is said to it."""
    try:
        WISHES[what](world)
    except CannotBeShown as refusal:
        world.state(TransactionState).told = refusal
