"""Through a connection pooler a run does not start, and says what to do."""

from pathlib import Path
from typing import Final

import pytest

from pgharness.servers.embedded import EmbeddedServer
from tests.servers import pgbouncer
from tests.support.forked import Preloaded
from tests.support.running import SHORT, SHORT_SCENARIOS, plain

IGNORING: Final = "ignore_startup_parameters = options,extra_float_digits"
"""As those have it who were told before that it does not know the parameter `options`."""


@pytest.mark.parametrize(
    "settings",
    [
        "pool_mode = session",
        *(f"pool_mode = {mode}\n{IGNORING}" for mode in ("session", "transaction")),
    ],
    ids=["refuses options", "session", "transaction"],
)
def test_a_run_through_pgbouncer_is_refused_by_name(
    loaded: Preloaded, server: EmbeddedServer, settings: str, tmp_path: Path
) -> None:
    with pgbouncer.running(server, settings) as url:
        ended = loaded.run("-D", f"postgres={plain(url)}", SHORT, reports=tmp_path / "run")
    assert ended.exit_code == 1
    assert f"Cannot run: {url.query['host']}:{url.port} is a connection pooler" in ended.output
    assert "give the URL of the server itself." in ended.output
    assert "Traceback" not in ended.output
    assert [case.verdict for case in ended.cases] == ["error", *["skipped"] * SHORT_SCENARIOS]
