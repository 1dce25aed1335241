"""The schema of the models beside that of the revisions."""

import re
from pathlib import Path
from typing import Final

from alembic.script import Script

from features.support.migrations import alembic_commands
from migrations import catalogue, records
from migrations.catalogue import Facts

PARTS: Final = {
    "row-level security": re.compile(r"row-level security(, forced on its owner)?"),
    "statistics": re.compile(r" statistics \d+"),
}
"""What only revisions say of a thing that the models also know, as a part of its state."""


def migrated() -> Facts:
    """Return the recorded schema of the latest revision."""
    found = records.schema_at(alembic_commands.scripts(), alembic_commands.head())
    assert found is not None, "not every revision is on record: uv run poe freeze"
    return found


def differences(made: Facts, kinds: set[str]) -> list[str]:
    """Return how the models' schema differs from the migrated one, but for these kinds."""
    return catalogue.differences(_without(kinds, made), _without(kinds, migrated()))


def differing(made: Facts, kinds: set[str]) -> list[str]:
    """Return the kinds in which the schemas do differ, in alphabetical order."""
    return sorted(kind for kind in kinds if _only(kind, made) != _only(kind, migrated()))


def _is(kind: str, thing: str) -> bool:
    return thing.startswith(f"{kind} ")


def _without(kinds: set[str], facts: Facts) -> Facts:
    return {
        thing: _stripped(kinds, state)
        for thing, state in facts.items()
        if not any(_is(kind, thing) for kind in kinds)
    }


def _stripped(kinds: set[str], state: str) -> str:
    for kind in kinds & PARTS.keys():
        state = PARTS[kind].sub("", state)
    return state


def _only(kind: str, facts: Facts) -> dict[str, str]:
    if part := PARTS.get(kind):
        return {t: found[0] for t, state in facts.items() if (found := part.search(state))}
    return {thing: state for thing, state in facts.items() if _is(kind, thing)}


def check_one_line(listed: list[Script]) -> None:
    """Fail unless there is one base and one head, without branches, and one file per id."""
    scripts = alembic_commands.scripts()
    assert len(scripts.get_heads()) == 1, f"heads: {scripts.get_heads()}"
    assert len(scripts.get_bases()) == 1, f"bases: {scripts.get_bases()}"
    former = [None, *(script.revision for script in listed[:-1])]
    assert [script.down_revision for script in listed] == former
    branches = [s.revision for s in listed if s.branch_labels or s.dependencies]
    assert not branches, f"branches or dependencies: {branches}"
    files = [path.name for path in Path(scripts.versions).glob("*.py")]
    assert sorted(files) == sorted(Path(script.path).name for script in listed)
    ids = [script.revision for script in listed]
    assert len(set(ids)) == len(ids) == len(files), f"ids: {ids}"
    misnamed = [s.path for s in listed if not Path(s.path).name.startswith(f"{s.revision}_")]
    assert not misnamed, f"files that are not named after their ids: {misnamed}"
