"""The same catalogue for tasks, the workspace and objectives."""

from typing import Final

from tests.faults import Fault


def _tasks(name: str, code: str) -> Fault:
    return Fault(name, code, "features/tasks")


def _workspace(name: str, code: str) -> Fault:
    return Fault(name, code, "features/workspace")


def _objectives(name: str, code: str) -> Fault:
    return Fault(name, code, "features/objectives")


TASKS: Final = [
    _tasks(
        "workers claim without a lock",
        "from sqlalchemy import Select\nSelect.with_for_update = lambda self, **_: self",
    ),
    _tasks(
        "workers wait for each other",
        "from sqlalchemy import Select\n"
        "given = Select.with_for_update\n"
        "Select.with_for_update = lambda self, skip_locked=False, **k: given(self, **k)",
    ),
    _tasks(
        "a task that is talked about is passed over",
        "from sqlalchemy import Select\n"
        "given = Select.with_for_update\n"
        "Select.with_for_update = lambda self, key_share=False, **k: given(self, **k)",
    ),
    _tasks(
        "the youngest task is claimed first",
        "from sqlalchemy import Select\n"
        "from domain.tasks import Task\n"
        "given = Select.order_by\n"
        "Select.order_by = lambda self, *by: given(self, *(\n"
        "    [Task.created_at.desc(), Task.id] if Task.created_at in set(by) else by))",
    ),
    _tasks(
        "a claim is handed out and not written down",
        "from domain.task_queue import TaskQueue\n"
        "given = TaskQueue.claim\n"
        "def claim(self):\n"
        "    with self._session.begin_nested() as nested:\n"
        "        found = given(self)\n"
        "        nested.rollback()\n"
        "    return found\n"
        "TaskQueue.claim = claim",
    ),
    _tasks(
        "every status may follow every other, as far as the domain knows",
        "import domain.tasks as t, domain.task_queue as q\n"
        "everything = {s: frozenset(t.TaskStatus) for s in t.TaskStatus}\n"
        "t.LIFECYCLE = q.LIFECYCLE = everything",
    ),
    _tasks(
        "a failed task may be tried again",
        "import domain.tasks as t\n"
        "t.LIFECYCLE[t.TaskStatus.FAILED] = frozenset({t.TaskStatus.PROCESSING})",
    ),
    _tasks(
        "a report does not look at the version",
        "import domain.task_queue as q\n"
        "from sqlalchemy import select\n"
        "from domain.tasks import Task\n"
        "given = q.TaskQueue.report\n"
        "def report(self, seen, *a, **k):\n"
        "    now = self._session.execute(select(Task.id, Task.version)"
        ".where(Task.id == seen.id)).one_or_none()\n"
        "    return given(self, now or seen, *a, **k)\n"
        "q.TaskQueue.report = report",
    ),
    _tasks(
        "an edit does not look at the version",
        "import domain.tasks as t\n"
        "from sqlalchemy import select\n"
        "given = t.Tasks._edit\n"
        "def edit(self, seen, **values):\n"
        "    seen = [self._session.get(t.Task, s.id, populate_existing=True) or s for s in seen]\n"
        "    return given(self, seen, **values)\n"
        "t.Tasks._edit = edit",
    ),
    _tasks(
        "an edit in place does not look at the version",
        "from domain.tasks import Task\nTask.__mapper__.version_id_col = None",
    ),
    _tasks(
        "a deletion does not look at the version",
        "import domain.tasks as t\n"
        "from sqlalchemy import delete\n"
        "t.Tasks.delete = lambda self, seen: self._session.execute("
        "delete(t.Task).where(t.Task.id == seen.id)) and None",
    ),
    _tasks(
        "those of several tasks are edited that can be",
        "import domain.tasks as t\n"
        "from contextlib import nullcontext\n"
        "from sqlalchemy.orm import Session\n"
        "Session.begin_nested = lambda self: nullcontext()",
    ),
    _tasks(
        "what the triggers say is all one",
        "import domain.transactions as t\n"
        "from domain.errors import StaleReading\n"
        "t.TASK_STATES = {state: lambda facts: StaleReading() for state in t.TASK_STATES}",
    ),
    _tasks(
        "what JSON cannot hold is quietly made fit",
        "import json, domain.tasks as t, domain.task_queue as q\n"
        "fit = lambda field, value: json.loads(json.dumps(value, default=str, skipkeys=True)"
        ".replace('NaN', 'null').replace('\\\\u0000', '').replace('Infinity', '0'))\n"
        "t.storable_json = q.storable_json = fit",
    ),
    _tasks(
        "JSON is written by Python's own writer",
        "import json, domain.json_values as j, domain.transactions as t\nt.written = json.dumps",
    ),
    _tasks(
        "numbers go through a float",
        "import json, domain.transactions as t\n"
        "given = t.written\n"
        "t.written = lambda value: json.dumps(json.loads(given(value), parse_int=float))",
    ),
    _tasks(
        "a result of nothing is no result",
        "import domain.task_queue as q\n"
        "given = q.TaskQueue.complete\n"
        "q.TaskQueue.complete = lambda self, seen, result: given(self, seen, result or {})",
    ),
    _tasks(
        "the details of an error are forgotten",
        "import domain.task_queue as q\n"
        "given = q.TaskQueue.fail\n"
        "q.TaskQueue.fail = lambda self, seen, error, details=None: given(self, seen, error)",
    ),
    _tasks(
        "a worker's clock is believed",
        "import domain.task_queue as q\nfrom sqlalchemy import func\n"
        "q.func = type('F', (), {'greatest': staticmethod(lambda now, other: now)})",
    ),
    _tasks(
        "a page begins with the end of the page before",
        "import domain.pages as p\n"
        "given = p.Pages.read\n"
        "p.Pages.read = lambda self, query, key, after, limit:"
        " given(self, query, key, None if after is None else after - 1, limit)",
    ),
    _tasks(
        "pages are counted off instead of keyed",
        "import domain.pages as p\n"
        "def read(self, query, key, after, limit):\n"
        "    start = after or 0\n"
        "    if not 1 <= limit <= 100: raise p.InvalidValue('limit', 'must be from 1 to 100')\n"
        "    found = self._session.scalars(query.order_by(key).offset(start).limit(limit + 1))\n"
        "    found = found.all()\n"
        "    return p.Page(tuple(found[:limit]), start + limit if len(found) > limit else None)\n"
        "p.Pages.read = read",
    ),
    _tasks(
        "a listing does not look at the status",
        "from domain.tasks import Tasks\n"
        "given = Tasks.list\n"
        "Tasks.list = lambda self, status=None, **k: given(self, None, **k)",
    ),
    _tasks(
        "a tenant works under the role that owns everything",
        "import domain.transactions as t\n"
        "given = t.bind\n"
        "t.bind = lambda session, role, user=None: None",
    ),
    _tasks(
        "anything is a tenant's id",
        "import domain.transactions as t\nt.tenant_id = lambda user_id: user_id or 4242",
    ),
    _tasks(
        "a submission commits at once",
        "from domain.tasks import Tasks\n"
        "given = Tasks.submit\n"
        "def submit(self, *a, **k):\n"
        "    task = given(self, *a, **k)\n"
        "    self._session.connection().connection.driver_connection.commit()\n"
        "    return task\n"
        "Tasks.submit = submit",
    ),
]

