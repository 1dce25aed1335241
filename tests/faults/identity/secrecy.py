"""Secrets: where they can come to light."""

import sys

from _pytest.monkeypatch import MonkeyPatch
from sqlalchemy import String, create_engine

from domain.database import connections
from domain.database.schema import Hidden
from domain.errors import RuleBroken
from domain.identity import passwords
from domain.identity.authentication import Principal
from domain.identity.sessions import Login
from tests.faults.catalogue import fault


@fault("a hash shows itself", noticed_by="sessions/secrecy")
def hash_shows_itself(patch: MonkeyPatch) -> None:
    patch.setattr(Hidden, "__repr__", str.__repr__)


@fault("former hashes show themselves", noticed_by="sessions/secrecy")
def former_hashes_show_themselves(patch: MonkeyPatch) -> None:
    patch.setattr(passwords, "HiddenText", String)


@fault("statements are logged with their values", noticed_by="sessions/secrecy")
def statements_are_logged_with_their_values(patch: MonkeyPatch) -> None:
    patch.setattr(
        connections,
        "create_engine",
        lambda url, **k: create_engine(url, **{**k, "hide_parameters": False}),
    )


@fault("a token shows itself", noticed_by="sessions/secrecy")
def token_shows_itself(patch: MonkeyPatch) -> None:
    patch.setattr(
        Login, "__repr__", lambda self: f"Login(user_id={self.user_id}, token={self.token})"
    )


@fault("a principal shows the id of its session", noticed_by="sessions/secrecy")
def principal_shows_session_id(patch: MonkeyPatch) -> None:
    patch.setattr(Principal, "__repr__", lambda self: f"Principal({self.user_id}, {self.jti})")


@fault("a broken rule quotes the row", noticed_by="sessions/secrecy")
def broken_rule_quotes_row(patch: MonkeyPatch) -> None:
    original = RuleBroken.__init__

    def init(self: RuleBroken, constraint: str, table: str, sqlstate: str) -> None:
        original(self, constraint, table, sqlstate)
        self.args = (str(sys.exc_info()[1]),)

    patch.setattr(RuleBroken, "__init__", init)
