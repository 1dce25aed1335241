"""What a careless colleague might do to the workspace and to objectives."""

from typing import Final

from tests.faults import Catalogue

WORKSPACE: Final[Catalogue] = {
    "features/workspace/projects.feature": {
        "a taken path is told to be a taken slug": (
            "import domain.work.workspace as w\n"
            "w.PathAlreadyUsed = lambda path: w.SlugAlreadyUsed(path)"
        ),
        "a taken session goes up as the database's own error": (
            "import domain.database.rows as r\nfrom contextlib import nullcontext\n"
            "r.translating = lambda *_: nullcontext()"
        ),
        "any path will do": (
            "import domain.work.workspace as w\n"
            "given = w.formed\n"
            "w.formed = lambda field, value, form:"
            " value if form is w.ABSOLUTE_PATH else given(field, value, form)"
        ),
        "a score may be beyond a hundred": (
            "import domain.work.workspace as w\nw.HIGHEST_SCORE = 1000"
        ),
        "a priority keeps its first time": (
            "import domain.work.workspace as w\n"
            "given = w.Workspace._set_priority\n"
            "def set_priority(self, agent_id, score, reason, at):\n"
            "    agent = self.agent(agent_id)\n"
            "    return given(self, agent_id, score, reason, at and (agent.priority_at or at))\n"
            "w.Workspace._set_priority = set_priority"
        ),
        "a priority is everybody's": (
            "import domain.work.workspace as w\n"
            "from sqlalchemy import update\n"
            "given = w.Workspace._set_priority\n"
            "def set_priority(self, agent_id, score, reason, at):\n"
            "    agent = given(self, agent_id, score, reason, at)\n"
            "    self._session.connection().exec_driver_sql("
            "\"SELECT set_config('role', 'none', true)\")\n"
            "    self._session.execute(update(w.Agent).values(\n"
            "        priority_score=score, priority_reason=reason, priority_at=at))\n"
            "    return agent\n"
            "w.Workspace._set_priority = set_priority"
        ),
    },
    "features/workspace/chain.feature": {
        "a turn always comes from the user": (
            "import domain.work.workspace as w\n"
            "given = w.Workspace.say\n"
            "w.Workspace.say = lambda self, task_id, actor, *a, **k:"
            " given(self, task_id, w.TurnActor.USER, *a, **k)"
        ),
        "the time of a turn is not believed": (
            "import domain.work.workspace as w\n"
            "given = w.Workspace.say\n"
            "w.Workspace.say = lambda self, task_id, actor, intent, text, at=None:"
            " given(self, task_id, actor, intent, text)"
        ),
        "a time may be one that no zone but its own can show": (
            "import domain.work.workspace as w\n"
            "from domain.errors import InvalidValue\n"
            "def instant(field, at, *_):\n"
            "    if at.tzinfo is None: raise InvalidValue(field, 'has no zone')\n"
            "    return at\n"
            "w.instant = instant"
        ),
        "a time without a zone is a time": (
            "import domain.work.workspace as w\n"
            "from datetime import UTC\n"
            "given = w.Workspace.say\n"
            "w.Workspace.say = lambda self, task_id, actor, intent, text, at=None:"
            " given(self, task_id, actor, intent, text, at and at.replace(tzinfo=UTC))"
        ),
        "an event forgets what it is about": (
            "import domain.work.workspace as w\n"
            "given = w.Workspace.record\n"
            "w.Workspace.record = lambda self, type_, payload, about=None:"
            " given(self, type_, payload)"
        ),
        "all events are about everything": (
            "import domain.work.workspace as w\n"
            "given = w.Workspace.events\n"
            "w.Workspace.events = lambda self, about=None, after=None, limit=20:"
            " given(self, None, after, limit)"
        ),
        "a listing of agents is of all projects": (
            "import domain.work.workspace as w\n"
            "from sqlalchemy import select\n"
            "w.Workspace.agents = lambda self, project_id, after=None, limit=20:"
            " self._pages.read(select(w.Agent), w.Agent.id, after, limit)"
        ),
    },
    "features/workspace/deleting.feature": {
        "a deleted project is only hidden": (
            "import domain.work.workspace as w\n"
            "w.Workspace.delete_project = lambda self, project_id: None"
        ),
        "a deletion takes all projects": (
            "import domain.work.workspace as w\n"
            "from sqlalchemy import delete\n"
            "def delete_project(self, project_id):\n"
            "    self.project(project_id)\n"
            "    self._session.connection().exec_driver_sql("
            "\"SELECT set_config('role', 'none', true)\")\n"
            "    self._session.execute(delete(w.Project))\n"
            "w.Workspace.delete_project = delete_project"
        ),
    },
}

OBJECTIVES: Final[Catalogue] = {
    "features/objectives/objectives.feature": {
        "a change opens no entry": (
            "from domain.work.objectives import Objectives\n"
            "given = Objectives.change\n"
            "def change(self, *a, **k):\n"
            "    self._open_entry = lambda objective: None\n"
            "    return given(self, *a, **k)\n"
            "Objectives.change = change"
        ),
        "a change closes no entry": (
            "from domain.work.objectives import Objectives\n"
            "Objectives._close_entry = lambda *_: None"
        ),
        "a change closes the entries of all objectives": (
            "import domain.work.objectives as o\n"
            "from sqlalchemy import update\n"
            "def close(self, objective_id, at):\n"
            "    self._session.execute(update(o.ObjectiveEntry)"
            ".where(o.ObjectiveEntry.valid_until.is_(None)).values(valid_until=at))\n"
            "o.Objectives._close_entry = close"
        ),
        "a change rewrites the entry that is open": (
            "import domain.work.objectives as o\n"
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
            "o.Objectives._open_entry = rewrite"
        ),
        "a change keeps the constraints there were": (
            "import domain.work.objectives as o\n"
            "given = o.Objectives.change\n"
            "o.Objectives.change = lambda self, seen, text, constraints=():"
            " given(self, seen, text, seen.constraints)"
        ),
        "a change does not look at the version": (
            "import domain.work.objectives as o\n"
            "given = o.Objectives.change\n"
            "def change(self, seen, *a, **k):\n"
            "    now = self._session.get(o.Objective, seen.id, populate_existing=True) or seen\n"
            "    return given(self, now, *a, **k)\n"
            "o.Objectives.change = change"
        ),
        "giving up does not look at the version": (
            "import domain.work.objectives as o\n"
            "given = o.Objectives.delete\n"
            "def delete(self, seen):\n"
            "    now = self._session.get(o.Objective, seen.id, populate_existing=True) or seen\n"
            "    return given(self, now)\n"
            "o.Objectives.delete = delete"
        ),
        "a history runs backwards with the clock": (
            "import domain.work.objectives as o\n"
            "o.func = type('F', (), {'greatest': staticmethod(lambda now, other: now)})"
        ),
        "there may be any number of constraints": (
            "import domain.work.objectives as o\no.MOST_CONSTRAINTS = 1000"
        ),
        "constraints are not looked at": (
            "import domain.work.objectives as o\n"
            "o.line = lambda field, value, longest: value or 'none'"
        ),
    },
}
