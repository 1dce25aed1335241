"""Common functions of the benchmarks: a temporary server, and the words for a verdict."""

from contextlib import ExitStack

from pgharness.core.run_directory import Run
from pgharness.servers import embedded, provision
from pgharness.servers.embedded import EmbeddedServer


def own_server(cleanups: ExitStack) -> tuple[Run, EmbeddedServer]:
    """Start a server with the settings of test runs and print its version; `cleanups` stop it."""
    run = Run.begin()
    cleanups.callback(run.close)
    server = embedded.start(run, cleanups)
    print(f"PostgreSQL {provision.check(server.url)}, embedded, without durability")
    return run, server


def verdict(holds: bool) -> str:  # noqa: FBT001 (the only argument)
    """Return the words that follow a bound in the output."""
    return "holds" if holds else "DOES NOT HOLD"
