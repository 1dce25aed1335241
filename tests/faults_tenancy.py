"""The same catalogue for tenancy: safeguards taken away, and what nobody has thought about yet."""

from typing import Final

from tests.faults import Fault

OWN: Final = "owner_id = (SELECT current_setting('app.user_id', true)::bigint)"

ISOLATION: Final = "features/tenancy/isolation.feature"
SWEEP: Final = f"{ISOLATION} --tags=@tenancy-2"
UNBOUND: Final = f"{ISOLATION} --tags=@tenancy-3"
"""What is tried, without a look at the catalogue's own words."""

RIGHTS: Final = "features/tenancy/rights.feature"
OPERATIONS: Final = "features/tenancy/operations.feature"
POOLED: Final = "features/tenancy/pooled.feature"


def _schema(name: str, statements: str, features: str = ISOLATION) -> Fault:
    """Return a fault of what the migrations make."""
    return Fault(name, features, statement=statements)


def _policy(name: str, using: str, check: str, features: str = SWEEP) -> Fault:
    change = f"ALTER POLICY projects_of_the_tenant ON projects USING ({using}) WITH CHECK ({check})"
    return _schema(name, change, features)


def _by_verb(name: str, **loose: str) -> Fault:
    """Return a fault of a table whose policies are told by verb, some of them looser."""
    statements = "".join(
        f"CREATE POLICY agents_{verb} ON agents FOR {verb} TO app_tenant"
        f" USING ({loose.get(verb, OWN)});"
        for verb in ("select", "update", "delete")
    )
    return _schema(
        name,
        "DROP POLICY agents_of_the_tenant ON agents;"
        f"CREATE POLICY agents_insert ON agents FOR INSERT TO app_tenant WITH CHECK ({OWN});"
        f"{statements}",
        SWEEP,
    )


_CURSORS: Final = "import psycopg\nclass Cursor(psycopg.Cursor):\n"
_CURSORS_USED: Final = (
    "import domain.database.connections as c\n"
    "given = c.reset_session\n"
    "def reset_session(connection, *a):\n"
    "    usual, connection.cursor_factory = connection.cursor_factory, Cursor\n"
    "    try: given(connection, *a)\n"
    "    finally: connection.cursor_factory = usual\n"
    "c.reset_session = reset_session\n"
)


def _reset_by(name: str, statement: str) -> Fault:
    """Return a fault of what is sent instead of DISCARD ALL."""
    return Fault(
        name,
        POOLED,
        f"{_CURSORS}"
        "    def execute(self, statement, *a):\n"
        f"        if statement == 'DISCARD ALL': statement = {statement!r}\n"
        "        return super().execute(statement, *a)\n"
        f"{_CURSORS_USED}",
    )


