"""What stands in the place of the reports while a run goes on, and after it was killed.

The reports of the run before would show its result as that of this one.
"""

from contextlib import ExitStack
from html import escape
from pathlib import Path
from typing import Final

from pgharness.results.files.whole import write_whole
from pgharness.results.settings import CUCUMBER_JSON, MESSAGES, PAGE, SUMMARY, ReportSettings
from pgharness.results.wording import UNFINISHED

ADVICE: Final = "What it has done so far is in {messages}; this command makes the page of it:"
COMMAND: Final = "python -m pgharness.results html {folder}/{messages} -o {folder}/{page}"

DOCUMENT: Final = """<!DOCTYPE html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'">
<title>Not finished: {title}</title>
<main>
<p>{title}</p>
<h1>{sentence}</h1>
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
    advice = ADVICE.format(messages=MESSAGES)
    command = COMMAND.format(folder=folder.name, messages=MESSAGES, page=PAGE)
    texts = {
        "title": settings.title,
        "sentence": UNFINISHED,
        "advice": advice,
        "command": command,
    }
    document = DOCUMENT.format_map({name: escape(text) for name, text in texts.items()})
    with ExitStack() as removing:  # each of them, also if another one cannot be removed
        for name in (MESSAGES, PAGE, SUMMARY, CUCUMBER_JSON):
            removing.callback((folder / name).unlink, missing_ok=True)
    write_whole(folder / PAGE, document)
    write_whole(folder / SUMMARY, f"## {UNFINISHED}\n\n{advice}\n\n`{command}`\n")
