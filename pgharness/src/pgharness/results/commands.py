"""`python -m pgharness.results`: make reports of a run from its stream, or merge streams."""

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final

from pgharness.core.console import print_any_text
from pgharness.core.errors import HarnessError
from pgharness.results import durations, history, showing
from pgharness.results.changes import Changes
from pgharness.results.files import cucumber_json, github, junit, rerun, summary
from pgharness.results.files.whole import write_whole
from pgharness.results.model import Run
from pgharness.results.settings import report_settings
from pgharness.results.stream.merging import Stream, merge
from pgharness.results.stream.reading import documents, read
from pgharness.results.wording import holds

STREAM: Final = Path("reports/messages.ndjson")
STDOUT: Final = Path("-")
DOES_NOT_HOLD: Final = 1
BAD_INPUT: Final = 2

DESCRIPTION: Final = """\
Make reports of a run from its stream of Cucumber Messages.

Exit code: 0 if the report was made, whatever the run's result; 2 if the input or an argument is
wrong. Only `show` tells the result: 1 if the run does not hold, did not finish, or has no example.
And `merge` tells if a shard is missing: 1, and what it has written is the stream of a failed run.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; return its exit code."""
    print_any_text()
    options = parser().parse_args(arguments)
    command: Callable[[Namespace], int | None] = options.command
    try:
        return command(options) or 0
    except HarnessError as error:
        print(f"{options.prog}: {error}", file=sys.stderr)
        return BAD_INPUT


def parser() -> ArgumentParser:
    """Return the parser of the command line."""
    made = ArgumentParser(
        prog="python -m pgharness.results",
        description=DESCRIPTION,
        formatter_class=RawDescriptionHelpFormatter,
    )
    commands = made.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[[Namespace], int | None], what: str) -> ArgumentParser:
        added: ArgumentParser = commands.add_parser(name, help=what, description=f"{what}.")
        added.set_defaults(command=command, prog=added.prog)
        return added

    def add_report(
        name: str, command: Callable[[Namespace], int | None], what: str, output: str = ""
    ) -> ArgumentParser:
        added = add(name, command, what)
        added.add_argument(
            "stream", nargs="?", type=Path, default=STREAM, metavar="STREAM",
            help="the messages.ndjson of a run (default: %(default)s)",
        )  # fmt: skip
        if output:
            added.add_argument(
                "-o", "--output", type=Path, default=Path(output), metavar="FILE",
                help="where to write it; - is the standard output (default: %(default)s)",
            )  # fmt: skip
        return added

    to_junit = add_report("junit", _junit, "JUnit files: one for each feature, and one for a run"
                          " that did not end normally")  # fmt: skip
    to_junit.add_argument(
        "--junit-directory", type=Path, default=Path("reports/junit"), metavar="FOLDER",
        help="where to write them; those of the last run are removed (default: %(default)s)",
    )  # fmt: skip
    to_junit.add_argument(
        "--in-cases", action="store_true",
        help="write properties, file, line and steps to each case, as pytest does and GitLab and"
        " newer versions of Jenkins read it; such files are not valid for the schemas of Jenkins'"
        " xunit-plugin and of Ant",
    )  # fmt: skip
    to_junit.add_argument(
        "--features", default="features", metavar="FOLDER",
        help="the names of files are paths below this folder (default: %(default)s)",
    )  # fmt: skip
    to_html = add_report("html", _html, "The page of a run", "reports/acceptance.html")
    to_html.epilog = (
        "What is not given is taken from [tool.pgharness.report] of the pyproject.toml in the"
        " current folder."
    )
    to_html.add_argument("--title", help="the title of the page")
    to_html.add_argument("--command", dest="behave", metavar="COMMAND",
                         help="the command that repeats an example, on the page")  # fmt: skip
    to_html.add_argument("--requirements", type=Path, metavar="FILE",
                         help="a catalogue of public requirements that it shows")  # fmt: skip
    to_html.add_argument("--drawings", type=Path, metavar="FOLDER",
                         help="a folder of SVG files that it shows")  # fmt: skip
    to_html.add_argument("--strength", type=Path, metavar="FILE",
                         help="which faults each rule noticed, as JSON")  # fmt: skip
    to_summary = add_report("summary", _summary, "A summary in Markdown", "reports/summary.md")
    for with_changes in (to_html, to_summary):
        with_changes.add_argument(
            "--history", type=Path, default=Path("reports/history"), metavar="FOLDER",
            help="the results of earlier runs, with which it is compared (default: %(default)s)",
        )  # fmt: skip
    to_summary.add_argument(
        "--github", action="store_true",
        help="append it to $GITHUB_STEP_SUMMARY too, and print annotations if this is a job of"
        " GitHub Actions",
    )  # fmt: skip
    add_report("rerun", _rerun, "The list for `behave @reports/rerun.txt`: what failed or was not"
               " run; without such a case, the list is removed", "reports/rerun.txt")  # fmt: skip
    add_report("json", _json, "Cucumber JSON, the older format that test management tools import",
               "reports/cucumber.json")  # fmt: skip
    add_report("durations", _durations, "The file of durations by which shards are divided; what"
               " it has stays if it is about the same", "durations.json")  # fmt: skip
    add_report("show", _show, "The result in a few lines; exit code 1 if the run does not hold")
    to_merge = add("merge", _merge, "Merge streams of shards, of workers, or of a run and its"
                   " rerun; of a case that several have, the run that started last"
                   " counts")  # fmt: skip
    to_merge.add_argument("streams", nargs="+", type=Path, metavar="STREAM",
                          help="the messages.ndjson of a run")  # fmt: skip
    to_merge.add_argument("-o", "--output", type=Path, required=True, metavar="FILE",
                          help="where to write it; - is the standard output")  # fmt: skip
    return made


