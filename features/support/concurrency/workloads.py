"""What people do at once, through the service or carelessly past it."""

from typing import Final

from features.support.concurrency.login_workloads import LOGIN_RACES
from features.support.concurrency.stress_tests import Race
from features.support.concurrency.task_workloads import TASK_RACES
from features.support.concurrency.text_workloads import TEXT_RACES
from features.support.concurrency.unsafe_logins import CARELESS_WITH_LOGINS
from features.support.concurrency.unsafe_tasks import CARELESS_WITH_TASKS
from features.support.concurrency.unsafe_texts import CARELESS_WITH_TEXTS

RACES: Final[dict[str, Race]] = {
    **TASK_RACES,
    **TEXT_RACES,
    **LOGIN_RACES,
    **CARELESS_WITH_TASKS,
    **CARELESS_WITH_TEXTS,
    **CARELESS_WITH_LOGINS,
}
"""In the words of the features."""
