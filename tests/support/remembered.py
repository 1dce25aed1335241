"""What is the same in all runs of one process's forks, found out once."""

from collections.abc import Sequence
from functools import cache
from typing import Any, Final

from _pytest.monkeypatch import MonkeyPatch
from behave import runner_util
from behave.model import Feature
from behave.parser import parse_file

from pgharness.adapters.behave import hooks
from pgharness.databases.migrators import Alembic
from pgharness.results.recording import environment
from pgharness.results.recording.documents import Documents
from pgharness.results.recording.events import Events
from pgharness.results.recording.places import Places
from tests.support.repository import ROOT

SETTINGS: Final = ROOT / "pyproject.toml"
"""Names the service's revisions."""

FEATURES: Final = frozenset((ROOT / "features").rglob("*.feature"))


def remember() -> None:
    """Find out the digest of the revisions, and the commit; parse each feature once."""
    patch = MonkeyPatch()
    give_fingerprint(patch, Alembic(SETTINGS).fingerprint())
    revision = cache(environment.revision)
    revision(ROOT)
    patch.setattr(hooks, "revision", revision)
    patch.setattr(runner_util.gherkin, "parse_file", parse_once)
    patch.setattr(Documents, "_parsed", parse_document_once)


def give_fingerprint(patch: MonkeyPatch, digest: str) -> None:
    """Let this be the digest of the service's revisions."""
    original = Alembic.fingerprint
    patch.setattr(
        Alembic,
        "fingerprint",
        lambda self: digest if self.config_file == SETTINGS else original(self),
    )


_read: Final[dict[str, Feature]] = {}
"""Features by their files; no run has changed them: each fork has its own."""
_documents: Final[dict[tuple[str, str], Any]] = {}
"""What reports say of them, by the file as it is in a stream, and by its text."""

parse_document: Final = Documents._parsed


def parse_once(filename: str, language: str | None = None) -> Feature | None:
    """Return a feature that was parsed before the fork: the first time, as a run changes it."""
    known = _read.pop(filename, None) if language is None else None
    return known or parse_file(filename, language)


def parse_document_once(self: Documents, feature: Feature, uri: str, data: str) -> Any:
    """Return the document and the pickles of a feature that was parsed before the fork."""
    known = _documents.pop((uri, data), None)
    return known or parse_document(self, feature, uri, data)


def read_features(arguments: Sequence[str]) -> None:
    """Parse the features of the service that a run names, for all runs that name them."""
    for argument in arguments:
        file = ROOT / argument.partition(":")[0]
        if file not in FEATURES or str(file) in _read:
            continue
        if (feature := parse_file(str(file))) is not None:
            _read[str(file)] = feature
            uri, text = file.relative_to(ROOT).as_posix(), file.read_text("utf-8")
            events = Events([])
            events.continue_in_fork(uri, lambda _: None)  # so that no id is given twice
            made = Documents(events, Places(ROOT))
            _documents[uri, text] = parse_document(made, feature, uri, text)
