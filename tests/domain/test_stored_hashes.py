"""Verifying at every stored cost, where something is stored that is none."""

import pytest
from argon2.exceptions import VerificationError

from domain.identity.stored_hashes import Credentials, verify_level
from features.support.counting_hasher import CountingHasher
from features.support.defaults import CHEAPEST

OWN = "m=8,t=1,p=1"


@pytest.mark.parametrize("other", ["", "m=1,t=1,p=1", "m=8,t=0,p=1", "YQ"])
def test_a_hash_that_names_no_cost_keeps_no_other_user_out(other: str) -> None:
    hasher = CountingHasher(CHEAPEST)
    stored = hasher.hash("violet teapots hum at dusk")
    for password, right in (("violet teapots hum at dusk", True), ("at noon", False)):
        assert verify_level(hasher, Credentials(1, stored, (other, OWN)), password) is right
    assert not verify_level(hasher, Credentials(None, None, (other, OWN)), "at noon")


@pytest.mark.parametrize("broken", ["$argon2id$YQ", "$argon2id$v=19$YQ$YQ$YQ"])
def test_no_user_logs_in_by_a_hash_that_cannot_be_read(broken: str) -> None:
    hasher = CountingHasher(CHEAPEST)
    costs = (hasher.cost_of(broken), OWN)
    with pytest.raises(VerificationError):
        verify_level(hasher, Credentials(1, broken, costs), "at noon")
