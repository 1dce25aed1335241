"""What lets a time zone into a run."""

from collections.abc import Mapping
from datetime import datetime

from _pytest.monkeypatch import MonkeyPatch

from breaking import fault
from domain.database import session_settings
from domain.identity.tokens import Claims, Tokens
from pgharness.core import database_url
from pgharness.servers import embedded, libpq_environment
from tests.servers.test_time_zones import (
    test_a_run_has_the_same_result_in_every_zone,
    test_a_server_of_our_own_is_in_utc,
)

FAR_EAST = "Pacific/Kiritimati"


@fault(
    "a connection is in the time zone of its role",
    noticed_by=test_a_run_has_the_same_result_in_every_zone,
    zone=FAR_EAST,
)
def session_in_zone_of_role(patch: MonkeyPatch) -> None:
    given = session_settings.options

    def without_zone(settings: Mapping[str, str]) -> str:
        return given({k: v for k, v in settings.items() if k != "TimeZone"})

    patch.setattr(session_settings, "options", without_zone)
    patch.setattr(database_url, "options", without_zone)


@fault(
    "libpq's variable sets the time zone",
    noticed_by=test_a_run_has_the_same_result_in_every_zone,
    zone=FAR_EAST,
)
def zone_of_variable(patch: MonkeyPatch) -> None:
    patch.setattr(libpq_environment, "SESSION", libpq_environment.SESSION - {"PGTZ"})


@fault(
    "a time without a zone is the machine's",
    noticed_by=test_a_run_has_the_same_result_in_every_zone,
    zone=FAR_EAST,
)
def naive_time(patch: MonkeyPatch) -> None:
    given = Tokens.make

    def make(self: Tokens, claims: Claims, issued: datetime, expires: datetime) -> str:
        return given(self, claims, issued.replace(tzinfo=None), expires.replace(tzinfo=None))

    patch.setattr(Tokens, "make", make)


@fault("a server takes over the machine's zone", noticed_by=test_a_server_of_our_own_is_in_utc)
def zone_of_machine(patch: MonkeyPatch) -> None:
    patch.setattr(embedded.start, "__defaults__", ({"fsync": "off"}, None))
