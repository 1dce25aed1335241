"""What people do at once, through the service or carelessly past it."""

from typing import Final

from features.support.careless_logins import CARELESS_WITH_LOGINS
from features.support.careless_tasks import CARELESS_WITH_TASKS
from features.support.careless_texts import CARELESS_WITH_TEXTS
from features.support.races_logins import LOGIN_RACES
from features.support.races_tasks import TASK_RACES
from features.support.races_texts import TEXT_RACES
from features.support.racing import Race

RACES: Final[dict[str, Race]] = {
    **TASK_RACES,
    **TEXT_RACES,
    **LOGIN_RACES,
    **CARELESS_WITH_TASKS,
    **CARELESS_WITH_TEXTS,
    **CARELESS_WITH_LOGINS,
}
"""In the words of the features."""
