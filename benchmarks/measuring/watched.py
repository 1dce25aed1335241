"""Runs a module of Python's as `python -m` does, and writes how much memory it took at most.

`python watched.py FILE MODULE …`: the file gets the largest resident size of the process in KiB.
The usage that the kernel reports to a parent would not do: it is never less than the parent's own
size when the child began.
"""

import atexit
import resource
import runpy
import sys
from pathlib import Path
from typing import Final

STATUS: Final = Path("/proc/self/status")


def largest() -> int:
    """Return the largest resident size of this process, in KiB."""
    if STATUS.is_file():
        (line,) = (one for one in STATUS.read_text("utf-8").splitlines() if "VmHWM" in one)
        return int(line.split()[1])
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024  # macOS: bytes


if __name__ == "__main__":
    file, module, *arguments = sys.argv[1:]
    atexit.register(lambda: Path(file).write_text(str(largest()), "utf-8"))
    sys.argv = [module, *arguments]
    sys.path[0] = str(Path.cwd())
    runpy.run_module(module, run_name="__main__", alter_sys=True)
