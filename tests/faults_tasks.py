"""What a careless colleague might do to tasks."""

from typing import Final

from tests.faults import Catalogue

TASKS: Final[Catalogue] = {
    "features/tasks/claiming.feature": {
        "workers claim without a lock": (
            "from sqlalchemy import Select\nSelect.with_for_update = lambda self, **_: self"
        ),
        "workers wait for each other": (
            "from sqlalchemy import Select\n"
            "given = Select.with_for_update\n"
            "Select.with_for_update = lambda self, skip_locked=False, **k: given(self, **k)"
        ),
        "a task that is talked about is passed over": (
            "from sqlalchemy import Select\n"
            "given = Select.with_for_update\n"
            "Select.with_for_update = lambda self, key_share=False, **k: given(self, **k)"
        ),
        "the youngest task is claimed first": (
            "from sqlalchemy import Select\n"
            "from domain.work.tasks import Task\n"
            "given = Select.order_by\n"
            "Select.order_by = lambda self, *by: given(self, *(\n"
            "    [Task.created_at.desc(), Task.id] if Task.created_at in set(by) else by))"
        ),
        "a claim is handed out and not written down": (
            "from domain.work.task_queue import TaskQueue\n"
            "given = TaskQueue.claim\n"
            "def claim(self):\n"
            "    with self._session.begin_nested() as nested:\n"
            "        found = given(self)\n"
            "        nested.rollback()\n"
            "    return found\n"
            "TaskQueue.claim = claim"
        ),
        "a worker's clock is believed": (
            "import domain.work.task_queue as q\nfrom sqlalchemy import func\n"
            "q.func = type('F', (), {'greatest': staticmethod(lambda now, other: now)})"
        ),
    },
    "features/tasks/lifecycle.feature": {
        "every status may follow every other, as far as the domain knows": (
            "import domain.work.tasks as t, domain.work.task_queue as q\n"
            "everything = {s: frozenset(t.TaskStatus) for s in t.TaskStatus}\n"
            "t.LIFECYCLE = q.LIFECYCLE = everything"
        ),
        "a failed task may be tried again": (
            "import domain.work.tasks as t\n"
            "t.LIFECYCLE[t.TaskStatus.FAILED] = frozenset({t.TaskStatus.PROCESSING})"
        ),
    },
    "features/tasks/reporting.feature": {
        "a report does not look at the version": (
            "import domain.work.task_queue as q\n"
            "from sqlalchemy import select\n"
            "from domain.work.tasks import Task\n"
            "given = q.TaskQueue.report\n"
            "def report(self, seen, *a, **k):\n"
            "    now = self._session.execute(select(Task.id, Task.version)"
            ".where(Task.id == seen.id)).one_or_none()\n"
            "    return given(self, now or seen, *a, **k)\n"
            "q.TaskQueue.report = report"
        ),
        "what JSON cannot hold is quietly made fit": (
            "import json, domain.work.tasks as t, domain.work.task_queue as q\n"
            "fit = lambda field, value: json.loads(json.dumps(value, default=str, skipkeys=True)"
            ".replace('NaN', 'null').replace('\\\\u0000', '').replace('Infinity', '0'))\n"
            "t.storable_json = q.storable_json = fit"
        ),
        "JSON is written by Python's own writer": (
            "import json, domain.json_values as j, domain.database.connections as c\n"
            "c.written = json.dumps"
        ),
        "numbers go through a float": (
            "import json, domain.database.connections as c\n"
            "given = c.written\n"
            "c.written = lambda value: json.dumps(json.loads(given(value), parse_int=float))"
        ),
        "minus zero is refused": (
            "import domain.json_values as j\n"
            "given = j._fraction\n"
            "def fraction(value):\n"
            "    if str(value) == '-0.0': raise j._Unfit('contains minus zero')\n"
            "    return given(value)\n"
            "j._fraction = fraction"
        ),
        "minus zero becomes a whole number": (
            "import domain.json_values as j\n"
            "given = j._fraction\n"
            "j._fraction = lambda value: given(value) if value else '0'"
        ),
        "minus zero keeps its sign, as another number": (
            "import domain.json_values as j\n"
            "given = j._fraction\n"
            "j._fraction = lambda value: '-5e-324' if str(value) == '-0.0' else given(value)"
        ),
        "a result of nothing is no result": (
            "import domain.work.task_queue as q\n"
            "given = q.TaskQueue.complete\n"
            "q.TaskQueue.complete = lambda self, seen, result: given(self, seen, result or {})"
        ),
        "the details of an error are forgotten": (
            "import domain.work.task_queue as q\n"
            "given = q.TaskQueue.fail\n"
            "q.TaskQueue.fail = lambda self, seen, error, details=None: given(self, seen, error)"
        ),
    },
    "features/tasks/editing.feature": {
        "an edit does not look at the version": (
            "import domain.work.tasks as t\n"
            "from sqlalchemy import select\n"
            "given = t.Tasks._edit\n"
            "def edit(self, seen, **values):\n"
            "    get = self._session.get\n"
            "    seen = [get(t.Task, s.id, populate_existing=True) or s for s in seen]\n"
            "    return given(self, seen, **values)\n"
            "t.Tasks._edit = edit"
        ),
        "an edit in place does not look at the version": (
            "from domain.work.tasks import Task\nTask.__mapper__.version_id_col = None"
        ),
        "a deletion does not look at the version": (
            "import domain.work.tasks as t\n"
            "from sqlalchemy import delete\n"
            "t.Tasks.delete = lambda self, seen: self._session.execute("
            "delete(t.Task).where(t.Task.id == seen.id)) and None"
        ),
        "those of several tasks are edited that can be": (
            "import domain.work.tasks as t\n"
            "from contextlib import nullcontext\n"
            "from sqlalchemy.orm import Session\n"
            "Session.begin_nested = lambda self: nullcontext()"
        ),
        "what the triggers say is all one": (
            "import domain.transactions as t\n"
            "from domain.errors import Entity, Stale\n"
            "t.TASK_STATES = {state: lambda error: Stale(Entity.ROW) for state in t.TASK_STATES}"
        ),
        "a tenant works under the role that owns everything": (
            "import domain.transactions as t\nt.bind = lambda *_: None"
        ),
    },
    "features/tasks/reading.feature": {
        "a page begins with the end of the page before": (
            "import domain.database.pages as p\n"
            "given = p.Pages.read\n"
            "p.Pages.read = lambda self, query, key, after, limit, order=None:"
            " given(self, query, key, None if after is None else after - 1, limit, order)"
        ),
        "pages are counted off instead of keyed": (
            "import domain.database.pages as p\n"
            "def read(self, query, key, after, limit, order=None):\n"
            "    start = after or 0\n"
            "    if not 1 <= limit <= 100: raise p.InvalidValue('limit', 'must be from 1 to 100')\n"
            "    query = query.order_by(key).offset(start).limit(limit + 1)\n"
            "    found = self._session.scalars(query).all()\n"
            "    after = start + limit if len(found) > limit else None\n"
            "    return p.Page(tuple(found[:limit]), after)\n"
            "p.Pages.read = read"
        ),
        "a missing task is reported as another entity": (
            "import domain.database.rows as r\n"
            "from domain.errors import Entity\n"
            "given = r.NotFound\n"
            "r.NotFound = lambda entity, sought: given(Entity.AGENT, sought)"
        ),
        "a listing does not look at the status": (
            "from domain.work.tasks import Tasks\n"
            "given = Tasks.list\n"
            "Tasks.list = lambda self, status=None, **k: given(self, None, **k)"
        ),
    },
    "features/tasks/submitting.feature": {
        "anything is a tenant's id": (
            "import domain.transactions as t\nt.tenant_id = lambda user_id: user_id or 4242"
        ),
        "a submission commits at once": (
            "from domain.work.tasks import Tasks\n"
            "given = Tasks.submit\n"
            "def submit(self, *a, **k):\n"
            "    task = given(self, *a, **k)\n"
            "    self._session.connection().connection.driver_connection.commit()\n"
            "    return task\n"
            "Tasks.submit = submit"
        ),
    },
}
