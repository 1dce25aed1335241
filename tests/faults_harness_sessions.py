"""The same catalogue for the harness's own sessions: what is not undone, and what is not said."""

from typing import Final

SESSIONS: Final = "features/harness/sessions.feature"
LIMITS: Final = "features/harness/sessions_limits.feature"
ASYNC: Final = "features/harness/sessions_async.feature"
ROLLBACK: Final = "features/harness/rollback.feature"


def _rule(number: int, feature: str) -> str:
    """Return the one rule that must notice."""
    return f"--tags=@harness-{number} {feature}"


def _joined(mode: str) -> str:
    """Return what joins the outer transaction in another way than by a savepoint."""
    return (
        "import pgharness.sessions.sessions as s, pgharness.sessions.sessions_async as a\n"
        "def changed(given):\n"
        "    def session(*args, **options):\n"
        "        if 'join_transaction_mode' in options:\n"
        f"            options['join_transaction_mode'] = {mode!r}\n"
        "        return given(*args, **options)\n"
        "    return session\n"
        "s.Session = changed(s.Session)\n"
        "a.AsyncSession = changed(a.AsyncSession)\n"
    )


def _options(change: str) -> str:
    """Return what changes how the engines of all factories are made."""
    return (
        "import pgharness.sessions.sessions as s\n"
        "given = s.options\n"
        "def options(*args):\n"
        "    made = given(*args)\n"
        f"    {change}\n"
        "    return made\n"
        "s.options = options\n"
        "import pgharness.sessions.sessions_async as a\n"
        "a.options = options\n"
    )


def _unended(name: str) -> str:
    """Return what ends sessions only if nothing goes wrong in them."""
    is_async = name == "sessions_async"
    return (
        f"import pgharness.sessions.{name} as s\n"
        "from contextlib import asynccontextmanager, contextmanager\n"
        + (
            "@asynccontextmanager\n"
            "async def ended(connection, *ends):\n"
            "    yield\n"
            "    await s._end(connection, *ends)\n"
            if is_async
            else "@contextmanager\n"
            "def ended(connection, *ends):\n"
            "    yield\n"
            "    s._end(connection, *ends)\n"
        )
        + "s._ended = ended\n"
    )


