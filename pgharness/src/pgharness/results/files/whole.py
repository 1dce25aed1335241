"""Write files as a whole: a full disk or a killed process leaves no half of a report."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(file: Path) -> Iterator[Path]:
    """Give a path to write to, which then replaces the file; folders are made.

    Raises `OSError`, with the name of the file; the file is then as it was.
    """
    partial = file.with_name(f".{file.name}.part")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield partial
            partial.replace(file)
        finally:
            partial.unlink(missing_ok=True)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(file)) from error


def write_whole(file: Path, text: str, errors: str = "strict") -> None:
    """Write a text in UTF-8, as `replacing` does."""
    with replacing(file) as partial:
        partial.write_text(text, "utf-8", errors, newline="\n")


def within_here(path: Path) -> str:
    """Return how a sentence names a path: relative if it is in the current folder."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
