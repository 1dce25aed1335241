"""Standard output and standard error, whatever their encoding is."""

import sys


def print_any_text() -> None:
    r"""Let standard output print what its encoding lacks as an escape such as `\u2026`.

    Python does so for standard error; on standard output it raises `UnicodeEncodeError`.
    """
    if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
        reconfigure(errors="backslashreplace")
