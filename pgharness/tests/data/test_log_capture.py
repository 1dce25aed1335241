"""Everything that is logged is captured, and a secret in it is found in any spelling."""

import logging
from base64 import b64encode, urlsafe_b64encode
from typing import Final

import pytest
from sqlalchemy import Engine, select, update

from orders import Customer
from pgharness.observe import log_capture
from pgharness.observe.statement_recorder import watched

HASH: Final = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$dGFn"
"""Something that must be among the secrets that are looked for."""

KEY: Final = b"secret key!"
PASSWORD: Final = "violet\nteapots 'hum'"
SECRETS: Final = (HASH, KEY, PASSWORD)


@pytest.mark.parametrize(
    "spelt",
    [
        HASH,
        PASSWORD,
        repr(PASSWORD),
        repr(KEY),
        KEY.hex(),
        b64encode(KEY).decode(),
        urlsafe_b64encode(KEY).decode().rstrip("="),
    ],
)
def test_a_secret_is_found_in_any_spelling(spelt: str) -> None:
    with pytest.raises(AssertionError, match=r" was logged$"):
        log_capture.expect_none(SECRETS, f"… {spelt} …", "logged")


def test_a_text_without_a_secret_passes() -> None:
    log_capture.expect_none(SECRETS, "violet teapots", "logged")


def test_looking_for_no_hash_is_refused() -> None:
    with pytest.raises(AssertionError, match="no hash was collected"):
        log_capture.expect_none([KEY, PASSWORD], "", "logged")


def test_what_an_error_says_is_shown_with_its_traceback() -> None:
    with pytest.raises(ValueError, match="invalid literal") as refused:
        int(PASSWORD)
    shown = log_capture.shown(refused.value)
    assert repr(PASSWORD) in shown
    assert "int(PASSWORD)" in shown
    assert log_capture.shown({"a": 1}) == "{'a': 1} {'a': 1}"


def test_everything_is_captured_and_nothing_is_changed_for_good(shop: Engine) -> None:
    quiet, root = logging.getLogger("pgharness.tests.quiet"), logging.getLogger()
    quiet.setLevel(logging.ERROR)
    before = quiet.level, root.level, root.handlers, logging.getLogger(log_capture.LOUD).level
    with log_capture.capture_everything() as captured:
        quiet.debug("a password: %s", "hunter2")
        made = shop.execution_options(logging_token="captured")
        with made.connect() as connection:
            connection.execute(select(Customer).where(Customer.email == "ada@example.org"))
    assert "a password: hunter2 ('hunter2',)" in captured.lines
    heard = "\n".join(captured.lines)
    assert "FROM customers" in heard
    assert "ada@example.org" in heard
    quiet.debug("later")
    assert "later" not in "\n".join(captured.lines)
    after = quiet.level, root.level, root.handlers, logging.getLogger(log_capture.LOUD).level
    assert after == before


def test_statements_are_recorded_while_an_engine_is_watched(shop: Engine) -> None:
    with shop.begin() as connection:
        with watched(shop) as sent:
            connection.execute(select(Customer.id))
            connection.execute(update(Customer).values(country="BE"))
        connection.execute(select(Customer.id))
    assert [statement.split()[0] for statement in sent] == ["SELECT", "UPDATE"]
