"""Values of sessions and failed logins that are changed, or taken from former ones."""

from _pytest.monkeypatch import MonkeyPatch

from domain.identity import failed_logins, sessions
from domain.identity.sessions import Sessions
from domain.transactions import Domain
from domain.values import email_address
from tests.faults.catalogue import fault
from tests.faults.rewriting import rewrite


@fault(
    "the answer to a login names another account",
    noticed_by="sessions/logging_in",
    examples="as it was opened",
)
def the_answer_to_a_login_names_another_account(patch: MonkeyPatch) -> None:
    rewrite(patch, Sessions, "_open", {"return Login(user.id,": "return Login(user.id + 1,"})


@fault(
    "the answer to a login has expired",
    noticed_by="sessions/logging_in",
    examples="as it was opened",
)
def the_answer_to_a_login_has_expired(patch: MonkeyPatch) -> None:
    rewrite(patch, Sessions, "_open", {"token, expires_at,": "token, now,"})


@fault(
    "the answer to a login does not say that a password must be set",
    noticed_by="passwords/temporary",
    examples="The login says",
)
def the_answer_to_a_login_does_not_say_that_a_password_must_be_set(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Sessions,
        "_open",
        {"expires_at, must_set_password)": "expires_at, must_set_password=False)"},
    )


@fault(
    "a second session has the address of the first",
    noticed_by="sessions/logging_in",
    examples="A second session",
)
def a_second_session_has_the_address_of_the_first(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Sessions,
        "_open",
        {
            "ip=ip": "ip=self._session.scalar(select(LoginSession.ip)"
            ".where(LoginSession.user_id == user.id).limit(1)) or ip"
        },
    )


@fault(
    "a second session ends with the first",
    noticed_by="sessions/logging_in",
    examples="A second session",
)
def a_second_session_ends_with_the_first(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Sessions,
        "_open",
        {
            "expires_at = now + rules.lifetime": "expires_at = self._session.scalar("
            "select(func.max(LoginSession.expires_at))"
            ".where(LoginSession.user_id == user.id)) or now + rules.lifetime"
        },
    )


@fault("an empty browser is none", noticed_by="sessions/logging_in", examples="with the browser")
def an_empty_browser_is_none(patch: MonkeyPatch) -> None:
    rewrite(patch, sessions, "_printable", {"if user_agent is None": "if not user_agent"})


@fault(
    "a browser of which nothing is left is none",
    noticed_by="sessions/logging_in",
    examples="with the browser",
)
def a_browser_of_which_nothing_is_left_is_none(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        sessions,
        "_printable",
        {"USER_AGENT_MAX_LENGTH))": "USER_AGENT_MAX_LENGTH)) or None"},
    )


@fault("browsers are trimmed", noticed_by="sessions/logging_in", examples="with the browser")
def browsers_are_trimmed(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        sessions,
        "_printable",
        {"USER_AGENT_MAX_LENGTH))": "USER_AGENT_MAX_LENGTH)).strip()"},
    )


@fault("browsers are in ASCII", noticed_by="sessions/logging_in", examples="with the browser")
def browsers_are_in_ascii(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        sessions,
        "_printable",
        {"str.isprintable": "lambda one: one.isprintable() and one.isascii()"},
    )


@fault("an empty address is none", noticed_by="sessions/logging_in", examples="invalid IP address")
def an_empty_address_is_none(patch: MonkeyPatch) -> None:
    rewrite(patch, sessions, "_ip", {"text is None": "not text"})


@fault(
    "only the last failure of a unit of work is recorded",
    noticed_by="sessions/failed_logins",
    examples="All failures",
)
def only_the_last_failure_of_a_unit_of_work_is_recorded(patch: MonkeyPatch) -> None:
    rewrite(patch, Domain, "_record", {"ended.recordings:": "ended.recordings[-1:]:"})


@fault(
    "only the first failure of a unit of work is recorded",
    noticed_by="sessions/failed_logins",
    examples="All failures",
)
def only_the_first_failure_of_a_unit_of_work_is_recorded(patch: MonkeyPatch) -> None:
    rewrite(patch, Domain, "_record", {"ended.recordings:": "ended.recordings[:1]:"})


@fault(
    "all failures have the time of the first",
    noticed_by="sessions/failed_logins",
    examples="its own time",
)
def all_failures_have_the_time_of_the_first(patch: MonkeyPatch) -> None:
    rewrite(
        patch, failed_logins, "failure", {"append(now)": "append(counting[0] if counting else now)"}
    )
    patch.setattr(sessions, "failure", failed_logins.failure)


@fault(
    "a second lock lasts from the first",
    noticed_by="sessions/failed_logins",
    examples="A second lock",
)
def a_second_lock_lasts_from_the_first(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        failed_logins,
        "failure",
        {"now + lockout.lasts, []": "(user.locked_until or now) + lockout.lasts, []"},
    )
    patch.setattr(sessions, "failure", failed_logins.failure)


@fault(
    "a window of nothing is a window of a quarter of an hour",
    noticed_by="sessions/failed_logins",
    examples="With a window",
)
def a_window_of_nothing_is_a_window_of_a_quarter_of_an_hour(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        failed_logins,
        "failure",
        {"now - lockout.window": "now - (lockout.window or type(lockout).window)"},
    )
    patch.setattr(sessions, "failure", failed_logins.failure)


@fault(
    "a lock of nothing lasts a quarter of an hour",
    noticed_by="sessions/failed_logins",
    examples="A lock that lasts",
)
def a_lock_of_nothing_lasts_a_quarter_of_an_hour(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        failed_logins,
        "failure",
        {"now + lockout.lasts": "now + (lockout.lasts or type(lockout).lasts)"},
    )
    patch.setattr(sessions, "failure", failed_logins.failure)


@fault(
    "a purge of nothing is a purge of a batch",
    noticed_by="sessions/housekeeping",
    examples="A batch of",
)
def a_purge_of_nothing_is_a_purge_of_a_batch(patch: MonkeyPatch) -> None:
    rewrite(
        patch,
        Sessions,
        "purge",
        {"if at_most < 1": "at_most = at_most or 1000\n    if at_most < 1"},
    )


@fault("the address of a login is trimmed", noticed_by="sessions/logging_in", examples="A login as")
def address_of_login_is_trimmed(patch: MonkeyPatch) -> None:
    patch.setattr(
        sessions, "email_address", lambda field, value: email_address(field, value.strip())
    )