TENANCY: Final = [
    _schema(
        "a new table that nobody protects",
        "CREATE TABLE notes (id bigint PRIMARY KEY, owner_id bigint NOT NULL);"
        "GRANT SELECT ON notes TO app_tenant",
    ),
    _schema("a new table that says nothing of owners", "CREATE TABLE notes (id bigint)"),
    _schema("a new view that shows everything", "CREATE VIEW notes AS TABLE tasks"),
    _schema("policies are not enabled", "ALTER TABLE turns DISABLE ROW LEVEL SECURITY"),
    _schema("policies are not forced", "ALTER TABLE events NO FORCE ROW LEVEL SECURITY"),
    _schema("a policy is gone", "DROP POLICY agents_of_the_tenant ON agents"),
    _schema(
        "a second policy, for everybody",
        "CREATE POLICY helpful ON tasks FOR SELECT USING (true)",
    ),
    _policy("a policy shows everything", "true", OWN),
    _policy("a policy lets everything be written", OWN, "true"),
    _policy("a policy of another form", f"{OWN} AND true", OWN, ISOLATION),
    _policy(
        "a policy does not mind that nobody is bound",
        "coalesce(owner_id::text = nullif(current_setting('app.user_id', true), ''), true)",
        OWN,
        UNBOUND,
    ),
    _by_verb("a change without a condition reaches everybody's rows", update="true"),
    _by_verb("a deletion without a condition reaches everybody's rows", delete="true"),
    _schema(
        "a deletion that takes other owners' rows along",
        "ALTER TABLE agents DROP CONSTRAINT fk_agents_owner_id_project_id_projects;"
        "ALTER TABLE agents ADD FOREIGN KEY (project_id) REFERENCES projects (id)"
        " ON DELETE CASCADE",
        SWEEP,
    ),
    _schema(
        "a foreign key that takes any owner's row",
        "ALTER TABLE turns DROP CONSTRAINT fk_turns_owner_id_task_id_tasks;"
        "ALTER TABLE turns ADD FOREIGN KEY (task_id) REFERENCES tasks (id) ON DELETE CASCADE",
    ),
    _schema("a row may have no owner", "ALTER TABLE events ALTER owner_id DROP NOT NULL"),
    _schema("tenants may choose ids", "GRANT INSERT (id) ON projects TO app_tenant", SWEEP),
    _schema(
        "tenants may read where the ids are",
        "GRANT SELECT ON SEQUENCE tasks_id_seq TO app_tenant",
        SWEEP,
    ),
    _schema("a right to one more column", "GRANT SELECT (result) ON tasks TO app_worker", RIGHTS),
    _schema("a right for everybody", "GRANT SELECT ON projects TO PUBLIC", RIGHTS),
    _schema(
        "a right to what will be made",
        "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO app_worker",
        RIGHTS,
    ),
    _schema("a right to empty a table", "GRANT TRUNCATE ON tasks TO app_tenant", RIGHTS),
    _schema(
        "a function that lends its owner's rights",
        "ALTER FUNCTION task_change() SECURITY DEFINER",
        RIGHTS,
    ),
    _schema(
        "a function that looks names up where its caller says",
        "ALTER FUNCTION task_change() RESET search_path",
        RIGHTS,
    ),
    _schema(
        "a new function that anybody may call",
        "CREATE FUNCTION all_titles() RETURNS SETOF varchar LANGUAGE sql SECURITY DEFINER"
        " AS 'SELECT title FROM public.tasks'",
        RIGHTS,
    ),
    _schema(
        "a page has no index to go by",
        "ALTER TABLE tasks DROP CONSTRAINT uq_tasks_owner_id_id CASCADE;"
        "DROP INDEX ix_tasks_owner_id_id, ix_tasks_owner_id_status_id,"
        " ix_tasks_owner_id_agent_id_id",
        "features/tenancy/plans.feature",
    ),
    Fault(
        "pages are in an order that everybody's rows have too",
        "features/tenancy/plans.feature",
        "from sqlalchemy.orm import InstrumentedAttribute\n"
        "InstrumentedAttribute.nulls_first = lambda self: self.asc()",
    ),
    _schema(
        "a claim has no index to go by",
        "DROP INDEX ix_tasks_to_claim",
        "features/tenancy/plans.feature",
    ),
    Fault(
        "an operation that nobody has tried with another's id",
        OPERATIONS,
        "from domain.work.tasks import Tasks\n"
        "def reopen(self, task_id: int) -> None: ...\n"
        "Tasks.reopen = reopen",
    ),
    Fault(
        "an operation that takes no id, and that nobody has listed",
        OPERATIONS,
        "from domain.work.tasks import Tasks\ndef count(self) -> int: ...\nTasks.count = count",
    ),
    Fault(
        "an operation that takes something nobody has thought about",
        OPERATIONS,
        "from domain.work.tasks import Tasks\n"
        "def reopen(self, which: bytes) -> None: ...\n"
        "Tasks.reopen = reopen",
    ),
    Fault(
        "another's id is answered with a word more",
        OPERATIONS,
        "from domain.work.tasks import Tasks\n"
        "from domain.errors import Entity, InvalidValue, NotFound\n"
        "def get(self, task_id: int):\n"
        "    found = self._session.get(Task, task_id)\n"
        "    if found is None and task_id < 1000: raise InvalidValue('task', 'is not yours')\n"
        "    if found is None: raise NotFound(Entity.TASK, task_id)\n"
        "    return found\n"
        "from domain.work.tasks import Task\n"
        "Tasks.get = get",
    ),
    Fault(
        "a user stays bound to the connection",
        "features/tenancy/binding.feature",
        "import domain.database.tenancy as t\nfrom sqlalchemy import text\n"
        "t.BIND = text(\"SELECT set_config('role', :role, true),"
        " set_config('app.user_id', :user, false)\")",
    ),
    Fault(
        "a role stays with the connection",
        "features/tenancy/binding.feature",
        "import domain.database.tenancy as t\nfrom sqlalchemy import text\n"
        "t.BIND = text(\"SELECT set_config('role', :role, false),"
        " set_config('app.user_id', :user, true)\")",
    ),
    Fault(
        "tenants work under the role that owns everything",
        OPERATIONS,
        "import domain.transactions as t\nt.bind = lambda *_: None",
    ),
    Fault(
        "a session goes back to the pool as it is",
        POOLED,
        "import domain.database.connections as c\n"
        "given = c.engine_options\n"
        "c.engine_options = lambda *a, **k: {**given(*a, **k), 'pool_events': []}\n",
    ),
    _reset_by("only temporary tables are dropped", "DISCARD TEMP"),
    _reset_by("only settings are put back", "RESET ALL"),
    _reset_by(
        "all but cursors, locks and channels is ended", "DISCARD TEMP; RESET ALL; DEALLOCATE ALL"
    ),
    Fault(
        "the seed of random numbers stays",
        POOLED,
        f"{_CURSORS}"
        "    def execute(self, statement, *a):\n"
        "        return None if 'setseed' in statement else super().execute(statement, *a)\n"
        f"{_CURSORS_USED}",
    ),
    Fault(
        "a session that cannot be reset is given to the next",
        POOLED,
        "import domain.database.connections as c\n"
        "given = c.reset_session\n"
        "def reset_session(connection, *a):\n"
        "    try: given(connection, *a)\n"
        "    except Exception: connection.rollback(); connection.autocommit = False\n"
        "c.reset_session = reset_session\n",
    ),
    Fault(
        "temporary tables are searched first",
        POOLED,
        "import domain.database.connections as c\n"
        "c.SESSION = {**c.SESSION, 'search_path': 'public'}\n",
    ),
]
