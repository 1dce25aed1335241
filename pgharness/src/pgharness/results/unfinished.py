"""What stands in the place of the reports while a run goes on, and after it was killed.

The reports of the run before would show its result as that of this one.
"""

from html import escape
from pathlib import Path
from typing import Final

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
    """Replace the page and the summary of the former run, and remove its `cucumber.json`.

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
    (folder / PAGE).write_text(document, "utf-8")
    (folder / SUMMARY).write_text(f"## {UNFINISHED}\n\n{advice}\n\n`{command}`\n", "utf-8")
    (folder / CUCUMBER_JSON).unlink(missing_ok=True)
