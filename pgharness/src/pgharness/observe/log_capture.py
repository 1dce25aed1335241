"""Capture log records, and search logs and exceptions for secrets."""

import logging
import traceback
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager

LOUD = "sqlalchemy.engine"
"""At level DEBUG it logs every statement and every row of a result."""


class LogCapture(logging.Handler):
    """Keeps each record as text: the formatted message and its arguments."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one record."""
        self.lines.append(f"{self.format(record)} {record.args!r}")


@contextmanager
def capture_everything() -> Iterator[LogCapture]:
    """Set all existing loggers to DEBUG, and send their records only to the yielded handler."""
    log = LogCapture()
    root = logging.getLogger()
    loggers = [root, logging.getLogger(LOUD)]
    loggers += [one for one in root.manager.loggerDict.values() if isinstance(one, logging.Logger)]
    levels = {logger: logger.level for logger in loggers}
    handlers, root.handlers = root.handlers, [log]
    for logger in loggers:
        logger.setLevel(logging.DEBUG)
    try:
        yield log
    finally:
        root.handlers = handlers
        for logger, level in levels.items():
            logger.setLevel(level)


def shown(thing: object) -> str:
    """Return `str` and `repr` of an object, and the traceback of an exception."""
    if isinstance(thing, BaseException):
        return f"{thing} {thing!r} {thing.args} {''.join(traceback.format_exception(thing))}"
    return f"{thing} {thing!r}"


def spellings(secrets: Iterable[str | bytes]) -> set[str]:
    """Return each secret as it is, escaped, in hexadecimal digits and in base64."""
    found = set()
    for secret in secrets:
        if isinstance(secret, str):
            found |= {secret, repr(secret)[1:-1]}
        else:
            found |= {repr(secret)[2:-1], secret.hex()}
            found |= {spell(secret).decode().rstrip("=") for spell in _BASE64}
    return found


def expect_none(secrets: Collection[str | bytes], text: str, how: str) -> None:
    """Fail if the text contains a secret in one of its `spellings`; `how` completes the message.

    Fails as well if no secret is a password hash: then the collection is incomplete.
    """
    assert any(str(secret).startswith("$argon2id$") for secret in secrets), "no hash was collected"
    for secret in spellings(secrets):
        assert secret not in text, f"{secret!r} was {how}"


_BASE64 = (b64encode, urlsafe_b64encode)
