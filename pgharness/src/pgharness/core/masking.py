"""The last line of defence: known passwords are blanked in whatever text goes out.

A driver's error may quote a URL or a connection string, and a report shows the values of local
variables. Whoever learns of a password calls `know`; whatever writes text calls `masked`.
"""

import json
import re
import sys
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from sqlalchemy import URL

BLANK: Final = "***"
SECRETS: Final = (
    *("password", "sslpassword", "scram_client_key", "scram_server_key"),
    "oauth_client_secret",
)
"""The parameters of a URL that nobody may read."""

CUT: Final = r"\.\.\."
"""Where pytest leaves out the middle of a long value."""

BEFORE: Final = r"(?<=[:='\"])"
AFTER: Final = r"(?=[@&'\"\\\s]|$)"
"""What stands around a password in URLs, in `name=value` and in quotes."""

UNMISTAKABLE: Final = 8
"""So many characters, not letters alone, are no word of a report."""

LONGEST_PART: Final = 64
"""Of a longer password, what was cut out of it is told by this many characters at its end."""

_known: Final[set[str]] = set()


def know(url: URL) -> None:
    """Blank the secrets of a URL from now on."""
    query = url.normalized_query
    given = (url.password, *(secret for name in SECRETS for secret in query.get(name, ())))
    know_passwords(str(secret) for secret in given if secret)


def know_passwords(passwords: Iterable[str]) -> None:
    """Blank these from now on."""
    _known.update(filter(None, passwords))


def masked(text: str) -> str:
    """Return a text without any known password, however it is spelled there."""
    for password in sorted(_known, key=len, reverse=True):
        text = places(password).sub(BLANK, text)
    return text


def masked_all(value: Any) -> Any:
    """Return a value of builtin types likewise, with all that it contains."""
    match value:
        case str():
            return masked(value)
        case list() | tuple():
            return type(value)(map(masked_all, value))
        case dict():
            return {name: masked_all(item) for name, item in value.items()}
        case _:
            return value


def mask_output(*streams: Any) -> None:
    """Blank known passwords in all that is written to these streams from now on."""
    for stream in streams:
        if stream is not None and not hasattr(stream, "unmasked_write"):
            stream.unmasked_write = stream.write
            stream.write = lambda text, write=stream.write: write(masked(text))
            stream.writelines = lambda lines, write=stream.write: write("".join(lines))


def mask_own_output() -> None:
    """Blank known passwords in what this process prints."""
    mask_output(*{sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__})


@cache
def places(password: str) -> re.Pattern[str]:
    """Return where a password is one: in URLs, in `name=value`, in quotes; also a part of it.

    Elsewhere the same letters may be a word: `postgres` is the password of many a server. A
    password that is no word is found anywhere.
    """
    spelled = [*map(_spellings, password)]
    whole = "".join(spelled)
    begun = "|".join(
        "".join(spelled[:end]) for end in range(min(len(spelled), LONGEST_PART), 0, -1)
    )
    ended = "|".join("".join(spelled[-length:]) for length in range(LONGEST_PART, 0, -1))
    if len(spelled) > LONGEST_PART:
        begun, ended = rf"(?:{begun})\S*?", rf"\S*?(?:{ended})"
    found = [
        f"{BEFORE}{whole}{AFTER}",
        f"{BEFORE}(?:{begun})(?={CUT})",
        f"(?<={CUT})(?:{ended}){AFTER}",
    ]
    if len(password) >= UNMISTAKABLE and not password.isalpha():
        found.append(rf"(?<!\w){whole}(?!\w)")
    return re.compile("|".join(found))


def _spellings(character: str) -> str:
    """Return a pattern of one character: raw, percent-encoded, or escaped with backslashes."""
    encoded = "".join(f"%{byte:02x}" for byte in character.encode(errors="surrogateescape"))
    if character == "\\":
        return rf"(?:\\+|(?i:{encoded}))"
    forms = {character, *(text[1:-1] for text in (repr(character), ascii(character)))}
    forms |= {json.dumps(character)[1:-1], "+" if character == " " else character}
    escaped = sorted((form.lstrip("\\") for form in forms), key=len, reverse=True)
    return rf"\\*(?:{'|'.join(map(re.escape, escaped))}|(?i:{encoded}))"
