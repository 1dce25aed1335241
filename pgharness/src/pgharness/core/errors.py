"""The error of a run that cannot start or continue."""

from pgharness.core.masking import masked


class HarnessError(Exception):
    """One sentence: why the run cannot start or continue, and what to do about it.

    Known passwords are masked in it, as it may quote a driver or a server.
    """

    has_ended_run = False
    """Whether the run ended by it; it is then the error of each scenario that was not run."""

    def __init__(self, sentence: str) -> None:
        super().__init__(masked(sentence))