def _junit(options: Namespace) -> None:
    run = _run(options.stream)
    directory = options.junit_directory
    junit.write(run, directory, features=options.features, in_cases=options.in_cases)
    print(f"{directory} written")


def _html(options: Namespace) -> None:
    run = _run(options.stream)
    from pgharness.results.writing import page_of  # templates take a while to import

    configured = report_settings(Path.cwd(), {})
    settings = replace(
        configured,
        title=options.title or configured.title,
        command=options.behave or configured.command,
        requirements=options.requirements or configured.requirements,
        drawings=options.drawings or configured.drawings,
        strength=options.strength or configured.strength,
    )
    _write(options.output, page_of(run, settings, _changes(run, options.history)))


def _summary(options: Namespace) -> None:
    run = _run(options.stream)
    command = report_settings(Path.cwd(), {}).command
    text = summary.markdown(run, _changes(run, options.history), command)
    _write(options.output, text)
    if options.github:
        github.publish(run, text, sys.stdout)


def _rerun(options: Namespace) -> None:
    run = _run(options.stream)
    if options.output == STDOUT:
        _write(STDOUT, "".join(f"{line}\n" for line in rerun.lines(run)))
        return
    with _writing(options.output):
        rerun.write(run, options.output)
    done = "written" if options.output.exists() else "not needed: nothing is to be repeated"
    print(f"{options.output} {done}")


def _json(options: Namespace) -> None:
    _write(options.output, cucumber_json.text(_run(options.stream)))


def _durations(options: Namespace) -> None:
    run, output = _run(options.stream), options.output
    former = durations.read(output) if output.is_file() else durations.NOTHING_KNOWN
    _write(output, durations.text_of(run, former))


def _show(options: Namespace) -> int:
    run = _run(options.stream)
    for line in showing.lines(run):
        print(line)
    return 0 if holds(run) else DOES_NOT_HOLD


def _merge(options: Namespace) -> int:
    streams = [Stream(str(path), list(documents(path))) for path in options.streams]
    try:
        merged = merge(streams)
    except (KeyError, TypeError, AttributeError) as error:
        raise HarnessError(f"the streams cannot be merged: {_incomplete(error)}") from None
    _write(options.output, "".join(f"{json.dumps(one)}\n" for one in merged.messages))
    for name in merged.unfinished:
        print(f"{name} has no end: the merged run has not finished either", file=sys.stderr)
    if merged.missing:
        print(f"{merged.missing}: the merged run has failed", file=sys.stderr)
    return DOES_NOT_HOLD if merged.missing else 0


def _run(stream: Path) -> Run:
    """Read a stream. Raises `HarnessError` if it refers to what it does not have."""
    try:
        return read(stream)
    except (KeyError, AttributeError, IndexError) as error:
        raise HarnessError(f"{stream} cannot be read: {_incomplete(error)}") from None


def _incomplete(error: Exception) -> str:
    what = f"{error.args[0]!r}, which it does not have" if error.args else "something missing"
    return f"a message refers to {what}. Is it a part of a stream?"


def _changes(run: Run, folder: Path) -> Changes | None:
    kept = history.load(folder)
    for note in kept.notes:
        print(note, file=sys.stderr)
    return history.compare(run, kept.runs)


def _write(output: Path, text: str) -> None:
    """Write a file as a whole, or to standard output, in UTF-8."""
    if output == STDOUT:
        if (reconfigure := getattr(sys.stdout, "reconfigure", None)) is not None:
            reconfigure(encoding="utf-8", errors="surrogateescape")
        sys.stdout.write(text)
        return
    with _writing(output):
        write_whole(output, text)
    print(f"{output} written")


@contextmanager
def _writing(output: Path) -> Iterator[None]:
    """Turn an `OSError` of this block into a sentence."""
    try:
        yield
    except OSError as error:
        raise HarnessError(
            f"{output} cannot be written ({error.strerror}): name another file."
        ) from None
