"""Tokens: what can be wrong with reading them."""

import json
from base64 import urlsafe_b64decode
from datetime import timedelta
from typing import Any

import jwt
from _pytest.monkeypatch import MonkeyPatch

from domain.identity import tokens
from domain.identity.tokens import TokenProblem, TokenRefused, Tokens
from domain.settings import TokenRules
from tests.faults.catalogue import fault
from tests.faults.replacing import set_field


def overlook(patch: MonkeyPatch, problem: TokenProblem) -> None:
    """Accept claims of a token that have one problem."""
    original = Tokens._judge

    def judge(self: Tokens, claims: dict[str, Any], now: float) -> None:
        try:
            original(self, claims, now)
        except TokenRefused as refusal:
            if refusal.reason is not problem:
                raise

    patch.setattr(Tokens, "_judge", judge)


@fault("tokens are read in any encoding", noticed_by="sessions/tokens")
def tokens_are_read_in_any_encoding(patch: MonkeyPatch) -> None:
    original = tokens._object
    patch.setattr(
        tokens, "_object", lambda raw: original(raw.decode(json.detect_encoding(raw)).encode())
    )


@fault("the problem TYPE of a token is overlooked", noticed_by="sessions/tokens")
def token_overlooks_type(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.TYPE)


@fault("the problem ISSUER of a token is overlooked", noticed_by="sessions/tokens")
def token_overlooks_issuer(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.ISSUER)


@fault("the problem AUDIENCE of a token is overlooked", noticed_by="sessions/tokens")
def token_overlooks_audience(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.AUDIENCE)


@fault("the problem NOT_YET_VALID of a token is overlooked", noticed_by="sessions/tokens")
def token_overlooks_not_yet_valid(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.NOT_YET_VALID)


@fault("the problem EXPIRED of a token is overlooked", noticed_by="sessions/tokens")
def token_overlooks_expired(patch: MonkeyPatch) -> None:
    overlook(patch, TokenProblem.EXPIRED)


@fault("the algorithm is taken from the token's header", noticed_by="sessions/tokens")
def algorithm_is_taken_from_tokens_header(patch: MonkeyPatch) -> None:
    original = tokens._verify

    def verify(token: str, header: dict[str, Any], keys: Any) -> None:
        if header.get("alg") not in {"HS384", "HS512"}:
            original(token, header, keys)
        elif set(header) != tokens.HEADER:
            raise TokenRefused(TokenProblem.HEADER)

    patch.setattr(tokens, "_verify", verify)


@fault("headers of any kind are let through", noticed_by="sessions/tokens")
def headers_of_any_kind_are_let_through(patch: MonkeyPatch) -> None:
    original = tokens._verify
    patch.setattr(
        tokens,
        "_verify",
        lambda token, header, keys: original(
            token, {name: header[name] for name in tokens.HEADER if name in header}, keys
        ),
    )


@fault("claims of any kind are let through", noticed_by="sessions/tokens")
def claims_of_any_kind_are_let_through(patch: MonkeyPatch) -> None:
    original = Tokens._judge
    patch.setattr(
        Tokens,
        "_judge",
        lambda self, claims, now: original(
            self, {name: claims[name] for name in tokens.CLAIMS if name in claims}, now
        ),
    )


@fault("of a claim that is made twice the last one counts", noticed_by="sessions/tokens")
def repeated_claim_is_accepted(patch: MonkeyPatch) -> None:
    patch.setattr(tokens, "_without_duplicates", dict)


@fault("a token may be written in several ways", noticed_by="sessions/tokens")
def token_may_be_written_in_several_ways(patch: MonkeyPatch) -> None:
    patch.setattr(
        tokens,
        "_decoded",
        lambda part: urlsafe_b64decode(part.strip() + "=" * (-len(part.strip()) % 4)),
    )


@fault("clocks have a minute of leeway", noticed_by="sessions/tokens")
def clocks_have_minute_of_leeway(patch: MonkeyPatch) -> None:
    set_field(patch, TokenRules, "leeway", timedelta(minutes=1))


@fault("the signature is not verified", noticed_by="sessions/tokens")
def signature_is_not_verified(patch: MonkeyPatch) -> None:
    patch.setattr(jwt.PyJWS, "decode", lambda *_, **__: b"")
