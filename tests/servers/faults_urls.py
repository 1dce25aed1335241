"""Passwords that are read, or that cannot be used."""

from _pytest.monkeypatch import MonkeyPatch

from domain import masking
from features.support import postgres, reports
from tests.breaking import fault
from tests.running import plain
from tests.servers import test_urls


@fault(
    "the driver is given a URL as text",
    noticed_by=test_urls.test_a_run_as_a_role_that_is_hard_to_spell,
)
def url_as_text(patch: MonkeyPatch) -> None:
    patch.setattr(postgres, "parameters", lambda url: {"conninfo": plain(url)})


@fault(
    "what a run prints is not masked",
    noticed_by=test_urls.test_nobody_reads_the_password_in_what_a_run_says,
    error="RuntimeError",
)
def prints_passwords(patch: MonkeyPatch) -> None:
    patch.setattr(reports, "mask", lambda _: None)


@fault(
    "what JUnit files say is not masked",
    noticed_by=test_urls.test_nobody_reads_the_password_in_what_a_run_says,
    error="AssertionError",
)
def reports_passwords(patch: MonkeyPatch) -> None:
    patch.setattr(reports, "masked", lambda text: text)


@fault(
    "a password is masked only as it is written in a URL",
    noticed_by=test_urls.test_a_password_is_blanked_however_it_is_spelled,
    password="back\\slash",
)
def one_spelling(patch: MonkeyPatch) -> None:
    patch.setattr(masking, "_spellings", lambda character: rf"(?i:%{ord(character):02x})")
    patch.setattr(masking, "places", masking.places.__wrapped__)  # that keeps none
