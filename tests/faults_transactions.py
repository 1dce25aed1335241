"""The same catalogue for transactions: half of something done, and what nobody is told of it."""

from typing import Final

from tests.faults import Fault

ATOMIC: Final = "features/transactions/atomic.feature"
SAVEPOINTS: Final = "features/transactions/savepoints.feature"
LOST: Final = "features/transactions/lost.feature"
RETRYING: Final = "features/transactions/retrying.feature"
CONSISTENT: Final = "features/transactions/consistent.feature"
LIMITS: Final = "features/transactions/limits.feature"


def _code(*lines: str) -> str:
    return "\n".join(("import domain.database.connections as c, domain.transactions as t", *lines))


def _service(name: str, code: str, features: str) -> Fault:
    return Fault(name, features, code)


def _schema(name: str, statement: str, features: str) -> Fault:
    return Fault(name, features, statement=statement)


TRANSACTIONS: Final = [
    _service(
        "what cannot be read is told as a lost connection",
        _code("c.OperationalError = __import__('psycopg').Error"),
        LOST,
    ),
    _service(
        "a change of a password is committed in the middle",
        _code(
            "from domain.identity.passwords import Passwords",
            "given = Passwords._replace",
            "def replace(self, *a):",
            "    given(self, *a)",
            "    self._session.flush()",
            "    self._session.connection().connection.driver_connection.commit()",
            "Passwords._replace = replace",
        ),
        ATOMIC,
    ),
    _service(
        "an event is counted by another connection",
        _code(
            "from domain.work.workspace import Workspace",
            "given = Workspace.record",
            "def record(self, *a, **k):",
            "    with self._session.get_bind().begin() as other:",
            "        other.exec_driver_sql('UPDATE users SET version = version + 1')",
            "    return given(self, *a, **k)",
            "Workspace.record = record",
        ),
        ATOMIC,
    ),
    _service(
        "an operation swallows what goes wrong in it",
        _code(
            "from domain.work.workspace import Workspace",
            "given = Workspace.record",
            "def record(self, *a, **k):",
            "    try:",
            "        return given(self, *a, **k)",
            "    except Exception:",
            "        return None",
            "Workspace.record = record",
        ),
        ATOMIC,
    ),
    _service(
        "every error of the database is told in the same words",
        _code(
            "from contextlib import contextmanager",
            "from sqlalchemy.exc import DBAPIError",
            "given = t.database_rules",
            "@contextmanager",
            "def rules():",
            "    with given():",
            "        try:",
            "            yield",
            "        except DBAPIError:",
            "            raise RuntimeError('something went wrong') from None",
            "t.database_rules = rules",
        ),
        ATOMIC,
    ),
    _service(
        "a new operation that nobody has tried",
        _code(
            "from domain.work.objectives import Objectives", "Objectives.forget = lambda self: None"
        ),
        ATOMIC,
    ),
    _service(
        "reading an account locks it",
        _code(
            "from domain.identity.accounts import Accounts",
            "from domain.identity.failed_logins import hold_user",
            "Accounts.get = lambda self, user_id: hold_user(self._session, user_id)",
        ),
        ATOMIC,
    ),
    _schema("a number that has gaps", "CREATE SEQUENCE invoice_numbers", ATOMIC),
    _service(
        "a failed login is forgotten with the work",
        _code("t.remembered = lambda session: []"),
        f"{ATOMIC} --tags=@transactions-2",
    ),
    _service(
        "the work is stored together with a failed login",
        _code(
            "from contextlib import contextmanager",
            "from domain.errors import RecordedRefusal",
            "given = t.Domain._begun",
            "@contextmanager",
            "def begun(self, *a):",
            "    with given(self, *a) as session:",
            "        try:",
            "            yield session",
            "        except RecordedRefusal:",
            "            session.commit()",
            "            raise",
            "t.Domain._begun = begun",
        ),
        f"{ATOMIC} --tags=@transactions-2",
    ),
    _service(
        "work that is stored is done again because of what was not remembered",
        _code(
            "from contextlib import contextmanager",
            "given = t.Domain._transaction",
            "@contextmanager",
            "def transaction(self, caller):",
            "    try:",
            "        with given(self, caller) as session:",
            "            yield session",
            "    except t.NotRemembered as error:",
            "        raise error.__cause__",
            "t.Domain._transaction = transaction",
        ),
        f"{ATOMIC} --tags=@transactions-2",
    ),
    _service(
        "nobody looks whether the work is aborted",
        _code(
            "from contextlib import nullcontext",
            "t._nothing_swallowed = lambda session: nullcontext()",
        ),
        SAVEPOINTS,
    ),
    _service(
        "a savepoint undoes nothing",
        _code(
            "from contextlib import nullcontext",
            "t._Caller.savepoints = lambda self, session: nullcontext",
        ),
        SAVEPOINTS,
    ),
    _service(
        "a savepoint ends the transaction",
        _code(
            "from contextlib import contextmanager",
            "def savepoints(self, session):",
            "    @contextmanager",
            "    def savepoint():",
            "        session.flush()",
            "        session.connection().connection.driver_connection.commit()",
            "        with self.refusals(), session.begin_nested():",
            "            yield",
            "    return savepoint",
            "t._Caller.savepoints = savepoints",
        ),
        f"{SAVEPOINTS} --name=released.savepoint",
    ),
    _service(
        "in a savepoint no limit is told",
        _code(
            "from contextlib import contextmanager",
            "def savepoints(self, session):",
            "    @contextmanager",
            "    def savepoint():",
            "        with self.refusals(), session.begin_nested():",
            "            yield",
            "    return savepoint",
            "t._Caller.savepoints = savepoints",
        ),
        SAVEPOINTS,
    ),
    _service(
        "a lost commit is told as not committed",
        _code(
            "given = t.failures",
            "t.failures = lambda timeouts, outcome: given(timeouts, c.CommitOutcome.NOT_COMMITTED)",
        ),
        LOST,
    ),
    _service(
        "every lost connection is told as undecided",
        _code(
            "given = t.failures",
            "t.failures = lambda timeouts, outcome: given(timeouts, c.CommitOutcome.UNDECIDED)",
        ),
        LOST,
    ),
    _service(
        "the failure of a rollback hides what it is for",
        _code("t._ended = lambda session: session"),
        LOST,
    ),
    _service(
        "a pooled connection is used unseen",
        _code(
            "given = c.create_engine",
            "c.create_engine = lambda url, **k: given(url, **{**k, 'pool_pre_ping': False})",
        ),
        LOST,
    ),
    _service(
        "there is no bound to the tries",
        _code(
            "def run(self, opening, work):",
            "    while True:",
            "        try:",
            "            with opening() as tx:",
            "                return work(tx)",
            "        except t.TransactionConflict:",
            "            pass",
            "t.Domain.run = run",
        ),
        f"{RETRYING} --tags=@transactions-8",
    ),
    _service(
        "one try too many",
        _code(
            "from dataclasses import replace",
            "given = t.Domain.run",
            "def run(self, *a):",
            "    retries = self._settings.retries",
            "    more = replace(retries, attempts=retries.attempts + 1)",
            "    self._settings = replace(self._settings, retries=more)",
            "    return given(self, *a)",
            "t.Domain.run = run",
        ),
        f"{RETRYING} --tags=@transactions-8",
    ),
    _service(
        "nothing is tried again",
        _code(
            "def run(self, opening, work):",
            "    with opening() as tx:",
            "        return work(tx)",
            "t.Domain.run = run",
        ),
        f"{RETRYING} --tags=@transactions-8",
    ),
    _service(
        "the waits grow without end",
        _code(
            "from domain.settings import Retries",
            "Retries.longest_wait = lambda self, attempt: self.first * 2 ** (attempt - 1)",
        ),
        f"{RETRYING} --tags=@transactions-8",
    ),
    _service(
        "everything is tried again",
        _code("t.TransactionConflict = Exception"),
        f"{RETRYING} --tags=@transactions-9",
    ),
    _service(
        "a lost connection is tried again",
        _code("t.TransactionConflict = (t.TransactionConflict, c.ConnectionLost)"),
        f"{RETRYING} --tags=@transactions-9",
    ),
    _service(
        "a limit can be set to for ever",
        _code(
            "from domain.settings import Timeouts",
            "Timeouts.__post_init__ = lambda self: None",
        ),
        RETRYING,
    ),
    _schema(
        "a reference is judged only at the end",
        "ALTER TABLE turns ALTER CONSTRAINT fk_turns_owner_id_task_id_tasks"
        " DEFERRABLE INITIALLY DEFERRED",
        CONSISTENT,
    ),
    _schema(
        "a rule that holds at the end is judged at once",
        "DROP TRIGGER objectives_open_entry ON objectives;"
        "CREATE CONSTRAINT TRIGGER objectives_open_entry AFTER UPDATE ON objectives"
        " FOR EACH ROW EXECUTE FUNCTION objective_has_open_entry()",
        CONSISTENT,
    ),
    _schema(
        "a rule that holds at the end is not judged",
        "DROP TRIGGER objectives_open_entry ON objectives",
        CONSISTENT,
    ),
    _service(
        "connections have no limits",
        _code("c.written_limits = lambda timeouts: {}"),
        LIMITS,
    ),
    _service(
        "a unit of work has the limits that an earlier one has left",
        _code("t.written_limits = lambda timeouts: {}"),
        LIMITS,
    ),
    _service(
        "one limit is taken for another",
        _code("c.SQLSTATES = {**c.SQLSTATES, '55P03': c.Limit.STATEMENT}"),
        LIMITS,
    ),
    _service(
        "the end of an idle unit of work is told as a lost connection",
        _code("c.SQLSTATES = {s: l for s, l in c.SQLSTATES.items() if s != '25P03'}"),
        LIMITS,
    ),
    _service(
        "a cancelled statement is told as one that took too long",
        _code("c.CANCELLED_BY_HAND = 'by nobody'"),
        LIMITS,
    ),
]
