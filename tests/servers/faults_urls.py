"""Passwords that are read, or that cannot be used."""

import re
from typing import Any

from _pytest.monkeypatch import MonkeyPatch
from psycopg import errors

from breaking import fault
from migrations import database_url as migration_url
from pgharness.adapters.behave.reporting import reports
from pgharness.core import masking
from pgharness.core.exits import Output
from pgharness.results import text
from pgharness.results.recording import places
from pgharness.servers import provision
from tests.migrations import test_alembic
from tests.servers import test_urls
from tests.support.running import plain


@fault(
    "the driver is given a URL as text",
    noticed_by=test_urls.test_a_run_as_a_role_that_is_hard_to_spell,
)
def url_as_text(patch: MonkeyPatch) -> None:
    patch.setattr(provision, "parameters", lambda url: {"conninfo": plain(url)})


@fault(
    "an encoded password is not looked for",
    noticed_by=test_urls.test_a_password_of_usual_characters_is_blanked_however_it_is_spelled,
    said="//qa:%50lain_1-word@host",
    blanked="//qa:***@host",
)
def encoded_password_passes(patch: MonkeyPatch) -> None:
    patch.setattr(masking, "ENCODED", re.compile("(?!)"))


@fault(
    "what a run prints is not masked",
    noticed_by=test_urls.test_the_output_of_a_run_has_no_password,
    error="RuntimeError",
)
def prints_passwords(patch: MonkeyPatch) -> None:
    patch.setattr(reports, "mask", lambda _: None)


@fault(
    "what JUnit files say is not masked",
    noticed_by=test_urls.test_the_output_of_a_run_has_no_password,
    error="AssertionError",
)
def reports_passwords(patch: MonkeyPatch) -> None:
    patch.setattr(places, "masked", lambda said: said)
    patch.setattr(text, "masked", lambda said: said)


@fault(
    "a password is masked only as it is written in a URL",
    noticed_by=test_urls.test_a_password_is_blanked_however_it_is_spelled,
    password="back\\slash",
)
def one_spelling(patch: MonkeyPatch) -> None:
    patch.setattr(masking, "_spellings", lambda character: rf"(?i:%{ord(character):02x})")
    patch.setattr(masking, "places", masking.places.__wrapped__)  # that keeps none


@fault(
    "lines that are written at once are not masked",
    noticed_by=test_urls.test_lines_that_are_written_at_once_have_no_password,
)
def lines_go_past_the_mask(patch: MonkeyPatch) -> None:
    def mask_writes_alone(*streams: Any) -> None:
        for stream in streams:
            stream.write = lambda text, write=stream.write: write(masking.masked(text))

    patch.setattr(masking, "mask_output", mask_writes_alone)
    patch.delattr(Output, "writelines")


@fault(
    "a parameter that is given twice reaches the driver",
    noticed_by=test_alembic.test_bad_input_is_refused_in_one_sentence,
    arguments=["-x", "url=postgresql://h/x?sslmode=a&sslmode=b"],
    sentence='"sslmode" more than once: leave',
)
def parameters_are_repeated(patch: MonkeyPatch) -> None:
    patch.setattr(migration_url, "len", lambda _: 1, raising=False)


@fault(
    "a limit of the role's ends an upgrade in a traceback",
    noticed_by=test_alembic.test_a_limit_of_the_role_ends_an_upgrade_in_one_sentence,
    limit="300ms",
    reached="nothing was changed",
)
def limits_are_not_told(patch: MonkeyPatch) -> None:
    patch.setattr(errors, "QueryCanceled", ZeroDivisionError)
