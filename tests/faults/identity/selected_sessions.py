"""Sessions that are selected by other conditions than they must be."""

from _pytest.monkeypatch import MonkeyPatch

from domain.identity import login_sessions, sessions, stored_hashes
from domain.identity.authentication import Authentication
from domain.identity.sessions import Sessions
from tests.faults.catalogue import fault
from tests.faults.rewriting import rewrite


@fault(
    "a use is one of all sessions of the user",
    noticed_by="sessions/authenticating",
    examples="No other session of the user",
)
def a_use_is_one_of_all_sessions_of_the_user(patch: MonkeyPatch) -> None:
    rewrite(patch, Authentication, "_touch", {"            LoginSession.jti == claims.jti,\n": ""})


@fault(
    "a use by another user counts",
    noticed_by="sessions/authenticating",
    examples="another user in such",
)
def a_use_by_another_user_counts(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Authentication,
        "_touch",
        {"            LoginSession.user_id == claims.user_id,\n": ""},
    )


@fault(
    "a use of a session that must set a password counts",
    noticed_by="sessions/authenticating",
    examples="must set a password is not used",
)
def a_use_of_a_session_that_must_set_a_password_counts(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Authentication,
        "_touch",
        {"            LoginSession.must_set_password.is_(False),\n": ""},
    )


@fault(
    "a use of a deactivated account counts",
    noticed_by="sessions/authenticating",
    examples="deactivated account is not used",
)
def a_use_of_a_deactivated_account_counts(patch: MonkeyPatch) -> None:
    rewrite(patch, Authentication, "_touch", {"            User.deactivated_at.is_(None),\n": ""})


@fault(
    "a use of an idle session counts",
    noticed_by="sessions/authenticating",
    examples="An idle session is not used",
)
def a_use_of_an_idle_session_counts(patch: MonkeyPatch) -> None:
    rewrite(patch, Authentication, "_touch", {"            live(now, rules.idle),\n": ""})


@fault(
    "a minimum of nothing is a minute",
    noticed_by="sessions/authenticating",
    examples="With a minimum",
)
def a_minimum_of_nothing_is_a_minute(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Authentication,
        "_touch",
        {"rules.touch_every": "(rules.touch_every or type(rules).touch_every)"},
    )


@fault(
    "a session that is over may be ended",
    noticed_by="sessions/ending",
    examples="become idle cannot",
)
def a_session_that_is_over_may_be_ended(patch: MonkeyPatch) -> None:
    rewrite(patch, Sessions, "end", {"one, self._live(now)": "(one,)"})


@fault(
    "all other sessions are ended, live or not",
    noticed_by="sessions/ending",
    examples="Of all other",
)
def all_other_sessions_are_ended_live_or_not(patch: MonkeyPatch) -> None:
    rewrite(patch, Sessions, "end_others", {"others, self._live(now))": "others)"})


@fault(
    "an administrator ends all sessions, live or not",
    noticed_by="sessions/ending",
    examples="Only live",
)
def an_administrator_ends_all_sessions_live_or_not(patch: MonkeyPatch) -> None:
    rewrite(patch, Sessions, "end_all", {", self._live(now))": ")"})


@fault(
    "a session that has expired is live",
    noticed_by="sessions/ending",
    examples="have expired are not listed",
)
def a_session_that_has_expired_is_live(patch: MonkeyPatch) -> None:
    rewrite(patch, login_sessions, "live", {"        LoginSession.expires_at > now,\n": ""})
    patch.setattr(sessions, "live", login_sessions.live)


@fault(
    "sessions that have expired count",
    noticed_by="sessions/ending",
    examples="have expired do not count",
)
def sessions_that_have_expired_count(patch: MonkeyPatch) -> None:
    rewrite(patch, login_sessions, "live", {"        LoginSession.expires_at > now,\n": ""})
    patch.setattr(sessions, "live", login_sessions.live)


def upgrade_without(patch: MonkeyPatch, condition: str) -> None:
    """Compute a higher hash although a login will be refused."""
    rewrite(patch, stored_hashes, "_statement", {f"            {condition},\n": ""})


@fault(
    "the right password of a locked account is upgraded",
    noticed_by="sessions/costs",
    examples="is not upgraded",
)
def right_password_of_locked_account_is_upgraded(patch: MonkeyPatch) -> None:
    upgrade_without(patch, "or_(User.locked_until.is_(None), User.locked_until <= now)")


@fault(
    "the right password of a deactivated account is upgraded",
    noticed_by="sessions/costs",
    examples="is not upgraded",
)
def right_password_of_deactivated_account_is_upgraded(patch: MonkeyPatch) -> None:
    upgrade_without(patch, "User.deactivated_at.is_(None)")


@fault(
    "a right temporary password is upgraded",
    noticed_by="sessions/costs",
    examples="is not upgraded",
)
def right_temporary_password_is_upgraded(patch: MonkeyPatch) -> None:
    upgrade_without(patch, "TemporaryPassword.user_id.is_(None)")


@fault(
    "a good temporary password vouches for the costs of all",
    noticed_by="sessions/costs",
    examples="does not count while another one",
)
def good_temporary_password_vouches_for_all_costs(patch: MonkeyPatch) -> None:
    cost = "    hash_cost(TemporaryPassword.password_hash) == cost,\n"
    rewrite(patch, stored_hashes, "_has_good", {cost: ""})
