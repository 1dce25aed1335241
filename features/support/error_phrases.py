"""The reasons for which an operation is refused or a session ends, in the words of the features."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Final

from domain import DomainError
from domain.database.connections import CommitOutcome, ConnectionLost, Limit, LimitExceeded
from domain.errors import Entity, NotFound, Stale, WorkAborted
from domain.identity.accounts import (
    AccountAlreadyActive,
    AccountAlreadyDeactivated,
    EmailAlreadyRegistered,
)
from domain.identity.authentication import MustSetPassword
from domain.identity.failed_logins import CurrentPasswordRefused, LoginProblem, LoginRefused
from domain.identity.login_sessions import SessionEnd
from domain.identity.passwords import (
    NoTemporaryPassword,
    PasswordUsedBefore,
    TemporaryPasswordAgain,
)
from domain.identity.tokens import NoKeyRing, TokenProblem, TokenRefused
from domain.transactions import GaveUp
from domain.work.projects import AgentSessionTaken, PathAlreadyUsed, SlugAlreadyUsed
from domain.work.tasks import (
    TaskAlreadyFinished,
    TaskNotEditable,
    TaskStatus,
    TransitionRefused,
)
from domain.work.turns_and_events import TurnBeforeTask


@dataclass(frozen=True)
class Reason:
    """The errors that a phrase of the features stands for."""

    kind: type[Exception]
    """The exact type."""
    facts: Mapping[str, Any] = field(default_factory=lambda: MappingProxyType({}))
    """Attributes that the error must have, with these values."""
    undisclosed: bool = False
    """Whether the error must look the same whatever its facts are: only the log may tell them."""
    by_subject: Mapping[str, type[Exception]] = field(default_factory=lambda: MappingProxyType({}))
    """Subjects that are refused by another type for the same reason."""

    def about(self, subject: str) -> "Reason":
        """Return the reason for which this subject is refused."""
        return replace(self, kind=self.by_subject.get(subject, self.kind))

    def is_given_by(self, error: object) -> bool:
        """Tell whether the error gives exactly this reason."""
        return type(error) is self.kind and all(
            getattr(error, name) == value for name, value in self.facts.items()
        )

    def check(self, error: DomainError) -> None:
        """Fail unless the error gives exactly this reason, and discloses no more than it may."""
        assert self.is_given_by(error), f"the reason is another one: {_described(error)}"
        if self.undisclosed:
            shown = (str(error), repr(error), error.args)
            expected = (error.sentence, f"{type(error).__name__}()", (error.sentence,))
            assert shown == expected, f"the error discloses its reason: {shown}"


def _described(error: DomainError) -> str:
    """Name what an error is about even where its own representation hides it."""
    return f"{type(error).__name__}, {vars(error)}: {error}"


_KINDS: Final[dict[str, type[DomainError]]] = {
    "the address is already registered": EmailAlreadyRegistered,
    "the account is already deactivated": AccountAlreadyDeactivated,
    "the account is already active": AccountAlreadyActive,
    "the password was used before": PasswordUsedBefore,
    "the password is the temporary one": TemporaryPasswordAgain,
    "there is no temporary password to replace": NoTemporaryPassword,
    "a new password must be set first": MustSetPassword,
    "there are no keys": NoKeyRing,
    "the path is already used": PathAlreadyUsed,
    "the slug is already used": SlugAlreadyUsed,
    "the session belongs to another agent": AgentSessionTaken,
    "the task is already finished": TaskAlreadyFinished,
    "a worker is processing it": TaskNotEditable,
    "the connection is lost": ConnectionLost,
    "the task did not exist yet": TurnBeforeTask,
    "it swallowed an error of the database": WorkAborted,
    "it conflicted with other transactions at every attempt": GaveUp,
}

_NOT_FOUND: Final = (
    *(Entity.ACCOUNT, Entity.SESSION, Entity.TENANT, Entity.PROJECT, Entity.AGENT, Entity.TASK),
    *(Entity.TURN, Entity.EVENT, Entity.OBJECTIVE),
)

_STALE: Final = {
    "the account has changed since it was read": Entity.ACCOUNT,
    "the task has changed since it was read": Entity.TASK,
    "the objective has changed since it was read": Entity.OBJECTIVE,
    "the edited row has changed since it was read": Entity.ROW,
}

_LOGIN_PROBLEMS: Final[dict[str, LoginProblem]] = {
    "no account has this address": LoginProblem.UNKNOWN_EMAIL,
    "the password is wrong": LoginProblem.WRONG_PASSWORD,
    "the account is locked": LoginProblem.LOCKED,
    "the account is deactivated": LoginProblem.DEACTIVATED,
    "the temporary password was used": LoginProblem.TEMPORARY_USED,
    "the temporary password has expired": LoginProblem.TEMPORARY_EXPIRED,
}

_CURRENT_PASSWORD: Final = {"the change of the password": CurrentPasswordRefused}
"""All other subjects of a login problem are logins: a device is the login on it."""

_TOKEN_PROBLEMS: Final[dict[str, TokenProblem]] = {
    "it is malformed": TokenProblem.MALFORMED,
    "its algorithm is not allowed": TokenProblem.ALGORITHM,
    "its header is not the expected one": TokenProblem.HEADER,
    "its key is unknown": TokenProblem.UNKNOWN_KEY,
    "its signature is wrong": TokenProblem.SIGNATURE,
    "its claims are not the expected ones": TokenProblem.CLAIMS,
    "it is of another type": TokenProblem.TYPE,
    "it is of another issuer": TokenProblem.ISSUER,
    "it is for another audience": TokenProblem.AUDIENCE,
    "it is not valid yet": TokenProblem.NOT_YET_VALID,
    "it has expired": TokenProblem.EXPIRED,
    "there was no such session": TokenProblem.UNKNOWN_SESSION,
    "the session belongs to another user": TokenProblem.ANOTHER_SUBJECT,
    "the session has ended": TokenProblem.ENDED,
    "the session was idle": TokenProblem.IDLE,
    "its account is deactivated": TokenProblem.DEACTIVATED,
}

_TRANSITIONS: Final = {
    f"the task is {status} and cannot become {asked}": Reason(
        TransitionRefused, {"status": status, "asked": asked}
    )
    for status in TaskStatus
    for asked in TaskStatus
}

_FINISHED: Final = {
    f"the task is {status} and cannot change any more": Reason(
        TaskAlreadyFinished, {"status": status}
    )
    for status in (TaskStatus.COMPLETED, TaskStatus.FAILED)
}

_CONNECTION_OUTCOMES: Final[dict[str, CommitOutcome]] = {
    "the connection was lost before COMMIT": CommitOutcome.NOT_COMMITTED,
    "the connection was lost during COMMIT": CommitOutcome.UNDECIDED,
}

_TIMEOUTS: Final[dict[str, Limit]] = {
    "the statement timeout was exceeded": Limit.STATEMENT,
    "the lock timeout was exceeded": Limit.LOCK,
    "the idle timeout was exceeded": Limit.IDLE,
}

REASONS: Final[dict[str, Reason]] = {
    **{phrase: Reason(kind) for phrase, kind in _KINDS.items()},
    **_TRANSITIONS,
    **_FINISHED,
    **{f"there is no such {entity}": Reason(NotFound, {"entity": entity}) for entity in _NOT_FOUND},
    **{phrase: Reason(Stale, {"entity": entity}) for phrase, entity in _STALE.items()},
    **{
        phrase: Reason(ConnectionLost, {"outcome": outcome})
        for phrase, outcome in _CONNECTION_OUTCOMES.items()
    },
    **{phrase: Reason(LimitExceeded, {"limit": limit}) for phrase, limit in _TIMEOUTS.items()},
    **{
        phrase: Reason(
            LoginRefused, {"reason": problem}, undisclosed=True, by_subject=_CURRENT_PASSWORD
        )
        for phrase, problem in _LOGIN_PROBLEMS.items()
    },
    **{
        phrase: Reason(TokenRefused, {"reason": problem}, undisclosed=True)
        for phrase, problem in _TOKEN_PROBLEMS.items()
    },
}
"""Each phrase of the features, and the errors that it stands for.

Why a login or a token is refused is logged; the caller learns only that it is refused.
"""

SESSION_ENDS: Final[dict[str, SessionEnd]] = {
    "she logged out": SessionEnd.LOGGED_OUT,
    "she ended it": SessionEnd.ENDED_BY_USER,
    "an administrator ended it": SessionEnd.ENDED_BY_ADMINISTRATOR,
    "there were too many sessions": SessionEnd.TOO_MANY,
    "her password was changed": SessionEnd.PASSWORD_CHANGED,
    "she was given a temporary password": SessionEnd.TEMPORARY_PASSWORD,
    "her account was deactivated": SessionEnd.DEACTIVATED,
}
"""Why a session ended, in the words of the features."""
