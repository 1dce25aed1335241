"""Faults of the harness in what it reads of others' databases."""

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.databases import ownership
from tests.servers.test_foreign_databases import (
    test_a_comment_of_others_is_no_mark_and_does_no_harm as no_mark,
)
from tests.servers.test_foreign_databases import (
    test_a_run_goes_on_beside_databases_of_any_name_and_comment as goes_on,
)


@fault("names of others are taken for text of the server's encoding", noticed_by=goes_on)
def names_are_text(patch: MonkeyPatch) -> None:
    text = "SELECT convert_to(datname, 'UTF8'), oid, NULL::bytea FROM pg_database"
    patch.setattr(ownership, "FOUND", text)


@fault("what others wrote is shown as it is", noticed_by=no_mark)
def shown_as_it_is(patch: MonkeyPatch) -> None:
    patch.setattr(ownership, "shown", str)
