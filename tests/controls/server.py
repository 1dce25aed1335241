"""A server that is started with other settings."""

from typing import Any

from _pytest.monkeypatch import MonkeyPatch

from pgharness.servers.embedded import EmbeddedServer
from tests.controls.catalogue import control
from tests.controls.effects import shows


def start_with(patch: MonkeyPatch, **settings: str) -> None:
    """Start each server of the run with these settings besides its own."""
    original = EmbeddedServer.__init__

    def made(self: EmbeddedServer, folders: Any, binaries: Any, owner: Any, given: Any) -> None:
        original(self, folders, binaries, owner, {**given, **settings})

    patch.setattr(EmbeddedServer, "__init__", made)


@control(
    "the server vacuums nothing by itself",
    *("migrations/waiting", "migrations/history_whole"),
    own_server=True,
    effect=shows(autovacuum="off"),
)
def no_autovacuum(patch: MonkeyPatch) -> None:
    start_with(patch, autovacuum="off")


@control(
    "the server has little memory",
    *("tenancy/plans", "harness/test_database"),
    own_server=True,
    effect=shows(shared_buffers="1MB"),
)
def little_shared_memory(patch: MonkeyPatch) -> None:
    start_with(patch, shared_buffers="1MB", max_connections="40", max_worker_processes="4")


@control(
    "the server logs each connection and each lock",
    *("transactions/lost",),
    own_server=True,
    effect=shows(log_connections="on"),
)
def logs_connections(patch: MonkeyPatch) -> None:
    start_with(
        patch,
        log_connections="on",
        log_disconnections="on",
        log_line_prefix="%m [%p] %q%u@%d %a ",
        log_min_messages="debug1",
    )


@control(
    "the server writes for others to follow",
    *("transactions/durability",),
    own_server=True,
    effect=shows(wal_level="logical"),
)
def logical_wal(patch: MonkeyPatch) -> None:
    start_with(patch, wal_level="logical", wal_compression="pglz", max_wal_senders="4")
