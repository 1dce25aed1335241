"""The reasons for which something is refused or ended, in the words of the features."""

from dataclasses import dataclass
from typing import Final

from domain.database.connections import ConnectionLost
from domain.errors import Entity, NotFound, Stale, WorkAborted
from domain.identity.accounts import (
    AccountAlreadyActive,
    AccountAlreadyDeactivated,
    EmailAlreadyRegistered,
)
from domain.identity.authentication import MustSetPassword
from domain.identity.failed_logins import LoginProblem
from domain.identity.login_sessions import SessionEnd
from domain.identity.passwords import (
    NoTemporaryPassword,
    PasswordUsedBefore,
    TemporaryPasswordAgain,
)
from domain.identity.tokens import NoKeyRing, TokenProblem
from domain.transactions import GaveUp
from domain.work.projects import AgentSessionTaken, PathAlreadyUsed, SlugAlreadyUsed
from domain.work.tasks import TaskAlreadyFinished, TaskNotEditable
from domain.work.turns_and_events import TurnBeforeTask


@dataclass(frozen=True)
class Reason:
    """An error by its type and by the entity that it is about, if its type has one."""

    error: type[Exception]
    entity: Entity | None = None

    def is_of(self, refusal: object) -> bool:
        """Tell whether a refusal has exactly this type and is about exactly this entity."""
        return type(refusal) is self.error and getattr(refusal, "entity", None) is self.entity


REASONS: Final[dict[str, Reason]] = {
    "the address is already registered": Reason(EmailAlreadyRegistered),
    "there is no such account": Reason(NotFound, Entity.ACCOUNT),
    "the account was changed meanwhile": Reason(Stale, Entity.ACCOUNT),
    "the account is already deactivated": Reason(AccountAlreadyDeactivated),
    "the account is already active": Reason(AccountAlreadyActive),
    "the password was used before": Reason(PasswordUsedBefore),
    "the password is the temporary one": Reason(TemporaryPasswordAgain),
    "there is no temporary password to replace": Reason(NoTemporaryPassword),
    "a new password must be set first": Reason(MustSetPassword),
    "there is no such session": Reason(NotFound, Entity.SESSION),
    "there are no keys": Reason(NoKeyRing),
    "there is no such tenant": Reason(NotFound, Entity.TENANT),
    "there is no such project": Reason(NotFound, Entity.PROJECT),
    "the path is already used": Reason(PathAlreadyUsed),
    "the slug is already used": Reason(SlugAlreadyUsed),
    "there is no such agent": Reason(NotFound, Entity.AGENT),
    "the session belongs to another agent": Reason(AgentSessionTaken),
    "there is no such task": Reason(NotFound, Entity.TASK),
    "the task was changed meanwhile": Reason(Stale, Entity.TASK),
    "the task is already finished": Reason(TaskAlreadyFinished),
    "a worker is at it": Reason(TaskNotEditable),
    "what was edited was changed meanwhile": Reason(Stale, Entity.ROW),
    "the connection is lost": Reason(ConnectionLost),
    "there is no such turn": Reason(NotFound, Entity.TURN),
    "the task was not there yet": Reason(TurnBeforeTask),
    "there is no such event": Reason(NotFound, Entity.EVENT),
    "there is no such objective": Reason(NotFound, Entity.OBJECTIVE),
    "the objective was changed meanwhile": Reason(Stale, Entity.OBJECTIVE),
    "an error was swallowed in it": Reason(WorkAborted),
    "others kept getting in its way": Reason(GaveUp),
}
"""Each reason in the words of the features, and the error that gives it."""

LOGIN_PROBLEMS: Final[dict[str, LoginProblem]] = {
    "nobody has this address": LoginProblem.UNKNOWN_EMAIL,
    "the password is wrong": LoginProblem.WRONG_PASSWORD,
    "the account is locked": LoginProblem.LOCKED,
    "the account is deactivated": LoginProblem.DEACTIVATED,
    "the temporary password was used": LoginProblem.TEMPORARY_USED,
    "the temporary password has expired": LoginProblem.TEMPORARY_EXPIRED,
}
"""Why a login is refused, in the words of the features; whoever tried is not told."""

TOKEN_PROBLEMS: Final[dict[str, TokenProblem]] = {
    "it is malformed": TokenProblem.MALFORMED,
    "its algorithm is not ours": TokenProblem.ALGORITHM,
    "its header is not ours": TokenProblem.HEADER,
    "its key is unknown": TokenProblem.UNKNOWN_KEY,
    "its signature is wrong": TokenProblem.SIGNATURE,
    "its claims are not ours": TokenProblem.CLAIMS,
    "it is of another type": TokenProblem.TYPE,
    "it is of another issuer": TokenProblem.ISSUER,
    "it is for another audience": TokenProblem.AUDIENCE,
    "it is not valid yet": TokenProblem.NOT_YET_VALID,
    "it has expired": TokenProblem.EXPIRED,
    "there was no such session": TokenProblem.UNKNOWN_SESSION,
    "the session is somebody else's": TokenProblem.ANOTHER_SUBJECT,
    "the session has ended": TokenProblem.ENDED,
    "the session was idle": TokenProblem.IDLE,
    "the account is deactivated": TokenProblem.DEACTIVATED,
}
"""Why a token is refused, in the words of the features; its bearer is not told."""

SESSION_ENDS: Final[dict[str, SessionEnd]] = {
    "she logged out": SessionEnd.LOGGED_OUT,
    "she ended it": SessionEnd.ENDED_BY_USER,
    "an administrator ended it": SessionEnd.ENDED_BY_ADMINISTRATOR,
    "there were too many": SessionEnd.TOO_MANY,
    "her password was changed": SessionEnd.PASSWORD_CHANGED,
    "she was given a temporary password": SessionEnd.TEMPORARY_PASSWORD,
    "her account was deactivated": SessionEnd.DEACTIVATED,
}
"""Why a session ended, in the words of the features."""

TASK_RULES: Final = {
    "no task goes from there to there": "TK001",
    "the task was changed meanwhile": "TK002",
    "that part of the task is fixed": "TK003",
}
"""What the triggers on tasks refuse, and the SQLSTATEs of our own that they do it with."""
