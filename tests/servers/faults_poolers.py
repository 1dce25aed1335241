"""Faults of the harness with a connection pooler before the server."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.servers import provision
from tests.servers.test_poolers import IGNORING
from tests.servers.test_poolers import test_a_run_through_pgbouncer_is_refused_by_name as refused


@fault(
    "a pooler passes for a server",
    noticed_by=refused,
    settings=f"pool_mode = transaction\n{IGNORING}",
)
def pooler_is_server(patch: MonkeyPatch) -> None:
    patch.setattr(provision, "is_pooled", lambda _: False)


@fault(
    "what a pooler refuses is blamed on the URL",
    noticed_by=refused,
    settings="pool_mode = session",
)
def pooler_is_wrong_url(patch: MonkeyPatch) -> None:
    patch.setattr(provision, "UNSUPPORTED", "no server says this")
