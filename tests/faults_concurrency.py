"""The same catalogue for safeguards that matter only when several work at once."""

from typing import Final

from tests.faults import Fault


def _tasks(name: str, code: str) -> Fault:
    return Fault(name, "features/concurrency/tasks.feature", code)


def _changes(name: str, code: str) -> Fault:
    return Fault(name, "features/concurrency/changes.feature", code)


def _logins(name: str, code: str) -> Fault:
    return Fault(name, "features/concurrency/logins.feature", code)


_UNLOCKED: Final = (
    "import threading\n"
    "import domain.identity.authentication as a, domain.identity.failed_logins as f\n"
    "import domain.identity.passwords as p, domain.identity.sessions as s\n"
    "import domain.identity.accounts as ac\n"
    ""
    "held = f.lock_user_row\n"
    "loose = threading.local()\n"
    "def hold(session, user_id):\n"
    "    if not getattr(loose, 'now', False): return held(session, user_id)\n"
    "    return session.get(f.User, user_id, populate_existing=True)\n"
    "a.lock_user_row = f.lock_user_row = p.lock_user_row = s.lock_user_row = hold\n"
    "def without_lock(owner, name):\n"
    "    given = getattr(owner, name)\n"
    "    def operation(*args, **kwargs):\n"
    "        loose.now = True\n"
    "        try: return given(*args, **kwargs)\n"
    "        finally: loose.now = False\n"
    "    setattr(owner, name, operation)\n"
)
"""One operation that does not hold the account while it works; all others do."""


def _without_hold(name: str, operation: str) -> Fault:
    owner, _, method = operation.rpartition(".")
    return _logins(name, f"{_UNLOCKED}without_lock({owner}, {method!r})")


_FOR_UPDATE: Final = "from sqlalchemy import Select\ngiven = Select.with_for_update\n"

