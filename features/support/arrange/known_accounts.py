"""Per-scenario state of the steps about passwords, sessions and tokens."""

from domain.identity.authentication import Principal
from domain.identity.login_sessions import LoginSession
from domain.identity.temporary_passwords import IssuedPassword
from features.support.defaults import KEYS


class IdentityState:
    """Passwords, tokens, and what was returned or logged about them."""

    def __init__(self) -> None:
        self.latest = ""
        """The device on which somebody was let in last."""
        self.tokens: dict[str, str] = {}
        """The tokens that people were given, by who and on what: "Ada's laptop"."""
        self.principal: Principal | None = None
        """Who the last token was found to lead to."""
        self.passwords: dict[str, str] = {}
        """What everybody's password is, as far as they know."""
        self.issued: IssuedPassword | None = None
        """The temporary password that was issued last."""
        self.temporary: dict[str, list[str]] = {}
        """The temporary passwords that were issued to somebody, in order."""
        self.sessions: list[LoginSession] = []
        """What the last listing of sessions brought."""
        self.batches: list[int] = []
        """How many old sessions each batch removed."""
        self.shown: list[str] = []
        """What was returned and refused meanwhile, in every form in which it may be shown."""
        self.secrets: set[str] = set()
        """What must not be in any of that."""

    def every_secret(self) -> set[str | bytes]:
        """Return all that may appear in no output: passwords, tokens, signatures, keys."""
        secrets = {*self.secrets, *self.passwords.values(), *self.tokens.values()}
        secrets |= {token.rpartition(".")[2] for token in self.tokens.values()}
        secrets |= {password for issued in self.temporary.values() for password in issued}
        return {*secrets, *KEYS.keys.values()}
