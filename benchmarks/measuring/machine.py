"""On which machine a run was, without its name."""

import os
import platform
from pathlib import Path
from typing import Final

import psutil

CPU_INFO: Final = Path("/proc/cpuinfo")
GIB: Final = 2**30


def describe() -> dict[str, str]:
    """Return what matters to the figures."""
    return {
        "cpu": cpu_model(),
        "cores": str(_cores()),
        "memory": f"{psutil.virtual_memory().total / GIB:.0f} GiB",
        "system": _system(),
        "python": platform.python_version(),
    }


def cpu_model() -> str:
    """Return the model of the processor, as far as the system knows it."""
    if CPU_INFO.is_file():
        for line in CPU_INFO.read_text("utf-8").splitlines():
            key, _, value = line.partition(":")
            if key.strip() == "model name":
                return value.strip()
    return platform.processor() or platform.machine()


def _cores() -> int:
    """Return the number of cores that this process may use."""
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # macOS
        return os.cpu_count() or 1


def _system() -> str:
    try:
        name = platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        name = platform.platform(terse=True)
    return f"{name}, {platform.system()} {platform.release().partition('-')[0]}"
