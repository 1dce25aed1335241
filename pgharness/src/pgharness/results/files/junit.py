"""JUnit files of a run: one for each feature, and one for the run if it did not end normally."""

import fcntl
import hashlib
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO, Final, Self

from junitparser import Error

from pgharness.core.errors import HarnessError
from pgharness.results.files.junit_cases import Document, Entry, add_feature, hook_entry
from pgharness.results.files.whole import replacing, within_here
from pgharness.results.model import Run
from pgharness.results.text import plain
from pgharness.results.wording import UNFINISHED, own_problem

JUNIT_FILES: Final = "TESTS-*.xml"
LIST: Final = ".postgres-acceptance"
"""The list of the files that the last run wrote; a run holds a lock on it.

The kernel releases the lock when the process ends. A file is listed before it is written, so that
the list includes files of a killed run, but none of other programs.
"""
RUN: Final = ".run"
"""The name of the run's own file, which no feature's file can have (see `name_of`)."""

LONGEST: Final = 200
"""Bytes in a file's name, of which file systems allow 255."""


class JUnitDirectory:
    """A directory of JUnit files that belongs to one run at a time.

    A context manager around the whole run. The run's own file exists from the beginning, so that
    the reports of a killed run show a failure. `in_cases` writes properties, place and steps to
    each case, as pytest does; no schema allows it.
    """

    def __init__(self, directory: Path, *, in_cases: bool = False) -> None:
        self._directory = directory
        self._in_cases = in_cases
        self._listed: IO[str] | None = None
        self._began = datetime.now(UTC)

    def __enter__(self) -> Self:
        """Remove the files of the last run, and write the file of an unfinished run.

        Raises `HarnessError`, without a change, if the directory cannot be written, or another run
        writes to it.
        """
        try:
            self._listed = _take(self._directory)
        except OSError as error:
            another = isinstance(error, BlockingIOError)
            reason = "another run is writing there" if another else error.strerror
            raise HarnessError(
                f"no reports can be written to {within_here(self._directory)} ({reason}): name"
                " another place with --junit-directory, or do without them by --no-junit."
            ) from None
        self._write_run(Run(started=self._began), UNFINISHED)
        return self

    def finish(self, run: Run, *, features: str = "features") -> None:
        """Write the files of the run's features, and write or remove the run's own file.

        `features` is the folder of all features: the files are named by the paths below it.
        """
        for feature in run.features:
            name = name_of(feature.uri, features)
            document = Document(name, self._in_cases)
            add_feature(document, feature, run.started)
            if len(document.root):
                self._write(document)
        problem = own_problem(run)
        if problem or any(hook.status.is_failure for hook in run.hooks):
            self._write_run(run, problem)
        else:
            self._path(RUN).unlink(missing_ok=True)

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Write the error to the run's own file if there is one, and release the directory."""
        if error is not None:
            ended = f"The run broke off: {type(error).__name__}: {error}"
            message = str(error) if isinstance(error, HarnessError) else ended
            self._write_run(Run(started=self._began), message)
        assert self._listed is not None
        fcntl.flock(self._listed, fcntl.LOCK_UN)  # a fork of a step has the lock too
        self._listed.close()

    def _write_run(self, run: Run, problem: str) -> None:
        document = Document(RUN, self._in_cases)
        document.add_suite("The run", _run_entries(run, problem), began=run.started)
        self._write(document)

    def _write(self, document: Document) -> None:
        path = self._path(document.package)
        assert self._listed is not None
        try:
            print(path.name, file=self._listed, flush=True)
            with replacing(path) as partial:  # the folder may have been removed
                document.root.write(str(partial))
        except OSError as error:
            raise HarnessError(f"{path.name} cannot be written ({error.strerror}).") from None

    def _path(self, name: str) -> Path:
        encoded = os.fsencode(name)
        if len(encoded) > LONGEST:
            digest = hashlib.sha256(encoded).hexdigest()[:12]
            name = f"{encoded[:LONGEST].decode('utf-8', 'ignore')}.{digest}"
        return self._directory / JUNIT_FILES.replace("*", name)


def write(run: Run, directory: Path, *, features: str = "features", in_cases: bool = False) -> None:
    """Write the files of a run that is over, instead of those of the last run.

    Raises `HarnessError` if the directory cannot be written, or a run writes to it.
    """
    with JUnitDirectory(directory, in_cases=in_cases) as reports:
        reports.finish(run, features=features)


def name_of(uri: str, features: str = "features") -> str:
    """Return the name of a feature's file in reports: its path below the features' folder.

    `features/accounts/listing.feature` is `accounts.listing`. Names are unique: a dot in a file
    name is percent-encoded.
    """
    path = PurePosixPath(os.path.relpath(f"/{uri}", f"/{features}")).with_suffix("")
    return ".".join(part.replace("%", "%25").replace(".", "%2E") for part in path.parts)


def _run_entries(run: Run, problem: str) -> Iterator[Entry]:
    if problem:
        result = Error(plain(problem), "unfinished" if run.finished is None else "failed")
        result.text = plain(problem)
        yield Entry(title="The run", seconds=run.duration, line=0, result=result)
    for hook in run.hooks:
        if hook.status.is_failure:
            yield hook_entry(hook)


def _take(directory: Path) -> IO[str]:
    """Lock the directory's list, remove the files in it, and return it empty."""
    with ExitStack() as given_up:
        directory.mkdir(parents=True, exist_ok=True)
        listed = given_up.enter_context(
            (directory / LIST).open("a+", encoding="utf-8", errors="surrogateescape")
        )
        fcntl.flock(listed, fcntl.LOCK_EX | fcntl.LOCK_NB)
        listed.seek(0)
        former = set(listed.read().splitlines())
        for report in directory.glob(JUNIT_FILES):
            if report.name in former:
                report.unlink()
        listed.truncate(0)
        given_up.pop_all()
    return listed
