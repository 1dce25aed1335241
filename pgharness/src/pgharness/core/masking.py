"""Mask known passwords in all output, as a last line of defence.

A driver's error may quote a URL or a connection string, and a report shows the values of local
variables. Code that receives a password calls `know`; code that writes text calls `masked`.
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
"""The secret parameters of a URL."""

CUT: Final = r"\.\.\."
"""pytest's sign for the omitted middle of a long value."""

BEFORE: Final = r"(?<=[:='\"])"
AFTER: Final = r"(?=[@&'\"\\\s]|$)"
"""The characters around a password in URLs, in `name=value` and in quotes."""

UNMISTAKABLE: Final = 8
"""A password of at least this length, and not of letters only, is masked anywhere."""

LONGEST_PART: Final = 64
"""A part of a longer password is recognised by this many characters at its end."""

ENCODED: Final = re.compile("%[0-9a-fA-F]{2}")
"""A percent-encoded byte."""

ONE_SPELLING: Final = re.compile(r"[\w.~-]*", re.ASCII)
"""A password that is spelled in one way only, unless it is percent-encoded, escaped or cut."""

HERE: Final = frozenset(("localhost", "127.0.0.1", "::1"))
"""Hosts that say nothing of where a server is."""

TELLING: Final = re.compile(r"[\d./:-]")
"""A name of a host that has none of these may be a word, as `postgres`; it stays in reports."""

SERVER: Final = "<server>"

_known: Final[set[str]] = set()
_hosts: Final[set[str]] = set()


def know(url: URL) -> None:
    """Mask the secrets of a URL from now on, and in reports its hosts."""
    query = url.normalized_query
    given = (url.password, *(secret for name in SECRETS for secret in query.get(name, ())))
    know_passwords(str(secret) for secret in given if secret)
    know_hosts([url.host or "", *query.get("host", ()), *query.get("hostaddr", ())])


def know_passwords(passwords: Iterable[str]) -> None:
    """Mask these passwords from now on."""
    _known.update(filter(None, passwords))


def know_hosts(hosts: Iterable[str]) -> None:
    """Leave these hosts of servers out of reports from now on; each may be several, by commas."""
    for given in ",".join(hosts).split(","):
        host = given.partition(":")[0] if given.count(":") == 1 else given  # it has a port
        if host not in HERE and TELLING.search(host):
            _hosts.add(host)


def without_hosts(text: str) -> str:
    """Replace known hosts of servers in a text, and the address that libpq shows after one."""
    for host in sorted(_hosts, key=len, reverse=True):
        place = rf'(?<![\w.-]){re.escape(host)}(?![\w-])(" \([\da-fA-F.:]+\))?'
        text = re.sub(place, lambda found: SERVER + '"' * bool(found[1]), text)
    return text


def masked(text: str) -> str:
    """Replace known passwords in a text, also if they are escaped, encoded or cut."""
    without_escapes = text.replace("\\", "")
    respelled = "..." in text or ENCODED.search(text) is not None
    for password in sorted(_known, key=len, reverse=True):
        # To search for all spellings takes a hundred times as long as to look for the usual one.
        if respelled or password in without_escapes or not ONE_SPELLING.fullmatch(password):
            text = places(password).sub(BLANK, text)
    return text


def masked_all(value: Any) -> Any:
    """Mask a value of builtin types, with all that it contains."""
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
    """Mask known passwords in all that is written to these streams from now on."""
    for stream in streams:
        if stream is not None and not hasattr(stream, "unmasked_write"):
            stream.unmasked_write = stream.write
            stream.write = lambda text, write=stream.write: write(masked(text))
            stream.writelines = lambda lines, write=stream.write: write("".join(lines))


def mask_own_output() -> None:
    """Mask known passwords in what this process prints."""
    mask_output(*{sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__})


@cache
def places(password: str) -> re.Pattern[str]:
    """Return a pattern of a password in URLs, in `name=value` and in quotes, whole or cut.

    Elsewhere the same letters may be a word, as with the common password `postgres`. A password
    that cannot be a word (`UNMISTAKABLE`) is found anywhere.
    """
    spelled = [*map(_spellings, password)]
    whole = "".join(spelled)
    begun = _beginning(spelled[:LONGEST_PART])
    ended = _end(spelled[-LONGEST_PART:])
    if len(spelled) > LONGEST_PART:
        begun, ended = rf"{begun}\S*?", rf"\S*?{ended}"
    found = [
        f"{BEFORE}{whole}{AFTER}",
        f"{BEFORE}{begun}(?={CUT})",
        f"(?<={CUT}){ended}{AFTER}",
    ]
    if len(password) >= UNMISTAKABLE and not password.isalpha():
        found.append(rf"(?<!\w){whole}(?!\w)")
    return re.compile("|".join(found))


def _beginning(spelled: list[str]) -> str:
    """Return a pattern of the longest possible beginning.

    Nested, its length grows with that of the text; a list of all beginnings grows with the square.
    """
    first, *others = spelled
    return f"{first}(?:{_beginning(others)})?" if others else first


def _end(spelled: list[str]) -> str:
    """Return a pattern of the longest possible end, as `_beginning`."""
    *others, last = spelled
    return f"(?:{_end(others)})?{last}" if others else last


def _spellings(character: str) -> str:
    """Return a pattern of one character: raw, percent-encoded, or escaped with backslashes."""
    encoded = "".join(f"%{byte:02x}" for byte in character.encode(errors="surrogateescape"))
    if character == "\\":
        return rf"(?:\\+|(?i:{encoded}))"
    forms = {character, *(text[1:-1] for text in (repr(character), ascii(character)))}
    forms |= {json.dumps(character)[1:-1], "+" if character == " " else character}
    escaped = sorted((form.lstrip("\\") for form in forms), key=len, reverse=True)
    return rf"\\*(?:{'|'.join(map(re.escape, escaped))}|(?i:{encoded}))"
