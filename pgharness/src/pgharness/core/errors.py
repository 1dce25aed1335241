"""A run that cannot go on says why in one sentence, and is a failed run everywhere."""

from pgharness.core.masking import masked


class HarnessError(Exception):
    """Why the run cannot start or go on, and what to do about it, in one sentence.

    It may quote a driver or a server: known passwords are blanked.
    """

    has_ended_run = False
    """Whether scenarios were not run because of it; each of them carries it."""

    def __init__(self, sentence: str) -> None:
        super().__init__(masked(sentence))