WORKSPACE: Final = [
    _workspace(
        "a taken path is told to be a taken slug",
        "import domain.projects as p\np.PathAlreadyUsed = lambda path: p.SlugAlreadyUsed(path)",
    ),
    _workspace(
        "a taken session goes up as the database's own error",
        "import domain.projects as p\nfrom contextlib import nullcontext\n"
        "p.refusing = lambda violations: nullcontext()",
    ),
    _workspace(
        "any path will do",
        "import domain.projects as p\np.absolute_path = lambda field, value: value",
    ),
    _workspace(
        "a score may be beyond a hundred",
        "import domain.projects as p\np.HIGHEST_SCORE = 1000",
    ),
    _workspace(
        "a priority keeps its first time",
        "import domain.projects as p\n"
        "given = p.Projects._set_priority\n"
        "def set_priority(self, agent_id, score, reason, at):\n"
        "    agent = self.agent(agent_id)\n"
        "    return given(self, agent_id, score, reason, at and (agent.priority_at or at))\n"
        "p.Projects._set_priority = set_priority",
    ),
    _workspace(
        "a priority is everybody's",
        "import domain.projects as p\n"
        "from sqlalchemy import update\n"
        "given = p.Projects._set_priority\n"
        "def set_priority(self, agent_id, score, reason, at):\n"
        "    agent = given(self, agent_id, score, reason, at)\n"
        "    self._session.connection().exec_driver_sql("
        "\"SELECT set_config('role', 'none', true)\")\n"
        "    self._session.execute(update(p.Agent).values(\n"
        "        priority_score=score, priority_reason=reason, priority_at=at))\n"
        "    return agent\n"
        "p.Projects._set_priority = set_priority",
    ),
    _workspace(
        "a turn always comes from the user",
        "import domain.workspace as w\n"
        "given = w.Workspace.say\n"
        "w.Workspace.say = lambda self, task_id, actor, *a, **k:"
        " given(self, task_id, w.TurnActor.USER, *a, **k)",
    ),
    _workspace(
        "the time of a turn is not believed",
        "import domain.workspace as w\n"
        "given = w.Workspace.say\n"
        "w.Workspace.say = lambda self, task_id, actor, intent, text, at=None:"
        " given(self, task_id, actor, intent, text)",
    ),
    _workspace(
        "a time without a zone is a time",
        "import domain.workspace as w\n"
        "from datetime import UTC\n"
        "given = w.Workspace.say\n"
        "w.Workspace.say = lambda self, task_id, actor, intent, text, at=None:"
        " given(self, task_id, actor, intent, text, at and at.replace(tzinfo=UTC))",
    ),
    _workspace(
        "an event forgets what it is about",
        "import domain.workspace as w\n"
        "given = w.Workspace.record\n"
        "w.Workspace.record = lambda self, type_, payload, about=None: given(self, type_, payload)",
    ),
    _workspace(
        "all events are about everything",
        "import domain.workspace as w\n"
        "given = w.Workspace.events\n"
        "w.Workspace.events = lambda self, about=None, after=None, limit=20:"
        " given(self, None, after, limit)",
    ),
    _workspace(
        "a deleted project is only hidden",
        "import domain.projects as p\np.Projects.delete_project = lambda self, project_id: None",
    ),
    _workspace(
        "a deletion takes all projects",
        "import domain.projects as p\n"
        "from sqlalchemy import delete\n"
        "def delete_project(self, project_id):\n"
        "    self.project(project_id)\n"
        "    self._session.connection().exec_driver_sql("
        "\"SELECT set_config('role', 'none', true)\")\n"
        "    self._session.execute(delete(p.Project))\n"
        "p.Projects.delete_project = delete_project",
    ),
    _workspace(
        "a listing of agents is of all projects",
        "import domain.projects as p\n"
        "from sqlalchemy import select\n"
        "p.Projects.agents = lambda self, project_id, after=None, limit=20:"
        " self._pages.read(select(p.Agent), p.Agent.id, after, limit)",
    ),
]

