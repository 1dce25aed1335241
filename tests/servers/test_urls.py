"""URLs: which are accepted, what the driver gets, and that no output shows the password."""

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

import pytest
from psycopg.conninfo import make_conninfo
from sqlalchemy import URL

from pgharness.core import masking
from pgharness.core.database_url import (
    AnotherBackend,
    MalformedURL,
    RepeatedParameter,
    UnknownParameter,
    parameters,
    read,
)
from pgharness.core.exits import Interruptions, Output
from tests.migrations.test_alembic import alembic
from tests.servers.roles import ODD_PASSWORD
from tests.support.forked import Preloaded
from tests.support.running import SHORT, plain

PIECES: Final = ("correct", "horse", "100%", "violät", "viol%C3%A4t", "viol\\xe4t")
"""No part of the password may be read, whatever became of the signs between them."""

LEAKING: Final = """
import sys
from psycopg.conninfo import make_conninfo
from pgharness.core.database_url import parameters
from pgharness.adapters.behave import hooks
from features.support.world import World

def spellings(url):
    plain = url.set(drivername="postgresql").render_as_string(hide_password=False)
    given = parameters(url)
    return f"{plain} {plain!r} {make_conninfo(**given)} {make_conninfo(**given)!r} {given}"

def leaking(world):
    said = spellings(world.database.url)
    print(said)
    print(said, file=sys.stderr)
    raise {error}(said)

World.domain = property(leaking)

after_scenario = hooks.after_scenario
def failing_hook(context, scenario):
    after_scenario(context, scenario)
    raise OSError(spellings(context.world.database.url))
hooks.after_scenario = failing_hook
"""

CANNOT_START: Final = """
from pgharness.databases.templates import RunDatabases
from pgharness.core.database_url import parameters
def failing(self, cleanups, **_):
    raise ValueError(str(parameters(self._url)))
RunDatabases.open = failing
"""


def written(url: URL) -> str:
    """Return a URL as its user writes it, with everything percent-encoded."""
    user, password, database = (
        quote(str(part), safe="") for part in (url.username, url.password, url.database)
    )
    return f"postgresql://{user}:{password}@/{database}?host={quote(str(url.query['host']))}"


def check_no_password(*texts: str) -> None:
    for text in texts:
        assert [piece for piece in PIECES if piece in text] == [], text


def test_a_run_as_a_role_that_is_hard_to_spell(odd: URL, loaded: Preloaded, tmp_path: Path) -> None:
    ended = loaded.run("-D", f"postgres={written(odd)}\n", SHORT, reports=tmp_path / "run")
    assert (ended.exit_code, ended.verdicts()) == (0, {"passed"}), ended.output
    check_no_password(ended.output)


def test_a_migration_as_a_role_that_is_hard_to_spell(odd: URL) -> None:
    exit_code, output = alembic("-x", f"url={written(odd)}", "upgrade", "0001")
    assert exit_code == 0, output
    wrong = odd.set(password=ODD_PASSWORD + "!")
    exit_code, output = alembic("-x", f"url={written(wrong)}", "upgrade", "0001")
    assert exit_code != 0
    assert "password authentication failed" in output
    check_no_password(output)


@pytest.mark.parametrize("error", ["RuntimeError", "AssertionError"])
def test_the_output_of_a_run_has_no_password(
    error: str, odd: URL, loaded: Preloaded, tmp_path: Path
) -> None:
    further = tmp_path / "plain.txt"
    ended = loaded.run(
        *("-D", f"postgres={written(odd)}", "-f", "plain", "-o", str(further), "-f", "progress3"),
        f"{SHORT}:17",
        reports=tmp_path / "run",
        code=LEAKING.replace("{error}", error),
    )
    assert ended.exit_code == 1
    reports = [file.read_text("utf-8") for file in (tmp_path / "run").glob("*.xml")]
    for text in (ended.output, further.read_text("utf-8"), *reports):
        assert ":***@" in text
        assert "password='***'" in text
        check_no_password(text)
    assert error in ended.output or error == "AssertionError"


def test_a_run_that_cannot_start_prints_no_password(
    odd: URL, loaded: Preloaded, tmp_path: Path
) -> None:
    asked = "-D", f"postgres={written(odd)}", f"{SHORT}:17"
    ended = loaded.run(*asked, reports=tmp_path / "run", code=CANNOT_START)
    assert "the harness failed, please report it: ValueError" in ended.output
    check_no_password(ended.output, *(case.message for case in ended.cases))


SPELLINGS: Final[dict[str, Callable[[str], str]]] = {
    "a URL": lambda password: f"postgresql://qa:{quote(password, safe='')}@host/x",
    "in lower case": lambda password: f"postgresql://qa:{quote(password, safe='').lower()}@host/x",
    "as a form": lambda password: f"postgresql://qa:{quote_plus(password)}@host/x",
    "as SQLAlchemy has it": lambda password: plain(
        URL.create("postgresql", "qa", password, "host", database="x")
    ),
    "a connection string": lambda password: make_conninfo(user="qa", password=password, host="h"),
    "quoted": lambda password: repr(make_conninfo(user="qa", password=password, host="h")),
    "parameters": lambda password: repr({"password": password, "user": "qa"}),
    "in ASCII": lambda password: ascii({"password": password, "user": "qa"}),
    "JSON": lambda password: json.dumps({"password": password, "user": "qa"}),
}


