"""The page as text: templates, style and script in one document."""

import shlex
from base64 import b64encode
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pgharness.results.changes import Changes
from pgharness.results.differing import in_short
from pgharness.results.drawings import Drawing
from pgharness.results.model import Run
from pgharness.results.page import words
from pgharness.results.page.attachments import image_address
from pgharness.results.page.evidence import evidence
from pgharness.results.page.filters import filters
from pgharness.results.page.requirement_views import requirements_view
from pgharness.results.page.verdicts import verdict
from pgharness.results.page.views import (
    CapabilityView,
    FeatureView,
    RuleView,
    capabilities,
)
from pgharness.results.requirements import Catalogue, Chapter
from pgharness.results.strength import Strength
from pgharness.results.text import counted, plain
from pgharness.results.wording import failed_hooks

PACKAGE: Final = "pgharness.results.page"

LISTED: Final = 15
"""So many rules that do not hold are listed at once; the others when a reader asks for them."""

LISTED_EXAMPLES: Final = 5
"""So many failed examples of a rule are listed; the rule has all of them."""

LISTED_FAULTS: Final = 5
"""So many faults that a rule alone noticed are listed; of more, their number."""

POLICY: Final = (
    "default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data:;"
    " base-uri 'none'; form-action 'none'"
)
"""Nothing is loaded, and nothing runs but the page's own script."""


def render(  # noqa: PLR0913 - options, by name only
    run: Run,
    *,
    title: str = "Acceptance criteria",
    command: str = "behave",
    requirements: Sequence[Chapter] | None = None,
    standard: Catalogue | None = None,
    changes: Changes | None = None,
    drawings: Sequence[Drawing] = (),
    strength: Strength | None = None,
) -> str:
    """Return the page of a run as one HTML document.

    `command` begins the command that repeats an example. `standard` is where the requirements are
    from. What is None is not on the page.
    """
    shown_capabilities = capabilities(run)
    style, script = _asset("page.css"), _asset("page.js")
    return (
        _environment()
        .get_template("page.html.jinja")
        .render(
            run=run,
            title=title,
            command=command,
            verdict=verdict(run),
            capabilities=shown_capabilities,
            filters=filters(run, shown_capabilities),
            requirements=None
            if requirements is None
            else requirements_view(requirements, shown_capabilities),
            standard=standard,
            requirement_ids={
                each.id for chapter in requirements or () for each in chapter.requirements
            },
            changes=changes,
            drawings=drawings,
            strength=strength,
            has_failures=_has_failures(run),
            failing_rules=_failing_rules(shown_capabilities),
            LISTED=LISTED,
            LISTED_EXAMPLES=LISTED_EXAMPLES,
            LISTED_FAULTS=LISTED_FAULTS,
            places=_places(shown_capabilities),
            rules=_rules(shown_capabilities),
            style=Markup(style),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704
            policy=POLICY.format(script=_digest(script), style=_digest(style)),
        )
    )


def write(path: Path, run: Run, **options: Any) -> None:
    """Write the page of a run, with the options of `render`; folders are made as needed."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(render(run, **options), "utf-8", newline="\n")


def _has_failures(run: Run) -> bool:
    return any(failed_hooks(run)) or any(status.is_failure for status in run.counts)


def _failing_rules(shown: Sequence[CapabilityView]) -> list[tuple[FeatureView, RuleView]]:
    """Return the rules with a failed example, each with its feature."""
    features = [feature for capability in shown for feature in capability.features]
    return [(feature, rule) for feature in features for rule in feature.failures]


def _places(shown: Sequence[CapabilityView]) -> dict[str, str]:
    """Return the anchor of each example by its place."""
    return {
        view.case.place: view.anchor
        for capability in shown
        for rule in capability.rules
        for view in rule.cases
    }


def _rules(shown: Sequence[CapabilityView]) -> dict[str, RuleView]:
    """Return the rules by their ids; of two with one id, the first."""
    rules = [rule for capability in shown for rule in capability.rules if rule.rule.id]
    return {rule.rule.id: rule for rule in reversed(rules)}


@cache
def _environment() -> Environment:
    made = Environment(
        autoescape=True,
        loader=PackageLoader(PACKAGE),
        undefined=StrictUndefined,
        finalize=_printable,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        counted=counted,
        duration=words.duration,
        evidence=evidence,
        image_address=image_address,
        in_short=in_short,
        listed=words.listed,
        moment=words.moment,
        quoted=shlex.quote,
        revision=words.revision,
        twice=lambda value: (value, value),
    )
    made.globals["MEANINGS"] = words.MEANINGS
    return made


def _printable(value: Any) -> Any:
    """Return text without colours of terminals and without characters that HTML refuses."""
    return plain(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _asset(name: str) -> str:
    return files(PACKAGE).joinpath(name).read_text("utf-8")


def _digest(text: str) -> str:
    return f"sha256-{b64encode(sha256(text.encode()).digest()).decode()}"
