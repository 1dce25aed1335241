"""What stands in the place of the reports while a run goes on, and after it was killed.

The reports of the run before would show its result as that of this one.
"""

from base64 import b64encode
from contextlib import ExitStack
from hashlib import sha256
from html import escape
from pathlib import Path
from typing import Final

from pgharness.results.files.whole import write_whole
from pgharness.results.settings import CUCUMBER_JSON, MESSAGES, PAGE, SUMMARY, ReportSettings
from pgharness.results.wording import UNFINISHED

AGAIN: Final = "If it is going on, open this again at its end."
ADVICE: Final = "If it was killed, this command makes the page of what it had done:"
COMMAND: Final = "{begin}python -m pgharness.results html {folder}/{messages} -o {folder}/{page}"

STYLE: Final = (
    "body{font:1rem/1.55 system-ui,sans-serif;max-width:46rem;margin:3rem auto;padding:0 1rem}"
    "h1{line-height:1.25}pre{white-space:pre-wrap;overflow-wrap:anywhere}"
)

DOCUMENT: Final = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<style>{style}</style>
<title>Not finished: {title}</title>
<main>
<p>{title}</p>
<h1>{sentence}</h1>
<p>{again}</p>
<p>{advice}</p>
<pre>{command}</pre>
</main>
</html>
"""


def replace_former(folder: Path, settings: ReportSettings) -> None:
    """Remove the former run's stream and reports; write a page and a summary in their place.

    They are removed first: on a full disk nothing can be written in their place.
    The list for a rerun stays: this run may be reading it. Raises `OSError`.
    """
    begin = settings.command.removesuffix("behave") if settings.command.endswith(" behave") else ""
    command = COMMAND.format(begin=begin, folder=folder.name, messages=MESSAGES, page=PAGE)
    digest = b64encode(sha256(STYLE.encode()).digest()).decode()
    texts = {
        "style": STYLE,
        "policy": f"default-src 'none'; style-src 'sha256-{digest}'",
        "again": AGAIN,
        "title": settings.title,
        "sentence": UNFINISHED,
        "advice": ADVICE,
        "command": command,
    }
    document = DOCUMENT.format_map(
        {name: escape(text, quote=name == "title") for name, text in texts.items()}
    )
    with ExitStack() as removing:  # each of them, also if another one cannot be removed
        for name in (MESSAGES, PAGE, SUMMARY, CUCUMBER_JSON):
            removing.callback((folder / name).unlink, missing_ok=True)
    write_whole(folder / PAGE, document)
    write_whole(folder / SUMMARY, f"## {UNFINISHED}\n\n{AGAIN} {ADVICE}\n\n`{command}`\n")
