"""The project of a folder of features: its pyproject.toml, and its modules for steps."""

import sys
from pathlib import Path

from pgharness.core.option_names import HEADING
from pgharness.core.settings_file import FILE


def project_of(features: Path) -> Path:
    """Return the nearest parent folder with a pyproject.toml, or else the parent."""
    around = (folder for folder in features.parents if (folder / FILE).is_file())
    return next(around, features.parent)


def make_importable(features: Path) -> None:
    """Add the folder of a pyproject.toml with `[tool.pgharness]` to Python's path.

    Without it, steps could import its modules only if behave was started there.
    """
    project = project_of(features)
    settings = project / FILE
    is_configured = settings.is_file() and HEADING.search(settings.read_text("utf-8"))
    if is_configured and str(project) not in sys.path:
        sys.path.append(str(project))  # last, so that it hides no other module


def make_importable_for_caller() -> None:
    """Call `make_importable` for the environment.py that imports the harness.

    behave executes it without a module name, so its path is taken from the stack.
    """
    frame = sys._getframe()  # noqa: SLF001 (what behave executes has no other trace)
    while frame.f_back is not None:
        frame = frame.f_back
        if "__file__" in frame.f_globals and "__name__" not in frame.f_globals:
            make_importable(Path(frame.f_globals["__file__"]).absolute().parent)
            return
