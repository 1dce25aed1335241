"""Connections that are lost: what can be wrong with telling so."""

import psycopg
from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import create_engine

from domain import transactions
from domain.database import connections
from domain.database.connections import CommitOutcome, failures
from tests.faults.catalogue import fault


@fault("what cannot be read is reported as a lost connection", noticed_by="transactions/lost")
def unreadable_is_reported_as_lost(patch: MonkeyPatch) -> None:
    patch.setattr(connections, "OperationalError", psycopg.Error)


@fault("a lost commit is reported as not committed", noticed_by="transactions/lost")
def lost_commit_is_reported_as_undone(patch: MonkeyPatch) -> None:
    patch.setattr(
        transactions,
        "failures",
        lambda timeouts, outcome: failures(timeouts, CommitOutcome.NOT_COMMITTED),
    )


@fault("every lost connection is reported as undecided", noticed_by="transactions/lost")
def every_loss_is_undecided(patch: MonkeyPatch) -> None:
    patch.setattr(
        transactions,
        "failures",
        lambda timeouts, outcome: failures(timeouts, CommitOutcome.UNDECIDED),
    )


@fault("the failure of a rollback hides what it is for", noticed_by="transactions/lost")
def failure_of_rollback_hides_what_it_is_for(patch: MonkeyPatch) -> None:
    patch.setattr(transactions, "_ended", lambda session: session)


@fault("a pooled connection is used unseen", noticed_by="transactions/lost")
def pooled_connection_is_used_unseen(patch: MonkeyPatch) -> None:
    patch.setattr(
        connections,
        "create_engine",
        lambda url, **k: create_engine(url, **{**k, "pool_pre_ping": False}),
    )