CATALOGUE: Final = {
    _rule(40, SESSIONS): {
        "what a session commits is committed": (_joined("control_fully")),
        "a session's rollback undoes what it has committed": (_joined("rollback_only")),
        "a session joins by a savepoint only if there is one": (_joined("conditional_savepoint")),
    },
    _rule(42, SESSIONS): {
        "a session keeps its role after its commit": (
            "import pgharness.sessions.sessions as s\ns.END_SETTINGS = 'SELECT 1'"
        ),
    },
    _rule(43, SESSIONS): {
        "a session that commits does not": (
            "import pgharness.sessions.sessions as s\n"
            "s.TestSessionFactory.committing = s.TestSessionFactory.rolled_back"
        ),
        "a commit that only rolls back goes unnoticed": (
            "import pgharness.sessions.sessions as s\ns.check_not_aborted = lambda *_: None"
        ),
    },
    _rule(44, SESSIONS): {
        "a failure quotes what was to be stored": (
            "import pgharness.sessions.errors as f\n"
            "import features.support.connecting as c\n"
            "c.explain = lambda *_: None\n"
            "f._named = lambda error: str(error.orig)"
        ),
        "what SQLAlchemy itself refuses names no scenario": (
            "import pgharness.sessions.errors as f\nf.SQLAlchemyError = ZeroDivisionError"
        ),
        "a failure has the driver's as its cause": (
            "import pgharness.sessions.errors as f\n"
            "from contextlib import contextmanager\n"
            "given = f.told\n"
            "@contextmanager\n"
            "def told(*args, **options):\n"
            "    try:\n"
            "        with given(*args, **options):\n"
            "            yield\n"
            "    except f.SessionFailed as failed:\n"
            "        raise failed from failed.__context__\n"
            "f.told = told"
        ),
    },
    _rule(45, SESSIONS): {
        "a connection is closed only where nothing went wrong": (
            "import pgharness.sessions.sessions as s\n"
            "from contextlib import contextmanager\n"
            "@contextmanager\n"
            "def connected(self):\n"
            "    opening = s.Opening(self.opener, s.place())\n"
            "    with s.connecting(opening, self._url, self._timeouts, self._pool.wait, []):\n"
            "        connection = self.engine.connect()\n"
            "    self._open[opening] = connection\n"
            "    yield opening, connection\n"
            "    connection.close()\n"
            "    del self._open[opening]\n"
            "s.TestSessionFactory._connected = connected"
        ),
    },
    _rule(47, LIMITS): {
        "sessions have no limits": (_options("del made['connect_args']['options']")),
        "a connection is waited for as long as in the service": (
            _options("made['pool_timeout'] = 30")
        ),
        "a test may have more connections than it needs": (_options("made['pool_size'] = 20")),
        "an answer of the server is waited for without end": (
            _options("del made['connect_args']['connect_timeout']")
        ),
    },
    _rule(49, LIMITS): {
        "a pool gives out more than it has": (_options("made['max_overflow'] = 1")),
        "an exhausted pool does not say who has it": (
            "import pgharness.sessions.errors as f\n"
            "given = f.PoolExhausted.__init__\n"
            "f.PoolExhausted.__init__ = lambda self, opening, within, holders: given(\n"
            "    self, opening, within, [])"
        ),
        "a session is said to be opened by the harness itself": (
            "from pgharness.core import callers\ncallers.MACHINERY.clear()"
        ),
    },
    _rule(48, LIMITS): {
        "nobody is told which server did not answer": (
            "import pgharness.sessions.errors as f\nf.ConnectionTimeout = ZeroDivisionError"
        ),
    },
    _rule(50, ASYNC): {
        "an asynchronous session commits": (
            "import pgharness.sessions.sessions_async as a\n"
            "a.AsyncTestSessionFactory.rolled_back = a.AsyncTestSessionFactory.committing"
        ),
        "an asynchronous session is ended only where nothing went wrong": (
            _unended("sessions_async")
        ),
    },
    _rule(51, ASYNC): {
        "what an asynchronous session commits is committed": (_joined("control_fully")),
    },
    _rule(54, ROLLBACK): {
        "a unit of work is committed": (
            "import pgharness.isolation.savepoints as r\nr.COMMIT = f'COMMIT; {r.BEGIN}'"
        ),
        "a unit of work that fails is not undone": (
            "import pgharness.isolation.savepoints as r\n"
            "r.ROLLBACK = 'RELEASE SAVEPOINT unit_of_work; SAVEPOINT unit_of_work'"
        ),
        "a unit of work that fails takes all before it with it": (
            "import pgharness.isolation.savepoints as r\nr.ROLLBACK = f'ROLLBACK; {r.BEGIN}'"
        ),
    },
    _rule(55, ROLLBACK): {
        "the role of a unit of work leaks into the next": (
            "import pgharness.isolation.savepoints as r\n"
            "r.COMMIT = r.COMMIT.replace('RESET ROLE;', '')"
        ),
        "the tenant of a unit of work leaks into the next": (
            "import pgharness.isolation.savepoints as r\n"
            "r.COMMIT = r.COMMIT.replace('RESET ALL;', '')"
        ),
    },
    _rule(56, ROLLBACK): {
        "a scenario is committed at its end": (
            "import pgharness.isolation.savepoints as r\n"
            "given = r.Outermost.end\n"
            "def end(self):\n"
            "    self._connection.execute('COMMIT')\n"
            "    given(self)\n"
            "r.Outermost.end = end"
        ),
    },
    _rule(57, ROLLBACK): {
        "a scenario may have as many connections as it likes": (
            "import pgharness.isolation.savepoints as r\n"
            "from pgharness.isolation.test_database import Database\n"
            "given = Database.rolled_back_world\n"
            "def world(self):\n"
            "    made = given(self)\n"
            "    made.database = self\n"
            "    return made\n"
            "Database.rolled_back_world = world"
        ),
        "another isolation level is taken for the one there is": (
            "import pgharness.isolation.savepoints as r\n"
            "r._Joined.set_isolation_level = lambda *_: None"
        ),
        "a unit of work that is open is read as others see it": (
            "import pgharness.isolation.savepoints as r\nr.lent = lambda _: 0"
        ),
    },
}
