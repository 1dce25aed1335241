"""What the guides say is so: options, messages, dependencies, links."""

import re
import tomllib
from pathlib import Path
from typing import Any, Final

import pytest

from checks import pages
from features.support.service import ROOT
from links import broken_links
from pgharness.core.errors import HarnessError
from pgharness.core.option_names import ORDER, SCHEMA
from pgharness.core.options import Options
from tests.support import guides, sources
from tests.support.guides import GUIDES, quoted, rows

LONGEST: Final = 140
"""Lines of a page that is one page."""

PAGES: Final = ("architecture", "decisions/README", "glossary")
"""Pages without snippets to be tried."""

GENERATED: Final = ("criteria", "steps")
"""Pages that `checks.pages` writes as a whole: as long as what they list."""

START_UP: Final = (
    *("configuration", "division", "durations", "references", "shard"),
    *(
        "options",
        "provision",
        "server_check",
        "docker_engine",
        "container",
        "binaries",
        "embedded",
    ),
    *(
        "migrators",
        "sql_text",
        "templates",
        "test_run",
        "hooks",
        "own_hooks",
        "reports",
        "run_directory",
        "run_reports",
        "runner",
        "settings",
    ),
    *("checking", "line_numbers", "feature_paths", "tag_expressions"),
)
"""The modules whose refusals have to be explained."""

FAILING: Final = (
    *("cells", "leaks", "test_database", "foreign_keys", "ownership", "pytest_cases"),
    *("pytest_plugin", "reset"),
    *("savepoints", "errors", "data_tables", "world", "scope_tags"),
)
"""The modules of whose errors each has to be explained."""

REASONS: Final = (
    ("ownership", "_obstacle"),
    ("ownership", "missing"),
    ("reset", "_obstacle"),
    ("reset", "_reason"),
    ("reset", "_refused"),
    ("scope_tags", "_mistake_of_the_run"),
    ("scope_tags", "mistake"),
    ("checking", "_nothing_in_common"),
    ("snapshots", "_described"),
)
"""What returns the reasons why a database is not reset or put back, a tag or a choice refused."""


def test_the_table_has_every_option_and_its_values() -> None:
    with pytest.raises(HarnessError) as refusal:
        Options.read({"?": ""}, {})
    names = re.findall(r"\w+", str(refusal.value).partition("there are ")[2].replace(" and ", " "))
    listed = {
        quoted(cells[0])[0].removeprefix("-D "): quoted(cells[1])
        for cells in rows("testing-guide", "name")
        if "-D " in cells[0]
    }
    names = [name for name in names if name not in SCHEMA]  # which this project says by itself
    assert sorted(listed) == sorted(names)
    for name, values in listed.items():
        for value in values:
            Options.read({name: value}, {})
    default = {cells[0]: re.findall(r"\*\*`(.+?)`\*\*", cells[1]) for cells in options()}
    for name in names:
        assert len(default[f"`-D {name}`"]) == (name != ORDER), "an order is that of the files"
        for value in default[f"`-D {name}`"]:
            assert Options.read({name: value}, {}) == Options.read({}, {})


def test_the_table_has_every_variable_and_every_option_of_alembic() -> None:
    listed = {quoted(cells[0])[0] for cells in options() if not cells[0].startswith("`-D")}
    read = sources.variables(
        sources.python("features", "migrations", "pgharness/src", "tests", "domain")
    )
    migrations = sources.alembic_options(sources.python("migrations")) | {"allow-data-loss"}
    assert listed == read | {f"-x {name}" for name in migrations}


def options() -> list[list[str]]:
    return rows("testing-guide", "name")


def said() -> list[str]:
    """Return every message that the troubleshooting page explains."""
    cells = rows("troubleshooting", "it says")
    assert all(len(row) == 2 for row in cells), "a row has a bar too many"
    return [text for row in cells for text in quoted(row[0])]


def test_what_is_explained_is_really_said() -> None:
    texts = sources.sentences(sources.python("features/support", "pgharness/src"))
    assert [text for text in said() if text not in texts] == []


def support(*modules: str) -> list[Path]:
    files = {file.stem: file for file in sources.python("features/support", "pgharness/src")}
    return [files[name] for name in modules]


def test_every_refusal_of_the_start_is_explained() -> None:
    refused = sources.refusals(support(*START_UP))
    assert len(refused) > len(START_UP)
    assert sorted(refused - set(said())) == []


@pytest.mark.parametrize("module", FAILING)
def test_every_error_of_the_harness_is_explained(module: str) -> None:
    errors = sources.errors(support(module))
    assert errors, "it raises none"
    assert sorted(errors - set(said())) == []


@pytest.mark.parametrize(("module", "function"), REASONS)
def test_every_reason_in_such_a_sentence_is_explained(module: str, function: str) -> None:
    reasons = sources.returned(support(module), function)
    assert reasons, "it returns none"
    assert sorted(reasons - set(said())) == []


@pytest.mark.parametrize("name", [*GUIDES, *PAGES])
def test_a_guide_is_one_page(name: str) -> None:
    assert len(guides.page(name).splitlines()) <= LONGEST


@pytest.mark.parametrize("name", [*GUIDES, *PAGES, *GENERATED])
def test_the_readme_leads_to_every_guide(name: str) -> None:
    assert f"(docs/{name}.md" in (ROOT / "README.md").read_text("utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_only_a_generated_page_may_be_longer(name: str) -> None:
    assert guides.page(name).startswith(pages.NOTICE)


def test_the_readme_says_of_every_dependency_what_it_is_for() -> None:
    groups = [
        group
        for file in ("pyproject.toml", "pgharness/pyproject.toml")
        for group in _requirements(tomllib.loads((ROOT / file).read_text("utf-8")))
    ]
    needed = {re.split(r"[\[<>=!~; ]", line)[0] for group in groups for line in group}
    _, _, table = (ROOT / "README.md").read_text("utf-8").partition("| package | what for |")
    assert set(re.findall(r"\[([\w-]+)\]\(https://pypi.org/", table)) == needed - {"pgharness"}


def _requirements(document: dict[str, Any]) -> list[list[str]]:
    project = document["project"]
    extras = project.get("optional-dependencies", {})
    groups = document.get("dependency-groups", {})
    return [project["dependencies"], *extras.values(), *groups.values()]


@pytest.mark.parametrize("file", [*ROOT.glob("docs/**/*.md"), *ROOT.glob("*.md")], ids=str)
def test_links_lead_somewhere(file: Path) -> None:
    assert list(broken_links(file)) == []
