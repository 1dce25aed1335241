"""Per-scenario state of the steps about accounts."""

from domain.identity.accounts import User


class AccountState:
    """What the last operations on accounts returned."""

    def __init__(self) -> None:
        self.found: list[User] = []
        """The accounts that the last operation returned."""
        self.accounts: list[User] = []
        """All accounts of a listing, oldest first."""
        self.pages: list[list[User]] = []
        """The pages of a listing so far."""
        self.next_after: int | None = None
        """The id after which the next page starts."""
        self.role = ""
        """The database role inside a unit of work."""
