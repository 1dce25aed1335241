"""What a crash of the server brings to light."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from queue import SimpleQueue
from threading import Thread
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Engine, create_engine, event

from domain import transactions
from domain.database import connections
from domain.database.connections import CommitOutcome, engine_for
from domain.database.late_sessions import LateSession
from domain.database.schema import Role
from domain.database.tenancy import bind
from domain.transactions import Domain, _Caller
from domain.work.objectives import Objective, Objectives
from domain.work.turns_and_events import Turn
from domain.work.workspace import Workspace
from features.support import connecting
from pgharness.servers import embedded
from tests.faults.catalogue import fault
from tests.faults.replacing import commit, report_every_loss_as


def commit_asynchronously(patch: MonkeyPatch) -> None:
    def asynchronous(*arguments: Any, **options: Any) -> Engine:
        engine = engine_for(*arguments, **options)

        @event.listens_for(engine, "do_connect")
        def connect(dialect: Any, record: Any, arguments: Any, options: dict[str, Any]) -> None:
            options["options"] += " -c synchronous_commit=off"

        return engine

    patch.setattr(connecting, "engine_for", asynchronous)


def start_without(patch: MonkeyPatch, setting: str) -> None:
    """Start embedded servers with a setting that is off."""
    original = embedded._begun
    patch.setattr(
        embedded,
        "_begun",
        lambda home, binaries, owner, settings, cleanups: original(
            home, binaries, owner, {**settings, setting: "off"}, cleanups
        ),
    )


@fault(
    "the service commits asynchronously, to be faster",
    noticed_by="transactions/durability",
    own_server=True,
)
def service_commits_asynchronously_to_be_faster(patch: MonkeyPatch) -> None:
    commit_asynchronously(patch)


@fault(
    "what the service commits asynchronously is lost",
    noticed_by="transactions/durability",
    own_server=True,
    tags="@transactions-35",
)
def what_service_commits_asynchronously_is_lost(patch: MonkeyPatch) -> None:
    commit_asynchronously(patch)


@fault("the server runs with fsync off", noticed_by="transactions/durability", own_server=True)
def server_runs_with_fsync_off(patch: MonkeyPatch) -> None:
    start_without(patch, "fsync")


@fault(
    "the server runs with full_page_writes off",
    noticed_by="transactions/durability",
    own_server=True,
)
def server_runs_with_full_page_writes_off(patch: MonkeyPatch) -> None:
    start_without(patch, "full_page_writes")


@fault(
    "the server runs with synchronous_commit off",
    noticed_by="transactions/durability",
    own_server=True,
)
def server_runs_with_synchronous_commit_off(patch: MonkeyPatch) -> None:
    start_without(patch, "synchronous_commit")


@fault(
    "a unit of work is acknowledged while it is still being committed",
    noticed_by="transactions/durability",
    own_server=True,
    tags="@transactions-32",
)
def work_is_acknowledged_too_early(patch: MonkeyPatch) -> None:
    waiting: SimpleQueue[LateSession] = SimpleQueue()

    def commit_late() -> None:
        late: list[LateSession] = []
        while True:
            late.append(waiting.get())
            if len(late) > 4:
                with suppress(Exception), late.pop(0) as session:
                    session.commit()

    @contextmanager
    def unit_of_work(self: Domain, caller: _Caller) -> Iterator[LateSession]:
        session = caller.session(self._engine)
        with caller.translating(CommitOutcome.NOT_COMMITTED):
            yield session
            session.flush()
        waiting.put(session)

    Thread(target=commit_late, daemon=True).start()
    patch.setattr(Domain, "_unit_of_work", unit_of_work)


@fault(
    "a unit of work is committed in two transactions",
    noticed_by="transactions/durability",
    own_server=True,
    tags="@transactions-33",
)
def work_is_committed_in_two_parts(patch: MonkeyPatch) -> None:
    original = Workspace.say

    def say(self: Workspace, *arguments: Any, **options: Any) -> Turn:
        said = original(self, *arguments, **options)
        self._session.connection().exec_driver_sql("COMMIT")
        bind(self._session, Role.TENANT, self._owner_id)
        return said

    patch.setattr(Workspace, "say", say)


@fault(
    "an objective is committed as soon as it is changed",
    noticed_by="transactions/durability",
    own_server=True,
)
def objective_is_committed_at_once(patch: MonkeyPatch) -> None:
    original = Objectives.change

    def change(self: Objectives, *arguments: Any, **options: Any) -> Objective:
        changed = original(self, *arguments, **options)
        commit(self._session)
        return changed

    patch.setattr(Objectives, "change", change)


@fault(
    "what is being committed when the connection is lost is said to be undone",
    noticed_by="transactions/durability",
    own_server=True,
)
def lost_commit_is_reported_as_undone(patch: MonkeyPatch) -> None:
    report_every_loss_as(patch, CommitOutcome.NOT_COMMITTED)


@fault(
    "a pool hands out the connections that the crash has cut",
    noticed_by="transactions/durability",
    own_server=True,
)
def pool_hands_out_cut_connections(patch: MonkeyPatch) -> None:
    patch.setattr(
        connections,
        "create_engine",
        lambda url, **k: create_engine(url, **{**k, "pool_pre_ping": False}),
    )


@fault(
    "a lost connection goes up as the driver's error",
    noticed_by="transactions/durability",
    own_server=True,
)
def loss_is_the_drivers_error(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "translating", lambda *_: nullcontext())
