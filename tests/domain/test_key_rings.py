"""What is no key file by chance: whatever random bytes there are, they are a key."""

import random
from base64 import b64encode
from typing import Final

from domain.settings import KeyRing

SEED: Final = 20_260_302
KEYS: Final = 5_000


def test_random_bytes_are_a_key() -> None:
    chance = random.Random(SEED)  # noqa: S311 (they keep nothing secret)
    for _ in range(KEYS):
        key = chance.randbytes(32)
        KeyRing("2026-03", {"2026-03": key, "hex": key.hex().encode(), "text": b64encode(key)})


def test_random_bytes_with_many_zeros_quotes_and_hyphens_are_a_key() -> None:
    chance = random.Random(SEED)  # noqa: S311 (they keep nothing secret)
    for _ in range(KEYS):
        KeyRing("2026-03", {"2026-03": bytes(chance.choices(b'\0"- 1[{shk\xff\xfe', k=32))})
