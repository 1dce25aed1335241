"""The parameter type and the step of the sample `parameter-types`."""

from dataclasses import dataclass
from typing import Any

from behave import step
from behave.cucumber_expression import (
    define_parameter_type_with,
    use_step_matcher_for_cucumber_expressions,
)

use_step_matcher_for_cucumber_expressions()


@dataclass
class Flight:
    """From where a flight goes where."""

    origin: str
    destination: str


def to_flight(origin: str, destination: str) -> Flight:
    return Flight(origin, destination)


define_parameter_type_with("flight", r"([A-Z]{3})-([A-Z]{3})", Flight, to_flight)


@step("{flight} has been delayed")
def _(context: Any, flight: Flight) -> None:
    assert flight == Flight("LHR", "CDG")
