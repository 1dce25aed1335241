"""The same catalogue for transactions: what a crash of the server brings to light."""

from typing import Final

from tests.faults import Fault


def _durability(name: str, code: str, rule: int | None = None) -> Fault:
    """Return a fault that all of the feature, or one rule alone, must notice.

    The server is the run's own: somebody else's is not killed.
    """
    tags = f" --tags=@transactions-{rule}" if rule else ""
    return Fault(name, f"-D postgres=embedded{tags} features/transactions/durability.feature", code)


SETTINGS: Final = """
import domain.database.connections as c, features.support.connecting as d
from sqlalchemy import event
given = c.engine_for
def engine_for(*a, **k):
    engine = given(*a, **k)
    event.listen(engine, "do_connect", lambda *args: args[3].update(
        options=args[3]["options"] + " -c {setting}"))
    return engine
d.engine_for = engine_for
"""

DURABLE_SERVER: Final = """
import pgharness.servers.embedded as e
given = e._started
e._started = lambda home, binaries, owner, settings, cleanups: given(
    home, binaries, owner, {{**settings, {setting!r}: "off"}}, cleanups)
"""

DURABILITY: Final = [
    _durability(
        "the service commits asynchronously, to be faster",
        SETTINGS.format(setting="synchronous_commit=off"),
    ),
    _durability(
        "what the service commits asynchronously is lost",
        SETTINGS.format(setting="synchronous_commit=off"),
        rule=35,
    ),
    *(
        _durability(f"the server runs with {setting} off", DURABLE_SERVER.format(setting=setting))
        for setting in ("fsync", "full_page_writes", "synchronous_commit")
    ),
    _durability(
        "a unit of work is acknowledged while it is still being committed",
        "import queue, threading\n"
        "from contextlib import contextmanager, suppress\n"
        "from domain.database.connections import CommitOutcome\n"
        "from domain.transactions import Domain\n"
        "waiting = queue.SimpleQueue()\n"
        "def commit():\n"
        "    late = []\n"
        "    while True:\n"
        "        late.append(waiting.get())\n"
        "        if len(late) > 4:\n"
        "            with suppress(Exception), late.pop(0) as session: session.commit()\n"
        "threading.Thread(target=commit, daemon=True).start()\n"
        "@contextmanager\n"
        "def unit_of_work(self, caller):\n"
        "    session = caller.session(self._engine)\n"
        "    with caller.translating(CommitOutcome.NOT_COMMITTED):\n"
        "        yield session\n"
        "        session.flush()\n"
        "    waiting.put(session)\n"
        "Domain._unit_of_work = unit_of_work\n",
        rule=32,
    ),
    _durability(
        "a unit of work is committed in two transactions",
        "from domain.database.schema import Role\n"
        "from domain.database.tenancy import bind\n"
        "from domain.work.workspace import Workspace\n"
        "given = Workspace.say\n"
        "def say(self, *a, **k):\n"
        "    said = given(self, *a, **k)\n"
        "    self._session.connection().exec_driver_sql('COMMIT')\n"
        "    bind(self._session, Role.TENANT, self._owner_id)\n"
        "    return said\n"
        "Workspace.say = say\n",
        rule=33,
    ),
    _durability(
        "an objective is committed as soon as it is changed",
        "from domain.work.objectives import Objectives\n"
        "given = Objectives.change\n"
        "def change(self, *a, **k):\n"
        "    changed = given(self, *a, **k)\n"
        "    self._session.connection().connection.driver_connection.commit()\n"
        "    return changed\n"
        "Objectives.change = change\n",
    ),
    _durability(
        "what is being committed when the connection is lost is said to be undone",
        "import domain.database.connections as c, domain.transactions as t\n"
        "given = t.translating\n"
        "t.translating = lambda constraints, by_state, _: given("
        "constraints, by_state, c.CommitOutcome.NOT_COMMITTED)\n",
    ),
    _durability(
        "a pool hands out the connections that the crash has cut",
        "import domain.database.connections as c\n"
        "given = c.create_engine\n"
        "c.create_engine = lambda url, **k: given(url, **{**k, 'pool_pre_ping': False})\n",
    ),
    _durability(
        "a lost connection goes up as the driver's error",
        "import domain.transactions as t\n"
        "from contextlib import nullcontext\n"
        "t.translating = lambda *_: nullcontext()\n",
    ),
]
