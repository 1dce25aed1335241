"""The files of a run's results."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from benchmarks.output.plot import plot
from benchmarks.output.results import Results
from benchmarks.output.table import markdown_table

BEGIN: Final = "<!-- the table: begin (written by `python -m benchmarks --output`) -->"
END: Final = "<!-- the table: end -->"


def write(results: Results, folder: Path) -> Iterator[Path]:
    """Write all files; yield the path of each."""
    table = markdown_table(results)
    texts = {
        folder / "results.json": json.dumps(results.as_json(), indent=1, ensure_ascii=False) + "\n",
        folder / "table.md": table,
        folder / "plot.svg": plot(results),
    }
    page = folder.with_suffix(".md")
    if page.is_file() and BEGIN in (text := page.read_text("utf-8")):
        texts[page] = with_table(text, table)
    for file, text in texts.items():
        file.write_text(text, "utf-8")
        yield file


def with_table(page: str, table: str) -> str:
    """Return the page with this table between its marks."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"the page has no {END}")
    return f"{before}{BEGIN}\n{table}{END}{after}"
