"""The service's own pytest fixtures, beside those of the harness."""

import pytest

from domain import Domain
from features.support.service import SERVICE
from features.support.world import World
from pgharness.core.application import Application


@pytest.fixture(scope="session")
def application() -> Application[World]:
    """The service, as the harness is told of it."""
    return SERVICE


@pytest.fixture
def domain(world: World) -> Domain:
    """The service, cheap to hash, at the test's own time, on an empty database."""
    return world.domain
