"""The steps of the sample `attachments`."""

from pathlib import Path
from typing import Any, Final

from behave import step
from behave.cucumber_expression import use_step_matcher_for_cucumber_expressions

use_step_matcher_for_cucumber_expressions()

LOG: Final = "text/x.cucumber.log+plain"
RAINBOW: Final = zip(
    "rainbow", ("[31m", "[91m", "[33m", "[32m", "[34m", "[95m", "[35m"), strict=True
)


@step("the string {string} is attached as {string}")
def _(context: Any, text: str, media_type: str) -> None:
    context.attach(media_type, text)


@step("the string {string} is logged")
def _(context: Any, text: str) -> None:
    context.attach(LOG, text)


@step("text with ANSI escapes is logged")
def _(context: Any) -> None:
    coloured = "".join(f"\033{colour}{letter}\033[0m" for letter, colour in RAINBOW)
    context.attach(LOG, f"This displays a {coloured}")


@step("the following string is attached as {string}:")
def _(context: Any, media_type: str) -> None:
    context.attach(media_type, str(context.text))


@step("an array with {int} bytes is attached as {string}")
def _(context: Any, size: int, media_type: str) -> None:
    context.attach(media_type, bytes(range(size)))


@step("a PDF document is attached and renamed")
def _(context: Any) -> None:
    document = Path(context.feature.filename).with_name("document.pdf").read_bytes()
    context.attach('application/pdf; name="renamed.pdf"', document)


@step("a link to {string} is attached")
def _(context: Any, address: str) -> None:
    context.attach("text/uri-list", address)


@step("the string {string} is attached as {string} before a failure")
def _(context: Any, text: str, media_type: str) -> None:
    context.attach(media_type, text)
    raise RuntimeError("whoops")
