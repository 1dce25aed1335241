"""An embedded server that is begun while the run is still loaded: initdb takes 0.4 s."""

import os
from contextlib import ExitStack
from typing import Final

from pgharness.core.errors import HarnessError
from pgharness.core.options import Options, ServerKind
from pgharness.core.run_directory import Run
from pgharness.servers import docker_engine, embedded
from pgharness.servers.embedded import EmbeddedServer

KINDS: Final = (ServerKind.AUTO, ServerKind.EMBEDDED)
"""The kinds that a run may ask for and get an embedded server."""


class EarlyServer:
    """The directory of a run and the server in it, until the run takes them."""

    def __init__(self) -> None:
        self._cleanups = ExitStack()
        self._begun: tuple[Run, EmbeddedServer] | None = None
        self._is_taken = False
        self._pid = os.getpid()

    def begin(self, options: Options) -> None:
        """Begin the server if a run with these options will certainly start an embedded one.

        Errors are not raised here: the run meets them again, where it reports them.
        """
        if options.kind is ServerKind.AUTO and not docker_engine.is_absent():
            return
        if options.kind not in KINDS:
            return
        try:
            run = Run.begin()
            self._cleanups.callback(run.close)
            self._begun = run, embedded.begin(run, self._cleanups)
        except (HarnessError, OSError):
            self.close()

    def take(self, options: Options, cleanups: ExitStack) -> tuple[Run, EmbeddedServer] | None:
        """Return what was begun, if the run can use it; from now on `cleanups` remove it."""
        if self._begun is None or options.kind not in KINDS:
            return None
        cleanups.callback(self._cleanups.close)
        self._is_taken = True
        return self._begun

    def close(self) -> None:
        """Remove what was not taken; does nothing in a fork of the process."""
        if os.getpid() == self._pid and not self._is_taken:
            self._cleanups.close()


def begin_run(
    early: EarlyServer | None, options: Options, cleanups: ExitStack
) -> tuple[Run, EmbeddedServer | None]:
    """Return a run, and its server if that was begun early; `cleanups` remove both."""
    if early is not None and (taken := early.take(options, cleanups)):
        return taken
    run = Run.begin()
    cleanups.callback(run.close)
    return run, None
