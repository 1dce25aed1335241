"""The process that `fork_server` starts: it imports modules, then forks itself for each run.

It has no threads and no connections, so that a fork has all that it had. It ends when the other
side closes its standard input, over which the orders come.
"""

import gc
import importlib
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import distributions
from io import TextIOWrapper
from pathlib import Path
from types import ModuleType
from typing import IO, Any, Final, Self, TextIO

from _pytest import assertion
from _pytest.config import _iter_rewritable_modules, get_config

import breaking
from broken import REPOSITORY, faults_on_path

STREAMS: Final = 3
STDERR: Final = 2

TESTS: Final = (breaking.TESTS, Path(REPOSITORY, "tests"))

OF_EACH_RUN: Final = ("pgharness.adapters.behave", "pgharness.adapters.starting")
"""What has an effect when it is imported: it looks at who does it, and handles signals."""


PAGE: Final = "pgharness.results.page.rendering"


def load(names: Iterable[str]) -> None:
    """Import modules; of a package whose name ends with `.*`, all that are in it."""
    for name in names:
        package = importlib.import_module(name.removesuffix(".*"))
        if name.endswith(".*"):
            load(modules(package.__path__, f"{package.__name__}."))


@contextmanager
def rewriting() -> Iterator[None]:
    """Let pytest rewrite what is imported now: it warns of plugins that it did not import."""
    hook = assertion.install_importhook(get_config())
    plugins = (
        found
        for found in distributions()
        if any(entry.group == "pytest11" for entry in found.entry_points)
    )
    files = (str(file) for found in plugins for file in found.files or [])
    hook.mark_rewrite("pgharness", *_iter_rewritable_modules(files))
    yield
    sys.meta_path.remove(hook)


def leave_to_runs() -> None:
    """Let each run import what has an effect then; not what is in these packages."""
    for name in OF_EACH_RUN:
        sys.modules.pop(name, None)


def compile_templates() -> None:
    """Compile the templates of the page, where it is loaded: most of what a short run executes."""
    if page := sys.modules.get(PAGE):
        environment = page._environment()
        for name in environment.list_templates():
            environment.get_template(name)


def modules(folders: Iterable[str], prefix: str) -> Iterator[str]:
    """Yield the names of all modules in a package."""
    for found in pkgutil.iter_modules(folders, prefix):
        if not found.name.endswith((".__main__", ".starting")):
            yield f"{found.name}.*" if found.ispkg else found.name


def main() -> None:
    """Load, then fork for each order; in a fork, be the run."""
    own = sys.path[1:]
    sys.path[0] = str(Path.cwd())  # as with `python -m`, not the folder of this file
    with rewriting():
        load(sys.argv[1:])
    leave_to_runs()
    compile_templates()
    gc.collect()
    gc.freeze()
    assert threading.active_count() == 1, "a fork would not have the other threads"
    orders = socket.socket(fileno=0)
    with Children() as children:
        for streams, lines in received(orders, children):
            order = json.loads(lines.readline())
            load_fault(order["environment"])
            child = os.fork()
            if not child:
                lines.close()
                break
            for stream in streams:
                os.close(stream)
            print(child, file=lines, flush=True)
            children.answers[child] = lines
        else:
            return
    orders.detach()
    become(order, streams, own)


class Children:
    """The runs that have not ended, each with the stream on which its exit code is awaited.

    A run's end wakes the server, which waits for the next order: runs may be many at a time.
    """

    def __init__(self) -> None:
        self.answers: dict[int, IO[str]] = {}
        self.woken, self._waking = socket.socketpair()

    def __enter__(self) -> Self:
        """Begin to be woken by the end of a run."""
        self._waking.settimeout(0)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.set_wakeup_fd(self._waking.fileno(), warn_on_full_buffer=False)
        return self

    def __exit__(self, *_: object) -> None:
        """Have nothing to do with them any more, as in a fork."""
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        for lines in self.answers.values():
            lines.close()
        self.woken.close()
        self._waking.close()

    def tell(self) -> None:
        """Tell the exit codes of the runs that have ended since the last time."""
        self.woken.recv(select.PIPE_BUF)
        for child, lines in [*self.answers.items()]:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                with self.answers.pop(child):
                    print(os.waitstatus_to_exitcode(status), file=lines, flush=True)


def received(orders: socket.socket, children: Children) -> Iterator[tuple[list[int], IO[str]]]:
    """Yield the streams of each order, and where its answers go; end when all runs have, too."""
    waited = [orders, children.woken]
    while orders in waited or children.answers:
        ready, *_ = select.select(waited, [], [])
        if children.woken in ready:
            children.tell()
        if orders not in ready:
            continue
        _, files, *_ = socket.recv_fds(orders, 1, STREAMS + 1)
        if not files:
            waited.remove(orders)
            continue
        *streams, answering = files
        with socket.socket(fileno=answering) as answers:
            yield streams, answers.makefile("rw", encoding="utf-8")


def become(order: dict[str, Any], streams: list[int], path: list[str]) -> None:
    """Be a new process that runs `python -m` with these arguments."""
    os.setsid()
    signal.alarm(order["patience"])
    os.chdir(order["folder"])
    os.environ.clear()
    os.environ.update(order["environment"])
    time.tzset()
    tempfile.tempdir = None
    for number, stream in enumerate(streams):
        os.dup2(stream, number)
    for stream in {*streams} - {*range(STREAMS)}:
        os.close(stream)
    sys.stdin = opened(0, "r", sys.stdin)
    sys.stdout = opened(1, "w", sys.stdout)
    sys.stderr = opened(2, "w", sys.stderr)
    sys.path[:] = [order["folder"], *path]
    importlib.invalidate_caches()
    inject_fault()
    sys.argv[:] = order["arguments"]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


def load_fault(environment: Mapping[str, str]) -> None:
    """Import the fault that an environment names, with the tests that it names, for all forks."""
    if place := environment.get(breaking.VARIABLE):
        with faults_on_path([*sys.path]):
            breaking.injection(place)


def inject_fault() -> None:
    """Inject the fault that the environment names; the run sees none of our modules of tests."""
    if breaking.VARIABLE not in os.environ:
        return
    if page := sys.modules.get(PAGE):
        page._environment.cache_clear()  # what the fault patches may be in it
    with faults_on_path([*sys.path]):
        breaking.inject_from_environment()
    for name, module in [*sys.modules.items()]:
        file = Path(getattr(module, "__file__", None) or "")
        if any(file.is_relative_to(tests) for tests in TESTS):
            _hidden.append(sys.modules.pop(name))
    leave_to_runs()


_hidden: Final[list[ModuleType]] = []
"""They stay alive: the fault is one of their functions."""


def opened(number: int, mode: str, like: TextIO) -> TextIO:
    """Open a standard stream as an interpreter does when it starts."""
    assert isinstance(like, TextIOWrapper)
    stream = os.fdopen(number, mode, encoding=like.encoding, errors=like.errors, closefd=False)
    assert isinstance(stream, TextIOWrapper)
    stream.reconfigure(
        line_buffering=number == STDERR or stream.isatty(), write_through=like.write_through
    )
    return stream


if __name__ == "__main__":
    main()
