"""What the benchmarks share: a server of their own, and in which words a bound holds."""

from contextlib import ExitStack

from pgharness.core.run_directory import Run
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer


def own_server(cleanups: ExitStack) -> tuple[Run, EmbeddedServer]:
    """Start a server, as scenarios have it, and print which it is; `cleanups` end it."""
    run = Run.begin()
    cleanups.callback(run.close)
    server = embedded.start(run, cleanups)
    print(f"PostgreSQL {provision.check(server.url)}, embedded, without durability")
    return run, server


def verdict(holds: bool) -> str:  # noqa: FBT001 (it is what is said)
    """Return in words whether something holds."""
    return "holds" if holds else "DOES NOT HOLD"
