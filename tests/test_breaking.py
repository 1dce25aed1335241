"""The tests of the harness must fail when it is wrong; each fault in its turn."""

import pkgutil
from importlib import import_module
from inspect import signature

import pytest

from tests import breaking, runs, servers
from tests.breaking import HarnessFault

for package in (runs, servers):
    for module in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if module.name.rpartition(".")[2].startswith("faults"):
            import_module(module.name)


@pytest.mark.usefixtures("server")  # before the folder of one test, in which it must not be
@pytest.mark.parametrize("broken", breaking.FAULTS, ids=lambda broken: broken.name)
def test_a_test_notices(broken: HarnessFault, request: pytest.FixtureRequest) -> None:
    """It must fail by an assertion: one that falls over has not noticed."""
    fixtures = signature(broken.test).parameters.keys() - broken.parameters.keys()
    arguments = {name: request.getfixturevalue(name) for name in fixtures}
    with breaking.injected(broken), pytest.raises(AssertionError):
        broken.test(**arguments, **broken.parameters)
