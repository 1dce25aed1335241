"""The files at the root of the repository agree with one another."""

import re
import tomllib

from features.support.service import ROOT
from pgharness.core.options import Options


def read(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def test_both_packages_have_the_licence() -> None:
    assert read("pgharness/LICENSE") == read("LICENSE")
    for name in ("pyproject.toml", "pgharness/pyproject.toml"):
        project = tomllib.loads(read(name))["project"]
        assert (project["license"], project["license-files"]) == ("MIT", ["LICENSE"])


def test_the_changelog_has_the_version_of_both_packages() -> None:
    versions = {
        tomllib.loads(read(name))["project"]["version"]
        for name in ("pyproject.toml", "pgharness/pyproject.toml")
    }
    assert versions == {re.findall(r"^## \[(.+?)\]", read("CHANGELOG.md"), re.MULTILINE)[0]}


def test_the_server_for_development_is_of_the_default_image() -> None:
    (image,) = re.findall(r"image: (\S+)", read("compose.yaml"))
    assert image == Options.read({}, {}).image


def test_the_url_of_the_server_for_development_is_the_documented_one() -> None:
    compose = read("compose.yaml")
    (password,) = re.findall(r"POSTGRES_PASSWORD: (\w+)", compose)
    (port,) = re.findall(r'"127\.0\.0\.1:(\d+):5432"', compose)
    url = f"TEST_DATABASE_URL=postgresql://postgres:{password}@localhost:{port}/postgres"
    assert url in compose
    assert url in read("docs/testing-guide.md")


def test_the_hooks_run_tasks_that_exist() -> None:
    tasks = tomllib.loads(read("pyproject.toml"))["tool"]["poe"]["tasks"]
    checks = {step["cmd"] for step in tasks["check"]["sequence"]}
    entries = re.findall(r"entry: uv run --offline (.+)", read(".pre-commit-config.yaml"))
    assert entries
    for entry in entries:
        command = entry.removesuffix(" --force-exclude")
        known = f"{command} ." in checks or command.removeprefix("poe ") in tasks
        assert known, f"{entry} is none of our checks"
