"""What the page can be filtered by."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pgharness.results.model import Run, Status
from pgharness.results.page.views import CapabilityView


@dataclass(frozen=True)
class Filters:
    """The values of each filter, in the order of their lists."""

    statuses: tuple[tuple[str, str], ...]
    """Each value with a text that has the number of examples; `!` is every failure."""
    capabilities: tuple[tuple[str, str], ...]
    """Each key with its title."""
    tags: tuple[str, ...]
    """Without the ids of rules, which the search finds."""
    personas: tuple[str, ...]


def filters(run: Run, capabilities: Iterable[CapabilityView]) -> Filters:
    """Return the filters that make sense for a run."""
    shown = tuple(capabilities)
    personas = {feature.persona for each in shown for feature in each.features}
    return Filters(
        statuses=_statuses(run.counts),
        capabilities=tuple((each.key, each.title) for each in shown),
        tags=tuple(sorted(_tags(run), key=_by_number)),
        personas=tuple(sorted(filter(None, personas))),
    )


def _statuses(counts: Counter[Status]) -> tuple[tuple[str, str], ...]:
    found = [(str(each), f"{each} ({counts[each]:,})") for each in Status if counts[each]]
    failed = sum(number for status, number in counts.items() if status.is_failure)
    return ((("!", f"all failures ({failed:,})"),) if failed else ()) + tuple(found)


def _tags(run: Run) -> set[str]:
    """Return all tags without `@`, except for the ids of rules."""
    tags = {tag.removeprefix("@") for case in run.cases for tag in case.tags}
    for feature, rule in run.rules:
        tags.update(tag.removeprefix("@") for tag in (*feature.tags, *rule.tags))
    return tags - {rule.id for _, rule in run.rules}


def _by_number(tag: str) -> tuple[tuple[int, str], ...]:
    """Put `asvs-2.10.1` behind `asvs-2.9.1`."""
    parts = tag.replace("-", ".").split(".")
    return tuple(
        (int(part), "") if part.isascii() and part.isdigit() else (-1, part) for part in parts
    )
