"""Each scenario has an empty database, and a connection to it."""

import psycopg
from behave.model import Scenario
from behave.runner import Context

from pgharness.adapters.behave import *
from pgharness.adapters.behave import before_scenario as with_a_database


def before_scenario(context: Context, scenario: Scenario) -> None:
    """Connect to the scenario's database."""
    with_a_database(context, scenario)
    url = context.database.url.set(drivername="postgresql")
    context.connection = psycopg.connect(url.render_as_string(hide_password=False))
    context.world.add_cleanup(context.connection.close)
