"""A connection that a test leaves open, of which nothing says where it was opened."""

from _pytest.monkeypatch import MonkeyPatch

import test_pytest_leaks
from breaking import fault
from pgharness.databases import leaks


@fault(
    "nothing is noted of a connection that no engine opens",
    noticed_by=test_pytest_leaks.test_what_a_test_leaves_open_is_its_error_and_names_the_line,
)
def nothing_is_noted(patch: MonkeyPatch) -> None:
    patch.setattr(leaks, "note_openers", lambda: None)
