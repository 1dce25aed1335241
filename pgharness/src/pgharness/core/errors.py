"""The error of a run that cannot start or continue."""

from pgharness.core.masking import masked


class HarnessError(Exception):
    """One sentence: why the run cannot start or continue, and what to do about it.

    Known passwords are masked in it, as it may quote a driver or a server.
    """

    def __init__(self, sentence: str) -> None:
        super().__init__(masked(sentence))
