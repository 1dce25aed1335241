"""What would make a reset misunderstand a name, or say less than it knows."""

from collections.abc import Iterable

import psycopg
from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from pgharness.core.errors import HarnessError
from pgharness.reset import reset
from pgharness.reset.catalog import Name
from pgharness.reset.reset import Reset
from tests.servers import test_reset_refusals as tests


@fault(
    "a name by itself is another name",
    noticed_by=tests.test_a_refusal_within_a_refusal_is_one_sentence,
)
def letters_are_names(patch: MonkeyPatch) -> None:
    def several(names: str | Iterable[str | Name]) -> tuple[str | Name, ...]:
        return tuple(names)

    patch.setattr(reset, "several", several)


@fault(
    "a refusal within a refusal ends twice",
    noticed_by=tests.test_a_refusal_within_a_refusal_is_one_sentence,
)
def it_ends_twice(patch: MonkeyPatch) -> None:
    given = Reset._reason

    def reason(self: Reset, error: HarnessError | psycopg.Error) -> str:
        return str(error) if isinstance(error, HarnessError) else given(self, error)

    patch.setattr(Reset, "_reason", reason)


@fault(
    "a prepared transaction has no name",
    noticed_by=tests.test_a_prepared_transaction_that_holds_a_table_is_named,
)
def it_has_no_name(patch: MonkeyPatch) -> None:
    holders = reset.HOLDERS.replace("x.transaction = t.transactionid", "false")
    patch.setattr(reset, "HOLDERS", holders)
