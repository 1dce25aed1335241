"""Each scenario has an empty database, and the application on it."""

from behave.model import Scenario
from behave.runner import Context
from fastapi.testclient import TestClient

from orders.api import create_app
from pgharness.adapters.behave import *
from pgharness.adapters.behave import before_scenario as with_a_database


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Connect the application to the scenario's database."""
    with_a_database(context, scenario)
    context.client = TestClient(create_app(context.engine))
