"""The project that features belong to: whose settings count, and whose modules steps import."""

import sys
from pathlib import Path

from pgharness.adapters.configuration import FILE
from pgharness.core.option_names import HEADING


def project_of(features: Path) -> Path:
    """Return the nearest folder around that has a pyproject.toml, or else the one around."""
    around = (folder for folder in features.parents if (folder / FILE).is_file())
    return next(around, features.parent)


def make_importable(features: Path) -> None:
    """Let steps import the modules beside a pyproject.toml that has settings of ours.

    Behave finds them only if it is started in that folder.
    """
    project = project_of(features)
    settings = project / FILE
    is_configured = settings.is_file() and HEADING.search(settings.read_text("utf-8"))
    if is_configured and str(project) not in sys.path:
        sys.path.append(str(project))  # after all that can be imported already


def make_importable_for_caller() -> None:
    """Do it for the environment.py that imports the harness: behave has no name for that module."""
    frame = sys._getframe()  # noqa: SLF001 (what behave executes has no other trace)
    while frame.f_back is not None:
        frame = frame.f_back
        if "__file__" in frame.f_globals and "__name__" not in frame.f_globals:
            make_importable(Path(frame.f_globals["__file__"]).absolute().parent)
            return
