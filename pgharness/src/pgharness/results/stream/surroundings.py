"""What a stream says of its run as a whole: where it took place, and which part of it there is."""

from typing import Any, Final

from pgharness.core.attachments import INTERVALS, REVISION, SELECTION, SERVER, SHARD
from pgharness.results import model
from pgharness.results.stream import intervals, shards
from pgharness.results.stream.collecting import Collector, attachments_of

READY: Final = ", ready in"
"""What follows in the line about a server is its time to start."""


def environment_of(collected: Collector) -> model.Environment:
    """Return where the run took place."""
    attached = {
        one.media_type: one.body
        for attachments in collected.run_attachments.values()
        for one in attachments_of(attachments)
    }
    meta = collected.meta
    if meta is None:
        return model.Environment()
    ci = meta.ci
    revision = ci.git.revision[:12] if ci and ci.git else ""
    return model.Environment(
        server=attached.get(SERVER, "").partition(READY)[0],
        revision=attached.get(REVISION, "") or revision,
        runtime=_product(meta.runtime),
        system=meta.os.name,
        implementation=_product(meta.implementation),
        build_url=(ci.url or "") if ci else "",
        shard=shards.named(of_run(collected, SHARD)),
        selection=next(iter(of_run(collected, SELECTION)), ""),
    )


def pauses_of(collected: Collector) -> float:
    """Return the seconds between the runs of which a stream was merged."""
    return sum(intervals.pauses(intervals.parsed(body)) for body in of_run(collected, INTERVALS))


def of_run(collected: Collector, media_type: str) -> list[str]:
    """Return what is attached to the run as a whole, of one type."""
    attached = attachments_of(collected.of_run)
    return [one.body for one in attached if one.media_type == media_type]


def _product(product: Any) -> str:
    return " ".join(filter(None, [product.name, product.version]))
