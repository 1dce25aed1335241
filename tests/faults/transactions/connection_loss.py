"""Connections that are lost: what can be wrong with telling so."""

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import create_engine
from sqlalchemy.engine import ExceptionContext

from domain.database import connections
from domain.database.connections import CommitOutcome
from domain.database.late_sessions import LateSession
from tests.faults.catalogue import fault
from tests.faults.replacing import report_every_loss_as


@fault("what cannot be read is reported as a lost connection", noticed_by="transactions/lost")
def unreadable_is_reported_as_lost(patch: MonkeyPatch) -> None:
    def note_loss(context: ExceptionContext) -> None:
        context.is_disconnect = True

    patch.setattr(connections, "note_loss", note_loss)


@fault(
    "a connection that cannot be opened is no lost one",
    noticed_by="transactions/lost",
    tags="@transactions-43",
)
def unopened_is_not_lost(patch: MonkeyPatch) -> None:
    original = connections.note_loss

    def note_loss(context: ExceptionContext) -> None:
        if context.connection is not None:
            original(context)

    patch.setattr(connections, "note_loss", note_loss)


@fault("a lost commit is reported as not committed", noticed_by="transactions/lost")
def lost_commit_is_reported_as_undone(patch: MonkeyPatch) -> None:
    report_every_loss_as(patch, CommitOutcome.NOT_COMMITTED)


@fault("every lost connection is reported as undecided", noticed_by="transactions/lost")
def every_loss_is_undecided(patch: MonkeyPatch) -> None:
    report_every_loss_as(patch, CommitOutcome.UNDECIDED)


@fault("the failure of a rollback hides what it is for", noticed_by="transactions/lost")
def failure_of_rollback_hides_what_it_is_for(patch: MonkeyPatch) -> None:
    patch.setattr(LateSession, "abandon", lambda self: self.close())


@fault("a pooled connection is used unseen", noticed_by="transactions/lost")
def pooled_connection_is_used_unseen(patch: MonkeyPatch) -> None:
    patch.setattr(
        connections,
        "create_engine",
        lambda url, **k: create_engine(url, **{**k, "pool_pre_ping": False}),
    )
