"""What the last operation has changed, in numbers of rows."""

from features.support import data
from features.support.world import World


def of(world: World, *, by_owner: bool) -> list[dict[str, str]]:
    """Return how many rows of each table were inserted, updated and deleted, if any.

    Rows of each owner count by themselves if `by_owner`: a row that changes its owner is deleted
    from the one and inserted for the other.
    """
    after = data.fingerprint(world.reader)
    if not by_owner:
        return _counted(world.before, after)
    names = {user.id: name for name, user in world.people.items()}
    owners = {owner for _, owner in world.before.keys() | after.keys()}
    return [
        {"owner": names.get(owner, str(owner)), **row}  # type: ignore[call-overload]
        for owner in owners
        for row in _counted(_of_owner(world.before, owner), _of_owner(after, owner))
    ]


def _of_owner(fingerprint: data.Fingerprint, owner: object) -> data.Fingerprint:
    return {place: digest for place, digest in fingerprint.items() if place[1] == owner}


def _counted(before: data.Fingerprint, after: data.Fingerprint) -> list[dict[str, str]]:
    return [
        {
            "table": table,
            "inserted": str(change.inserted),
            "updated": str(change.updated),
            "deleted": str(change.deleted),
        }
        for table, change in data.changes(before, after).items()
    ]
