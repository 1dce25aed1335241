"""Tokens that the service did not make, or that were changed on their way."""

from collections.abc import Callable
from typing import Any

from behave import given, when
from behave.runner import Context

from domain.identity.tokens import TokenRefused
from features.support.arrange.known_accounts import IdentityState
from features.support.identity import logins, token_builder
from features.support.identity.token_builder import Members
from features.support.identity.token_tampering import ALTERATIONS, KEY
from features.support.world import World


@when("{person:Person}'s token is presented {alteration:Alteration}")
def presented_altered(context: Context, person: str, alteration: str) -> None:
    """Present a token to which something was done."""
    token = context.world.state(IdentityState).tokens[logins.place(person)]
    logins.present(context.world, ALTERATIONS[alteration](token))


@when("{person:Person}'s token is presented, put together anew")
def presented_anew(context: Context, person: str) -> None:
    """Present a token with the same header and claims, made without the service's help."""
    _present_remade(context.world, person, lambda _header, _claims: None)


@when("{person:Person}'s token is presented with the {part:Part} {name:Name} {value:Json}")
def presented_with(context: Context, person: str, part: str, name: str, value: Any) -> None:
    """Present a rightly signed token with another value in one place."""

    def change(header: Members, claims: Members) -> None:
        {"header": header, "claim": claims}[part][name] = value

    _present_remade(context.world, person, change)


@when("{person:Person}'s token is presented without its {part:Part} {name:Name}")
def presented_without(context: Context, person: str, part: str, name: str) -> None:
    """Present a rightly signed token in which something is missing."""

    def change(header: Members, claims: Members) -> None:
        del {"header": header, "claim": claims}[part][name]

    _present_remade(context.world, person, change)


@when(
    "{person:Person}'s token is presented with a {claim:Name} of {seconds:Number} seconds from now"
)
def presented_with_time(context: Context, person: str, claim: str, seconds: int) -> None:
    """Present a rightly signed token with another time."""
    time = int(context.world.clock.now().timestamp()) + seconds

    def change(_: Members, claims: Members) -> None:
        claims[claim] = time

    _present_remade(context.world, person, change)


@when("{person:Person}'s token is presented with the subject {other:Person}")
def presented_with_subject(context: Context, person: str, other: str) -> None:
    """Present a rightly signed token that says it is somebody else's."""
    _present_as(context.world, person, other)


@given("{person:Person}'s token has been presented with the subject {other:Person}")
def has_been_presented_with_subject(context: Context, person: str, other: str) -> None:
    """Be refused once, with a token that says it is somebody else's."""
    _present_as(context.world, person, other)
    refusal = context.world.outcome.claim()
    assert isinstance(refusal, TokenRefused), f"the outcome was {refusal!r}"


@when("{person:Person}'s token is presented with the id of a session that never was")
def presented_with_unknown_id(context: Context, person: str) -> None:
    """Present a rightly signed token of a session that was never opened."""

    def change(_: Members, claims: Members) -> None:
        claims["jti"] = "A" * 43

    _present_remade(context.world, person, change)


@when("the token {text:Value} is presented")
def text_presented(context: Context, text: str) -> None:
    """Present any text."""
    logins.present(context.world, text)


def _present_as(world: World, person: str, other: str) -> None:
    subject = str(world.people[other].id)

    def change(_: Members, claims: Members) -> None:
        claims["sub"] = subject

    _present_remade(world, person, change)


def _present_remade(world: World, person: str, change: Callable[[Members, Members], None]) -> None:
    header, claims = token_builder.read(world.state(IdentityState).tokens[logins.place(person)])
    change(header, claims)
    logins.present(world, token_builder.make(header, claims, KEY))
