"""What the steps about passwords and sessions know of a scenario, beside what all steps know."""

from io import StringIO

from domain.authentication import Principal
from domain.login_sessions import LoginSession
from domain.temporary_passwords import IssuedPassword
from features.support.hearing import Ear


class Logins:
    """A part of the `World`: passwords, tokens, and what was said about them."""

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
        self.ear = Ear()
        """What was logged while somebody listened."""
        self.shown: list[str] = []
        """What was returned and refused meanwhile, in every form in which it may be shown."""
        self.secrets: set[str] = set()
        """What must not be in any of that."""
        self.log = StringIO()
        """What a log of statements has written."""
        self.statements: list[str] = []
        """What was sent to the database while the work was counted."""
        self.lines_run = 0
        """How many lines of Python were run meanwhile."""
