"""Fixtures that open the page of a run in Chromium, and axe, which looks for barriers in it."""

import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from pgharness.results import page as result_page
from pgharness.results.model import Run

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

PROGRAMS: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS: Final = (
    *("--disable-gpu", "--disable-background-networking", "--disable-component-update"),
    *("--disable-sync", "--no-first-run"),
)
AXE: Final = "axe-core@4.14.1"


@dataclass
class Opened:
    """A page in a browser, with what it asked for and what its console said."""

    page: "Page"
    requests: list[str] = field(default_factory=list)
    """All but that of the file itself; they were not let through."""
    console: list[str] = field(default_factory=list)
    """Errors, warnings and exceptions."""

    def asked(self, route: "Route") -> None:
        """Let the file itself through, and nothing else."""
        if route.request.url.startswith("file://") and route.request.is_navigation_request():
            route.continue_()
        else:
            self.requests.append(route.request.url)
            route.abort()


Open = Callable[..., Opened]
"""Opens the page of a run: `open_page(run, anchor="accounts-8", color_scheme="dark")`.

Options of `render` are in the argument `options`; `before` is a script that runs before the page's
own. All others are options of a new tab.
"""


@contextmanager
def _launched(folder: Path) -> "Iterator[Browser]":
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    from playwright.sync_api import sync_playwright

    is_root = hasattr(os, "geteuid") and os.geteuid() == 0
    flags = [*FLAGS, *(["--no-sandbox"] if is_root else [])]
    with ExitStack() as stack:
        with pytest.MonkeyPatch.context() as patch:
            # The folder of a test would be gone before the browser of a module.
            patch.setenv("TMPDIR", str(folder))
            playwright = stack.enter_context(sync_playwright())
            browser = playwright.chromium.launch(executable_path=program, args=flags)
        stack.callback(browser.close)
        yield browser


@pytest.fixture(scope="module")
def module_browser(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[Browser]":
    """A browser for all tests of a module, none of which may need an event loop of its own."""
    with _launched(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def browser(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> "Iterator[Browser]":
    """A browser: the module's, if the module says `SHARES_BROWSER`, else one for the test.

    While Playwright's synchronous interface is in use, its event loop is the thread's, and no
    other can run. A test of another module in the same process may need one.
    """
    if getattr(request.module, "SHARES_BROWSER", False):
        yield request.getfixturevalue("module_browser")
        return
    with _launched(tmp_path_factory.mktemp("browser")) as browser:
        yield browser


@pytest.fixture
def open_page(browser: "Browser", tmp_path: Path) -> Iterator[Open]:
    """Opens the page of a run in a new tab."""
    contexts = []

    def opened(
        run: Run,
        *,
        anchor: str = "",
        before: str = "",
        options: dict[str, Any] | None = None,
        **tab: Any,
    ) -> Opened:
        file = tmp_path / "acceptance.html"
        result_page.write(file, run, **(options or {}))
        context = browser.new_context(**tab)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        made = Opened(page)
        page.route("**/*", made.asked)
        page.on(
            "console",
            lambda said: (
                made.console.append(said.text) if said.type in {"error", "warning"} else None
            ),
        )
        page.on("pageerror", lambda error: made.console.append(str(error)))
        page.add_init_script(before)
        page.goto(f"{file.as_uri()}{'#' if anchor else ''}{anchor}")
        return made

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def axe(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script of axe-core, from npm; kept in pytest's cache."""
    cached = request.config.cache.mkdir("axe") / f"{AXE}.js"
    if not cached.is_file():
        npm = shutil.which("npm")
        if npm is None:
            pytest.skip("npm, which installs axe-core, is not installed")
        folder = tmp_path_factory.mktemp("axe")
        command = (npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), AXE)
        done = subprocess.run(command, capture_output=True, check=False)
        if done.returncode:
            pytest.skip("npm cannot install axe-core")
        part = folder / "axe.js"
        shutil.copy(folder / "node_modules" / "axe-core" / "axe.min.js", part)
        shutil.copy(part, new := cached.with_suffix(f".{os.getpid()}"))
        new.replace(cached)
    return cached.read_text("utf-8")
