"""The workloads of all stress tests, through the service or unsafely past it."""

from typing import Final

from features.support.concurrency.login_workloads import LOGIN_WORKLOADS
from features.support.concurrency.stress_tests import Workload
from features.support.concurrency.task_workloads import TASK_WORKLOADS
from features.support.concurrency.text_workloads import TEXT_WORKLOADS
from features.support.concurrency.unsafe_logins import UNSAFE_LOGINS
from features.support.concurrency.unsafe_tasks import UNSAFE_TASKS
from features.support.concurrency.unsafe_texts import UNSAFE_TEXTS

WORKLOADS: Final[dict[str, Workload]] = {
    **TASK_WORKLOADS,
    **TEXT_WORKLOADS,
    **LOGIN_WORKLOADS,
    **UNSAFE_TASKS,
    **UNSAFE_TEXTS,
    **UNSAFE_LOGINS,
}
"""By the words of the features."""