OBJECTIVES: Final = [
    _objectives(
        "a change opens no entry",
        "from domain.objectives import Objectives\n"
        "given = Objectives.change\n"
        "def change(self, *a, **k):\n"
        "    self._open_entry = lambda objective: None\n"
        "    return given(self, *a, **k)\n"
        "Objectives.change = change",
    ),
    _objectives(
        "a change closes no entry",
        "from domain.objectives import Objectives\nObjectives._close_entry = lambda *_: None",
    ),
    _objectives(
        "a change closes the entries of all objectives",
        "import domain.objectives as o\n"
        "from sqlalchemy import update\n"
        "def close(self, objective_id, at):\n"
        "    self._session.execute(update(o.ObjectiveEntry)"
        ".where(o.ObjectiveEntry.valid_until.is_(None)).values(valid_until=at))\n"
        "o.Objectives._close_entry = close",
    ),
    _objectives(
        "a change rewrites the entry that is open",
        "import domain.objectives as o\n"
        "o.Objectives._close_entry = lambda *_: None\n"
        "given = o.Objectives._open_entry\n"
        "def rewrite(self, objective):\n"
        "    open_ = self._session.query(o.ObjectiveEntry)"
        ".filter_by(objective_id=objective.id, valid_until=None).one_or_none()\n"
        "    if open_ is None: return given(self, objective)\n"
        "    self._session.connection().exec_driver_sql("
        "\"SELECT set_config('role', 'none', true)\")\n"
        "    open_.text, open_.valid_from = objective.text, objective.since\n"
        "    open_.constraints = objective.constraints\n"
        "o.Objectives._open_entry = rewrite",
    ),
    _objectives(
        "a change keeps the constraints there were",
        "import domain.objectives as o\n"
        "given = o.Objectives.change\n"
        "o.Objectives.change = lambda self, seen, text, constraints=():"
        " given(self, seen, text, seen.constraints)",
    ),
    _objectives(
        "a change does not look at the version",
        "import domain.objectives as o\n"
        "given = o.Objectives.change\n"
        "def change(self, seen, *a, **k):\n"
        "    now = self._session.get(o.Objective, seen.id, populate_existing=True) or seen\n"
        "    return given(self, now, *a, **k)\n"
        "o.Objectives.change = change",
    ),
    _objectives(
        "giving up does not look at the version",
        "import domain.objectives as o\n"
        "given = o.Objectives.delete\n"
        "def delete(self, seen):\n"
        "    now = self._session.get(o.Objective, seen.id, populate_existing=True) or seen\n"
        "    return given(self, now)\n"
        "o.Objectives.delete = delete",
    ),
    _objectives(
        "a history runs backwards with the clock",
        "import domain.objectives as o\n"
        "o.func = type('F', (), {'greatest': staticmethod(lambda now, other: now)})",
    ),
    _objectives(
        "there may be any number of constraints",
        "import domain.objectives as o\no.MOST_CONSTRAINTS = 1000",
    ),
    _objectives(
        "constraints are not looked at",
        "import domain.objectives as o\no.line = lambda field, value, longest: value or 'none'",
    ),
]
