"""The reasons for which something is refused or ended, in the words of the features."""

from typing import Final

from domain import DomainError
from domain.database.connections import ConnectionLost
from domain.database.tenancy import TenantNotFound
from domain.errors import StaleReading
from domain.identity.accounts import (
    AccountAlreadyActive,
    AccountAlreadyDeactivated,
    AccountNotFound,
    EmailAlreadyRegistered,
    StaleAccount,
)
from domain.identity.authentication import MustSetPassword
from domain.identity.failed_logins import LoginProblem
from domain.identity.login_sessions import SessionEnd
from domain.identity.passwords import (
    NoTemporaryPassword,
    PasswordUsedBefore,
    TemporaryPasswordAgain,
)
from domain.identity.sessions import SessionNotFound
from domain.identity.tokens import NoKeyRing, TokenProblem
from domain.transactions import GaveUp, WorkAborted
from domain.work.objectives import ObjectiveNotFound, StaleObjective
from domain.work.projects import (
    AgentNotFound,
    AgentSessionTaken,
    PathAlreadyUsed,
    ProjectNotFound,
    SlugAlreadyUsed,
)
from domain.work.tasks import StaleTask, TaskAlreadyFinished, TaskNotEditable, TaskNotFound
from domain.work.workspace import EventNotFound, TurnBeforeTask, TurnNotFound

REASONS: Final[dict[str, type[DomainError]]] = {
    "the address is already registered": EmailAlreadyRegistered,
    "there is no such account": AccountNotFound,
    "the account was changed meanwhile": StaleAccount,
    "the account is already deactivated": AccountAlreadyDeactivated,
    "the account is already active": AccountAlreadyActive,
    "the password was used before": PasswordUsedBefore,
    "the password is the temporary one": TemporaryPasswordAgain,
    "there is no temporary password to replace": NoTemporaryPassword,
    "a new password must be set first": MustSetPassword,
    "there is no such session": SessionNotFound,
    "there are no keys": NoKeyRing,
    "there is no such tenant": TenantNotFound,
    "there is no such project": ProjectNotFound,
    "the path is already used": PathAlreadyUsed,
    "the slug is already used": SlugAlreadyUsed,
    "there is no such agent": AgentNotFound,
    "the session belongs to another agent": AgentSessionTaken,
    "there is no such task": TaskNotFound,
    "the task was changed meanwhile": StaleTask,
    "the task is already finished": TaskAlreadyFinished,
    "a worker is at it": TaskNotEditable,
    "what was edited was changed meanwhile": StaleReading,
    "the connection is lost": ConnectionLost,
    "there is no such turn": TurnNotFound,
    "the task was not there yet": TurnBeforeTask,
    "there is no such event": EventNotFound,
    "there is no such objective": ObjectiveNotFound,
    "the objective was changed meanwhile": StaleObjective,
    "an error was swallowed in it": WorkAborted,
    "others kept getting in its way": GaveUp,
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
