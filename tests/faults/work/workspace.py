"""Projects, agents, turns and events: what can be wrong with them."""

from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import delete, select, update

from domain.database import rows
from domain.errors import InvalidValue
from domain.values import ABSOLUTE_PATH, formed
from domain.work import workspace
from domain.work.projects import Agent, Project, SlugAlreadyUsed
from domain.work.turns_and_events import TurnActor
from domain.work.workspace import Workspace
from tests.faults.catalogue import fault
from tests.faults.replacing import become_owner


@fault("a taken path is reported as a taken slug", noticed_by="workspace/projects")
def taken_path_is_reported_as_slug(patch: MonkeyPatch) -> None:
    patch.setattr(workspace, "PathAlreadyUsed", SlugAlreadyUsed)


@fault("a taken session goes up as the database's own error", noticed_by="workspace/projects")
def taken_session_goes_up_as_databases_own_error(patch: MonkeyPatch) -> None:
    patch.setattr(rows, "translating", lambda *_: nullcontext())


@fault("any path will do", noticed_by="workspace/projects")
def any_path_will_do(patch: MonkeyPatch) -> None:
    patch.setattr(
        workspace,
        "formed",
        lambda field, value, form: value if form is ABSOLUTE_PATH else formed(field, value, form),
    )


@fault("a score may be beyond a hundred", noticed_by="workspace/projects")
def score_may_be_beyond_hundred(patch: MonkeyPatch) -> None:
    patch.setattr(workspace, "HIGHEST_SCORE", 1000)


@fault("a priority keeps its first time", noticed_by="workspace/projects")
def priority_keeps_its_first_time(patch: MonkeyPatch) -> None:
    original = Workspace._set_priority

    def set_priority(
        self: Workspace, agent_id: int, score: int | None, reason: str | None, at: datetime | None
    ) -> Agent:
        agent = self.agent(agent_id)
        return original(self, agent_id, score, reason, at and (agent.priority_at or at))

    patch.setattr(Workspace, "_set_priority", set_priority)


@fault("a priority is set for all agents", noticed_by="workspace/projects")
def priority_is_set_for_all_agents(patch: MonkeyPatch) -> None:
    original = Workspace._set_priority

    def set_priority(
        self: Workspace, agent_id: int, score: int | None, reason: str | None, at: datetime | None
    ) -> Agent:
        agent = original(self, agent_id, score, reason, at)
        become_owner(self._session)
        self._session.execute(
            update(Agent).values(priority_score=score, priority_reason=reason, priority_at=at)
        )
        return agent

    patch.setattr(Workspace, "_set_priority", set_priority)


@fault("a turn always comes from the user", noticed_by="workspace/chain")
def turn_always_comes_from_user(patch: MonkeyPatch) -> None:
    original = Workspace.say
    patch.setattr(
        Workspace,
        "say",
        lambda self, task_id, actor, *a, **k: original(self, task_id, TurnActor.USER, *a, **k),
    )


@fault("the time of a turn is not believed", noticed_by="workspace/chain")
def time_of_turn_is_not_believed(patch: MonkeyPatch) -> None:
    original = Workspace.say
    patch.setattr(
        Workspace,
        "say",
        lambda self, task_id, actor, intent, text, at=None: original(
            self, task_id, actor, intent, text
        ),
    )


@fault("a time may be one that no zone but its own can show", noticed_by="workspace/chain")
def time_out_of_range_is_accepted(patch: MonkeyPatch) -> None:
    def instant(field: str, at: datetime, *_: Any) -> datetime:
        if at.tzinfo is None:
            raise InvalidValue(field, "has no zone")
        return at

    patch.setattr(workspace, "instant", instant)


@fault("a time without a zone is a time", noticed_by="workspace/chain")
def time_without_zone_is_time(patch: MonkeyPatch) -> None:
    original = Workspace.say
    patch.setattr(
        Workspace,
        "say",
        lambda self, task_id, actor, intent, text, at=None: original(
            self, task_id, actor, intent, text, at and at.replace(tzinfo=UTC)
        ),
    )


@fault("an event forgets what it is about", noticed_by="workspace/chain")
def event_forgets_what_it_is_about(patch: MonkeyPatch) -> None:
    original = Workspace.record
    patch.setattr(
        Workspace, "record", lambda self, type_, payload, about=None: original(self, type_, payload)
    )


@fault("all events are about everything", noticed_by="workspace/chain")
def all_events_are_about_everything(patch: MonkeyPatch) -> None:
    original = Workspace.events
    patch.setattr(
        Workspace,
        "events",
        lambda self, about=None, after=None, limit=20: original(self, None, after, limit),
    )


@fault("a listing of agents is of all projects", noticed_by="workspace/chain")
def listing_of_agents_is_of_all_projects(patch: MonkeyPatch) -> None:
    patch.setattr(
        Workspace,
        "agents",
        lambda self, project_id, after=None, limit=20: self._pages.read(
            select(Agent), Agent.id, after, limit
        ),
    )


@fault("a deleted project is only hidden", noticed_by="workspace/deleting")
def deleted_project_is_only_hidden(patch: MonkeyPatch) -> None:
    patch.setattr(Workspace, "delete_project", lambda self, project_id: None)


@fault("a deletion takes all projects", noticed_by="workspace/deleting")
def deletion_takes_all_projects(patch: MonkeyPatch) -> None:
    def delete_project(self: Workspace, project_id: int) -> None:
        self.project(project_id)
        become_owner(self._session)
        self._session.execute(delete(Project))

    patch.setattr(Workspace, "delete_project", delete_project)
