"""What is done to a server for a rehearsal is done to a scenario's own server alone."""

from contextlib import ExitStack
from pathlib import Path

import psycopg
import pytest

from features.support import rehearsal_rooms
from features.support.service import SERVICE
from pgharness.databases.templates import Databases
from pgharness.isolation.test_database import Database


def test_a_server_of_somebody_elses_does_not_become_a_replica(
    template: Databases, admin: psycopg.Connection
) -> None:
    (folder,) = admin.execute("SHOW data_directory").fetchone() or ("",)
    with ExitStack() as cleanups:
        database = Database(lambda: template.clone("rehearsal", cleanups), SERVICE)
        cleanups.callback(database.disconnect)
        world = database.world()
        cleanups.callback(world.close)
        with pytest.raises(AssertionError, match="somebody else's server stays what it is"):
            rehearsal_rooms.become_replica(world)
    assert not (Path(folder) / "standby.signal").exists()
