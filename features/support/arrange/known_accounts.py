"""Per-scenario state of the steps about passwords, sessions and tokens."""

from domain.identity.authentication import Principal
from domain.identity.login_sessions import LoginSession
from domain.identity.sessions import Login
from domain.identity.temporary_passwords import IssuedPassword
from features.support.defaults import KEYS


class IdentityState:
    """Passwords, tokens, and what was returned or logged about them."""

    def __init__(self) -> None:
        self.login: Login | None = None
        """What the last login that was not refused returned."""
        self.latest = ""
        """The token of the last login that was not refused."""
        self.tokens: dict[str, str] = {}
        """The tokens of sessions, by person and device: "Ada's laptop"."""
        self.principal: Principal | None = None
        """The result of the last authentication."""
        self.passwords: dict[str, str] = {}
        """The own password of each person, as the person knows it."""
        self.issued: IssuedPassword | None = None
        """The temporary password that was issued last."""
        self.temporary: dict[str, list[str]] = {}
        """The temporary passwords that were issued to each person, in order."""
        self.sessions: list[LoginSession] = []
        """The result of the last listing of sessions."""
        self.batches: list[int] = []
        """The number of old sessions that each batch deleted."""
        self.shown: list[str] = []
        """Results and errors of operations, in every form in which they may be shown."""
        self.secrets: set[str] = set()
        """What must appear in no output."""

    def every_secret(self) -> set[str | bytes]:
        """Return all that may appear in no output: passwords, tokens, signatures, keys."""
        secrets = {*self.secrets, *self.passwords.values(), *self.tokens.values()}
        secrets |= {token.rpartition(".")[2] for token in self.tokens.values()}
        secrets |= {password for issued in self.temporary.values() for password in issued}
        return {*secrets, *KEYS.keys.values()}
