"""The page on transactions says of anomalies what the features say, and names all operations."""

import inspect
import re
from collections.abc import Iterator
from dataclasses import fields
from typing import get_type_hints

from checks import anomalies_table
from checks.pages import DOCS
from domain.transactions import IdentityWork, TenantWork, WorkerWork

NAMES = re.compile(r"`((?:accounts|passwords|sessions|tasks|worker|workspace|objectives)\.\w+)`")


def operations() -> Iterator[str]:
    """Yield all operations of the service."""
    for work in (IdentityWork, TenantWork, WorkerWork):
        kinds = get_type_hints(work)
        for part in fields(work):
            if inspect.isclass(kinds[part.name]):
                name = "worker" if work is WorkerWork else part.name
                for operation, _ in inspect.getmembers(kinds[part.name], inspect.isfunction):
                    if not operation.startswith("_"):
                        yield f"{name}.{operation}"


def test_every_anomaly_is_judged_at_every_level() -> None:
    rows = anomalies_table.written().splitlines()[2:]
    assert len(rows) == 14
    assert all(len(row.split(" | ")) == 5 for row in rows)


def test_every_operation_is_on_the_page_once_and_no_other() -> None:
    assert sorted(NAMES.findall((DOCS / "transactions.md").read_text("utf-8"))) == sorted(
        operations()
    )
