"""How runs see that a control is there."""

import psycopg

from features.support.world import World
from tests.controls.catalogue import Effect
from tests.support.running import plain


def finds(query: str, *expected: object) -> Effect:
    """Return the effect that a query in the run's database has this row."""

    def effect(world: World) -> bool:
        return world.reader.execute(query.encode()).fetchone() == (expected or (True,))

    return effect


def shows(**settings: str) -> Effect:
    """Return the effect that a client which sets nothing has these settings."""

    def effect(world: World) -> bool:
        with psycopg.connect(plain(world.url)) as client:
            found = {name: client.execute(f"SHOW {name}".encode()).fetchone() for name in settings}
        return found == {name: (value,) for name, value in settings.items()}

    return effect


class Reached:
    """The effect that a function in place of the service's own was called."""

    def __init__(self) -> None:
        self._times = 0

    def __call__(self, _: World) -> bool:
        """Return whether it was."""
        return self._times > 0

    def note(self) -> None:
        """Note one call."""
        self._times += 1
