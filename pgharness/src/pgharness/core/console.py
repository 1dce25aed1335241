"""Printing in encodings that lack characters."""

import sys


def print_any_text() -> None:
    r"""Print characters that the encoding of standard output lacks as escapes such as `\u2026`.

    Python does this only on standard error; on standard output it raises `UnicodeEncodeError`.
    """
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="backslashreplace")