@pytest.mark.parametrize(
    "password",
    [
        *("correct horse", "it's", 'a"b c', "back\\slash", "\\", "100%", "p@ss:w/rd", "pässwörd"),
        *("a", "postgres", "  ", "tab\tx", "😀x", "x" * 1000, "+1+1"),
    ],
)
def test_a_password_is_blanked_however_it_is_spelled(
    password: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "_known", set())
    harmless = "Ada has a cat; import postgres, and no+thing else happens"
    texts = {name: spell(password) for name, spell in SPELLINGS.items()}
    masking.know(read(texts["a URL"]))
    blanked = {name: masking.masked(text) for name, text in texts.items()}
    assert {name: text.count("***") for name, text in blanked.items()} == dict.fromkeys(texts, 1)
    assert blanked["a URL"] == "postgresql://qa:***@host/x"
    assert masking.masked(harmless) == harmless


def test_a_password_that_is_no_word_is_blanked_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(masking, "_known", set())
    masking.know_passwords(["correct horse", "postgres"])
    said = "correct horse, or postgres"
    assert masking.masked(said) == "***, or postgres"


@pytest.mark.parametrize(
    ("said", "blanked"),
    [
        ("password=Plain_1-word", "password=***"),
        ("//qa:%50lain_1-word@host", "//qa:***@host"),
        ("//qa:Plain%5f1%2Dword@host", "//qa:***@host"),
        (r"'Plain\_1\\-word'", "'***'"),
        ("password='Plain_1...", "password='***..."),
        ("...1-word' host=h", "...***' host=h"),
    ],
)
def test_a_password_of_usual_characters_is_blanked_however_it_is_spelled(
    said: str, blanked: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(masking, "_known", set())
    masking.know_passwords(["Plain_1-word"])
    assert masking.masked(said) == blanked


def test_lines_that_are_written_at_once_have_no_password(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(masking, "_known", set())
    masking.know_passwords(["correct horse"])
    printed, plain_stream = StringIO(), StringIO()
    output = Output(printed, Interruptions())
    masking.mask_output(output, plain_stream)
    for stream in (output, plain_stream):
        stream.writelines(line for line in ("password='correct ", "horse'\n", "done\n"))
    assert printed.getvalue() == plain_stream.getvalue() == "password='***'\ndone\n"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("postgresql://%2Frun%2Fx/db", {"host": "/run/x", "dbname": "db"}),
        ("postgresql://ada@%2Frun%2Fx:5433/db", {"host": "/run/x", "user": "ada", "port": 5433}),
        ("postgresql:///db?host=/run/x", {"host": "/run/x", "dbname": "db"}),
        ("postgresql:///?dbname=db&user=ada&port=5433", {"dbname": "db", "user": "ada"}),
        ("postgresql://h/a%20b?sslmode=require \r\n", {"dbname": "a b", "sslmode": "require"}),
        ("\tpostgresql://a%20d%40:x@h/%25d", {"user": "a d@", "dbname": "%d", "password": "x"}),
        ("postgresql://h/db?options=-c%20a%3Db", {"options": "-c a=b"}),
        ("postgresql:///db?host=a:1&host=b:2", {"host": "a,b", "port": "1,2"}),
    ],
)
def test_what_a_url_says_reaches_the_driver(text: str, expected: dict[str, object]) -> None:
    assert expected.items() <= parameters(read(text)).items()


@pytest.mark.parametrize(
    ("text", "error", "said"),
    [
        ("postgresql://ada:s3cret@h/db?schema=public", UnknownParameter, "schema"),
        ("postgresql://h/db?sslmode=require&pool_timeout=3", UnknownParameter, "pool_timeout"),
        ("postgresql://ada:s3cret@h/db?s3cret%20x=3", UnknownParameter, "…"),
        ("postgresql://ada:s3cret@h/db?sslmode=a&sslmode=b", RepeatedParameter, "sslmode"),
        ("postgresql://h/db?sslpassword=s3cret&sslpassword=b", RepeatedParameter, "sslpassword"),
        ("postgresql://h/db?port=1&port=2", RepeatedParameter, "port"),
        ("postgresql://ada:s3cret%00@h/db", MalformedURL, ""),
        ("postgresql://h/db?user=ada&user=s3cret", MalformedURL, ""),
        ("postgresql://h/db?port=1,2", MalformedURL, ""),
        ("postgresql+other://h/db", MalformedURL, ""),
        ("mysql://h/db", AnotherBackend, "mysql"),
    ],
)
def test_what_a_url_cannot_say_is_refused_by_name(
    text: str, error: type[ValueError], said: str
) -> None:
    with pytest.raises(error) as refusal:
        read(text)
    assert said in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
