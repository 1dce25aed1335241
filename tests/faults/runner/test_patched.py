"""Which examples may notice a hand-made fault: by what it patches."""

from collections.abc import Iterator
from typing import Final

import pytest
from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import Select

from breaking import Injection
from domain import transactions
from domain.identity import accounts
from domain.identity.accounts import Accounts, User
from domain.identity.hashing import Hasher
from pgharness.databases.templates import RunDatabases
from tests.faults import patched
from tests.faults.catalogue import Fault, every_fault
from tests.faults.patched import Patched
from tests.faults.source import covering

FILE: Final = "domain/identity/accounts.py"
CHANGE: Final = Patched(FILE, "Accounts._change")


def replace(owner: object, name: str) -> Injection:
    def inject(patch: MonkeyPatch) -> None:
        patch.setattr(owner, name, None)

    return inject


def replace_item(patch: MonkeyPatch) -> None:
    patch.setitem({}, "a", 1)


@pytest.mark.parametrize(
    ("inject", "expected"),
    [
        pytest.param(replace(Accounts, "_change"), CHANGE, id="a method"),
        pytest.param(replace(User, "active"), Patched(FILE, "User.active"), id="a property"),
        pytest.param(
            replace(Hasher, "decoy"),
            Patched("domain/identity/hashing.py", "Hasher.decoy"),
            id="a static method",
        ),
        pytest.param(
            replace(transactions, "translating"),
            Patched("domain/database/error_translation.py", "translating"),
            id="a function with a decorator, where it is used",
        ),
        pytest.param(replace(accounts, "select"), Patched(FILE, ""), id="what a module imports"),
        pytest.param(replace(Select, "with_for_update"), None, id="a method of a library"),
        pytest.param(replace(RunDatabases, "clone"), None, id="a method of the harness"),
        pytest.param(replace_item, None, id="an item"),
    ],
)
def test_what_a_fault_patches_is_known(inject: Injection, expected: Patched | None) -> None:
    assert patched.patched(inject) == [expected]


def test_nothing_stays_patched() -> None:
    before = Accounts._change
    patched.patched(replace(Accounts, "_change"))
    assert Accounts._change is before


def test_what_every_fault_patches_can_be_read() -> None:
    for fault in every_fault():
        assert all(
            each is None or each.file.endswith(".py") for each in patched.patched(fault.inject)
        )


EXECUTING: Final = "features/accounts/listing.feature: A page of 0 accounts"


@pytest.fixture
def recorded(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A record of one example, that changes accounts."""
    known = {
        "examples": [EXECUTING],
        "functions": {FILE: {"Accounts._change": {"1-3": "0"}}},
    }
    monkeypatch.setattr(covering, "known", lambda: known)
    monkeypatch.setattr(patched, "lines", lambda place: [place.partition(": ")[0] + ":54"])
    covering.breadth.cache_clear()
    yield
    covering.breadth.cache_clear()


def attempts(inject: Injection, *, own_server: bool = False) -> list[list[str]]:
    """Return what is run, after what must notice the fault."""
    fault = Fault("x", inject, "accounts/changing", "@accounts-8", "", own_server)
    first, *others = patched.attempts(fault)
    assert first == fault.arguments()
    return others


@pytest.mark.usefixtures("recorded")
def test_a_fault_of_the_service_is_judged_by_the_examples_that_execute_it() -> None:
    assert attempts(replace(Accounts, "_change")) == [["features/accounts/listing.feature:54"]]


@pytest.mark.usefixtures("recorded")
def test_a_fault_of_something_else_is_judged_by_its_capability() -> None:
    assert attempts(replace(Select, "with_for_update")) == [["features/accounts"]]


@pytest.mark.usefixtures("recorded")
def test_what_no_example_executes_is_judged_by_its_capability() -> None:
    assert attempts(replace(transactions, "translating")) == [["features/accounts"]]


@pytest.mark.usefixtures("recorded")
def test_a_fault_of_both_is_judged_by_both_on_its_server() -> None:
    def inject(patch: MonkeyPatch) -> None:
        patch.setattr(Accounts, "_change", None)
        patch.setattr(Select, "with_for_update", None)

    server = ["-D", "postgres=embedded"]
    assert attempts(inject, own_server=True) == [
        [*server, "features/accounts/listing.feature:54"],
        [*server, "features/accounts"],
    ]
