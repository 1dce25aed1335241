"""What the database keeps and takes: what another criterion would notice before."""

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import text

from domain.identity.accounts import Accounts, User
from tests.faults.catalogue import fault
from tests.faults.changing import change_schema


@fault(
    "times are kept without their microseconds",
    noticed_by="transactions/values",
    examples="One row of each table",
)
def times_are_kept_without_microseconds(patch: MonkeyPatch) -> None:
    change_schema(patch, "ALTER TABLE projects ALTER created_at TYPE timestamptz(0)")


@fault(
    "who reads an account takes a transaction's id",
    noticed_by="transactions/atomic",
    examples="All other operations only read",
)
def who_reads_an_account_takes_an_id(patch: MonkeyPatch) -> None:
    original = Accounts.get

    def get(self: Accounts, user_id: int) -> User:
        self._session.execute(text("SELECT pg_current_xact_id()"))
        return original(self, user_id)

    patch.setattr(Accounts, "get", get)


@fault(
    "priorities are stored one higher",
    noticed_by="transactions/anomalies_committed",
    examples="Both reads find the same rows",
)
def priorities_are_stored_one_higher(patch: MonkeyPatch) -> None:
    change_schema(
        patch,
        "CREATE FUNCTION raise_priority() RETURNS trigger LANGUAGE plpgsql AS"
        " $$BEGIN NEW.priority_score := NEW.priority_score + 1; RETURN NEW; END$$;"
        " CREATE TRIGGER raise_priority BEFORE INSERT ON agents FOR EACH ROW"
        " WHEN (NEW.priority_score = 30) EXECUTE FUNCTION raise_priority()",
    )