CONCURRENCY: Final = [
    # --- tasks --------------------------------------------------------------------------------
    _tasks(
        "what others are claiming is not passed over",
        _FOR_UPDATE
        + "Select.with_for_update = lambda self, skip_locked=False, **k: given(self, **k)",
    ),
    _tasks(
        "a claim does not lock what it takes",
        "from sqlalchemy import Select\nSelect.with_for_update = lambda self, **_: self",
    ),
    _tasks(
        "a claim looks first and takes afterwards",
        "import domain.work.task_queue as q\n"
        "def claim(self):\n"
        "    what = q.Claim.__dataclass_fields__\n"
        "    oldest = self._session.execute(q.select(*(getattr(q.Task, name) for name in what))\n"
        "        .where(q.Task.status == q.TaskStatus.PENDING)\n"
        "        .order_by(q.Task.created_at, q.Task.id).limit(1)).one_or_none()\n"
        "    if oldest is None: return None\n"
        "    self._session.execute(q.update(q.Task).where(q.Task.id == oldest.id,\n"
        "        q.Task.status == q.TaskStatus.PENDING).values(status=q.TaskStatus.PROCESSING,\n"
        "        started_at=q.Task.created_at, version=q.Task.version + 1)\n"
        "        .execution_options(synchronize_session=False))\n"
        "    return q.Claim(**{**oldest._asdict(), 'version': oldest.version + 1})\n"
        "q.TaskQueue.claim = claim",
    ),
    _tasks(
        "a report that changes nothing counts as accepted",
        "import domain.work.task_queue as q\n"
        "from domain.errors import Stale\n"
        "given = q.TaskQueue.report\n"
        "def report(self, *a, **k):\n"
        "    try: given(self, *a, **k)\n"
        "    except (Stale, q.refused_transition(1, q.TaskStatus.FAILED,"
        " q.TaskStatus.FAILED).__class__): pass\n"
        "q.TaskQueue.report = report",
    ),
    _tasks(
        "a deletion does not look at the version of the task",
        "import domain.work.tasks as t\n"
        "from sqlalchemy import delete\n"
        "t.Tasks.delete = lambda self, seen: self._session.execute("
        "delete(t.Task).where(t.Task.id == seen.id)) and None",
    ),
    # --- changes ------------------------------------------------------------------------------
    _changes(
        "an account is renamed whatever its version",
        "import domain.identity.accounts as a\n"
        "from sqlalchemy import update\n"
        "def change(self, seen, **values):\n"
        "    return self._session.scalar(update(a.User).where(a.User.id == seen.id).values(\n"
        "        **values, version=a.User.version + 1).returning(a.User)\n"
        "        .execution_options(populate_existing=True))\n"
        "a.Accounts._change = change",
    ),
    _changes(
        "a change of an account is not counted",
        "import domain.identity.accounts as a\n"
        "from sqlalchemy import update\n"
        "from domain.errors import Entity, Stale\n"
        "def change(self, seen, **values):\n"
        "    found = self._session.scalar(update(a.User).where(a.User.id == seen.id,\n"
        "        a.User.version == seen.version).values(**values).returning(a.User)\n"
        "        .execution_options(populate_existing=True))\n"
        "    if found is None: raise Stale(Entity.ACCOUNT, seen.id, seen.version)\n"
        "    return found\n"
        "a.Accounts._change = change",
    ),
    _changes(
        "an objective is changed whatever its version",
        "import domain.work.objectives as o\n"
        "given = o.Objectives.change\n"
        "def change(self, seen, *a, **k):\n"
        "    now = self._session.scalar(o.select(o.Objective).where(o.Objective.id == seen.id)\n"
        "        .with_for_update().execution_options(populate_existing=True))\n"
        "    return given(self, now, *a, **k)\n"
        "o.Objectives.change = change",
    ),
    _changes(
        "a change of an objective is not counted",
        "import domain.database.versions as v\n"
        "from domain.work.objectives import Objective\n"
        "class Uncounted:\n"
        "    def __init__(self, change): self.change = change\n"
        "    def where(self, *w): return Uncounted(self.change.where(*w))\n"
        "    def values(self, **v):\n"
        "        v.pop('version', None)\n"
        "        return self.change.values(**v)\n"
        "given = v.update\n"
        "v.update = lambda table: Uncounted(given(table)) if table is Objective else given(table)",
    ),
    _changes(
        "a task is retitled whatever its version",
        "import domain.work.tasks as t\n"
        "from sqlalchemy import update\n"
        "def edit(self, seen, **values):\n"
        "    return [self._session.scalar(update(t.Task).where(t.Task.id == one.id,\n"
        "        t.Task.status == t.TaskStatus.PENDING).values(**values,\n"
        "        version=t.Task.version + 1).returning(t.Task)\n"
        "        .execution_options(populate_existing=True)) for one in seen]\n"
        "t.Tasks._edit = edit",
    ),
    _changes(
        "nobody tries again",
        "import domain.transactions as t\n"
        "def run(self, opening, work):\n"
        "    with opening() as tx: return work(tx)\n"
        "t.Domain.run = run",
    ),
    _changes(
        "there is no end to trying again",
        "from domain.settings import Retries\n"
        "given = Retries.__init__\n"
        "def init(self, attempts=50, **k): given(self, attempts=50)\n"
        "Retries.__init__ = init",
    ),
    _changes(
        "after a last attempt the conflict itself goes up",
        "import domain.transactions as t\n"
        "def gave_up(attempts): raise t.TransactionConflict('40001')\n"
        "t.GaveUp = type('G', (), {'__new__': lambda cls, attempts: gave_up(attempts)})",
    ),
    _changes(
        "deadlocks are not conflicts",
        "import domain.database.error_translation as e\ne.CONFLICTS = ('40001',)",
    ),
    _changes(
        "failed serializations are not conflicts",
        "import domain.database.error_translation as e\ne.CONFLICTS = ('40P01',)",
    ),
    _changes(
        "every unit of work is read committed, whatever was asked for",
        "import domain.transactions as t\n"
        "given = t._Caller.session\n"
        "t._Caller.session = lambda self, engine: given("
        "t.replace(self, isolation=t.Isolation.READ_COMMITTED), engine)",
    ),
    # --- logins -------------------------------------------------------------------------------
    _without_hold("a login does not hold the account", "s.Sessions.log_in"),
    _without_hold("ending all sessions does not hold the account", "s.Sessions.end_all"),
    _without_hold(
        "issuing a temporary password does not hold the account", "p.Passwords.issue_temporary"
    ),
    _without_hold("logging out does not hold the account", "s.Sessions.log_out"),
    _without_hold("ending one session does not hold the account", "s.Sessions.end"),
    _without_hold("ending the others does not hold the account", "s.Sessions.end_others"),
    _without_hold("replacing a password does not hold the account", "p.Passwords.change"),
    _without_hold(
        "replacing a temporary password does not hold the account", "p.Passwords.replace_temporary"
    ),
    _logins(
        "a deactivation ends the sessions first",
        "import domain.identity.accounts as a\n"
        "def deactivate(self, seen):\n"
        "    now = self._clock.now()\n"
        "    a.end_sessions(self._session, seen.id, now, a.SessionEnd.DEACTIVATED)\n"
        "    return self._change(seen, deactivated_at=now)\n"
        "a.Accounts.deactivate = deactivate",
    ),
    _logins(
        "a session is looked at before the account is held",
        "import domain.identity.authentication as a\n"
        "def hold(self, token, *, must_set_password=False):\n"
        "    now = self._clock.now()\n"
        "    claims = self._tokens.read(token, now)\n"
        "    found = self._session.get(a.LoginSession, claims.jti)\n"
        "    user = a.lock_user_row(self._session, claims.user_id)\n"
        "    if user is None or found is None:\n"
        "        raise a.TokenRefused(a.TokenProblem.UNKNOWN_SESSION)\n"
        "    self._judge(found, claims, now, active=user.active)\n"
        "    if found.must_set_password and not must_set_password: raise a.MustSetPassword\n"
        "    return user, found\n"
        "a.Authentication.hold = hold",
    ),
    _logins(
        "a password is not looked at again once the account is held",
        "import domain.identity.sessions as s\n"
        "given = s.Sessions._problem\n"
        "def problem(self, user, stored, normal, *, right):\n"
        "    if user and right and user.active and not s.locked(user, self._clock.now()):\n"
        "        return None, None\n"
        "    return given(self, user, stored, normal, right=right)\n"
        "s.Sessions._problem = problem",
    ),
    _logins(
        "an account is not looked at again once it is held",
        "import domain.identity.sessions as s\n"
        "from domain.identity.accounts import User\n"
        "given, held = s.Sessions._find, s.lock_user_row\n"
        "def find(self, email):\n"
        "    found = given(self, email)\n"
        "    self.before = self._session.get(User, found.user_id)\n"
        "    self._session.expunge(self.before)\n"
        "    return found\n"
        "problem = s.Sessions._problem\n"
        "s.Sessions._find = find\n"
        "s.Sessions._problem = lambda self, user, *a, **k: problem(self, self.before, *a, **k)",
    ),
    _logins(
        "whoever holds an account keeps its owner from working",
        _FOR_UPDATE
        + "Select.with_for_update = lambda self, key_share=False, **k: given(self, **k)",
    ),
    _logins(
        "of registrations at once, the later ones get the database's own error",
        "import domain.database.rows as r, contextlib\n"
        "r.translating = lambda *_: contextlib.nullcontext()",
    ),
    _logins(
        "old sessions are removed without locking them",
        "from sqlalchemy import Select\n"
        "import domain.identity.sessions as s\n"
        "given = Select.with_for_update\n"
        "Select.with_for_update = lambda self, skip_locked=False, **k:"
        " self if skip_locked and not k else given(self, skip_locked=skip_locked, **k)",
    ),
    _logins(
        "whoever removes old sessions waits for others who do",
        "from sqlalchemy import Select\n"
        "given = Select.with_for_update\n"
        "Select.with_for_update = lambda self, skip_locked=False, **k:"
        " given(self, skip_locked=skip_locked and bool(k), **k)",
    ),
    Fault(
        "a use is noted at the price of waiting",
        "features/sessions/authenticating.feature",
        "from sqlalchemy import Select\n"
        "given = Select.with_for_update\n"
        "Select.with_for_update = lambda self, of=None, skip_locked=False, **k:"
        " given(self, of=of, skip_locked=skip_locked and of is None, **k)",
    ),
]
