"""Step types of the steps about tasks, the workspace and objectives."""

import json
from typing import Final

from domain.work.tasks import TaskStatus
from domain.work.turns_and_events import TurnActor, TurnIntent
from features.support.error_phrases import TASK_RULES
from features.support.vocabulary import StepTypes

TYPES: Final = StepTypes(
    words={
        "Json": (r"[\[{\"\d-].*|null|true|false", json.loads),
    },
    phrases={
        "Things": ("projects", "agents", "turns", "events", "objectives"),
    },
    meanings={
        "TaskRule": TASK_RULES,
        "TaskStatus": {status.value: status for status in TaskStatus},
        "TurnActor": {actor.value: actor for actor in TurnActor},
        "TurnIntent": {intent.value: intent for intent in TurnIntent},
    },
)
