"""How a reset is asked for, and in which words it is refused."""

import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core.errors import HarnessError
from pgharness.reset import function
from pgharness.reset.reset import reset
from tests.conftest import rows


def test_one_name_needs_no_list(family: URL, somebody: psycopg.Connection) -> None:
    somebody.execute("INSERT INTO a_child VALUES (NULL)")
    assert reset(family, ignoring="a_child").deleted == {("public", "people"): 1}
    assert reset(family, only="people").deleted == {}
    assert rows(somebody, "a_child") == 1
    assert reset(family, only="a_child").deleted == {("public", "a_child"): 1}


def test_a_refusal_within_a_refusal_is_one_sentence(
    family: URL, somebody: psycopg.Connection
) -> None:
    said = "as it was: there is no table plain to be reset."
    for choice in ({"only": "plain"}, {"ignoring": "plain"}, {"only": ["people", "plain"]}):
        with pytest.raises(HarnessError) as refusal:
            reset(family, **choice)
        assert str(refusal.value).endswith(said), str(refusal.value)
    assert rows(somebody, "people") == 1


def test_a_prepared_transaction_that_holds_a_table_is_named(
    family: URL, somebody: psycopg.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(function, "LOCK_TIMEOUT", "50ms")
    somebody.execute("BEGIN; SELECT FROM people FOR UPDATE; PREPARE TRANSACTION 'Ada''s'")
    try:
        with pytest.raises(HarnessError) as refusal:
            reset(family)
    finally:
        somebody.execute("ROLLBACK PREPARED 'Ada''s'")
    said = "its tables are locked by the prepared transaction 'Ada''s' (canceling statement"
    assert said in str(refusal.value), str(refusal.value)
