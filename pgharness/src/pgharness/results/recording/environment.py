"""What a stream says of the machine and the build: product names, no host name, no user."""

import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit, urlunsplit

from cucumber_messages import Ci, Git, Meta, Product

GITHUB: Final = "GITHUB_ACTIONS"
GITLAB: Final = "GITLAB_CI"
JENKINS: Final = "JENKINS_URL"

PATIENCE: Final = 5.0
"""Seconds for a git command."""


def meta() -> Meta:
    """Return the first message of a stream."""
    return Meta(
        cpu=Product(name=platform.machine()),
        implementation=Product(name="behave", version=version("behave")),
        os=Product(name=platform.system(), version=platform.release()),
        protocol_version=version("cucumber-messages"),
        runtime=Product(name=platform.python_implementation(), version=platform.python_version()),
        ci=build(os.environ),
    )


def build(environment: Mapping[str, str]) -> Ci | None:
    """Return the build in GitHub Actions, GitLab CI or Jenkins that the variables describe."""
    value = environment.get
    if value(GITHUB):
        repository = f"{value('GITHUB_SERVER_URL', '')}/{value('GITHUB_REPOSITORY', '')}"
        return Ci(
            name="GitHub Actions",
            url=f"{repository}/actions/runs/{value('GITHUB_RUN_ID', '')}",
            build_number=value("GITHUB_RUN_ID"),
            git=_git(repository, value("GITHUB_SHA"), value("GITHUB_REF_NAME")),
        )
    if value(GITLAB):
        return Ci(
            name="GitLab",
            url=value("CI_JOB_URL"),
            build_number=value("CI_JOB_ID"),
            git=_git(value("CI_PROJECT_URL"), value("CI_COMMIT_SHA"), value("CI_COMMIT_REF_NAME")),
        )
    if value(JENKINS):
        return Ci(
            name="Jenkins",
            url=value("BUILD_URL"),
            build_number=value("BUILD_NUMBER"),
            git=_git(value("GIT_URL"), value("GIT_COMMIT"), value("GIT_BRANCH")),
        )
    return None


def _git(remote: str | None, revision: str | None, branch: str | None) -> Git | None:
    if not remote or not revision:
        return None
    return Git(remote=_without_user(remote), revision=revision, branch=branch)


def _without_user(url: str) -> str:
    """Remove a user and a password from a URL."""
    parts = urlsplit(url)
    if "@" not in parts.netloc:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def revision(project: Path) -> str:
    """Return the commit of a checkout, with `+` if files were changed; empty without git."""
    commit = _run_git(project, "rev-parse", "--short=12", "HEAD")
    if not commit:
        return ""
    changed = _run_git(project, "status", "--porcelain", "--untracked-files=no")
    return f"{commit}+" if changed else commit


def _run_git(project: Path, *arguments: str) -> str:
    try:
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607 (as a developer runs it)
            cwd=project,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
