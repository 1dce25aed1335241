"""How runs end: as they should, by Ctrl-C, by a kill; and what is left then."""

import platform
import shutil
import signal
import tempfile
from contextlib import ExitStack
from pathlib import Path

import psutil
import psycopg
import pytest
from sqlalchemy import URL

from pgharness.core import run_directory as runs
from pgharness.core.errors import HarnessError
from pgharness.core.run_directory import Run, is_alive
from pgharness.results.files import junit
from pgharness.results.files.junit import JUnitDirectory
from pgharness.servers import embedded, provision
from tests.support.running import (
    SHORT,
    SHORT_SCENARIOS,
    Running,
    behave,
    databases,
    directories,
    plain,
)

LONG = "features/accounts"
SEVERAL = ("features/accounts/listing.feature", "features/accounts/reading.feature")


def test_a_run_that_passes(tmp_path: Path) -> None:
    before = directories()
    ended = behave("-D", "postgres=embedded", "-D", "timing=on", SHORT, reports=tmp_path)
    assert ended.exit_code == 0, ended.output
    assert "embedded (asked for), ready in" in ended.output
    assert f" per test (median of {SHORT_SCENARIOS})" in ended.output
    assert len(ended.cases) == SHORT_SCENARIOS
    assert ended.verdicts() == {"passed"}
    assert directories() == before


def test_without_docker_the_embedded_server_is_taken(tmp_path: Path) -> None:
    nowhere = {"DOCKER_HOST": "unix:///nonexistent/docker.sock"}
    ended = behave(SHORT, reports=tmp_path, environment=nowhere)
    assert ended.exit_code == 0, ended.output
    assert "embedded (Docker is not reachable), ready in" in ended.output


def test_one_line_of_a_feature(ready: URL, tmp_path: Path) -> None:
    ended = behave("-D", f"postgres={plain(ready)}", f"{SHORT}:27", reports=tmp_path)
    assert ended.exit_code == 0
    assert "1 scenario passed" in ended.output


def test_one_rule_by_its_tag(ready: URL, tmp_path: Path) -> None:
    ended = behave("-D", f"postgres={plain(ready)}", "--tags=@accounts-19", reports=tmp_path)
    assert ended.exit_code == 0
    assert "3 scenarios passed" in ended.output


def test_reports_of_the_last_run_are_taken_away_and_no_others(ready: URL, tmp_path: Path) -> None:
    behave("-D", f"postgres={plain(ready)}", "features/examples", reports=tmp_path)
    former = set(tmp_path.glob("TESTS-*.xml"))
    foreign = tmp_path / "TESTS-shop.checkout.xml"
    foreign.write_text("<testsuite/>", "utf-8")
    behave("-D", f"postgres={plain(ready)}", SHORT, reports=tmp_path)
    assert len(former) > 1
    assert set(tmp_path.glob("*.xml")) == {foreign, tmp_path / "TESTS-accounts.listing.xml"}
    listed = (tmp_path / junit.LIST).read_text("utf-8").splitlines()
    assert listed == ["TESTS-.run.xml", "TESTS-accounts.listing.xml"], (
        "the others may belong to another run by now"
    )


def test_reports_of_a_killed_run_are_taken_away(ready: URL, tmp_path: Path) -> None:
    running = Running("-D", f"postgres={plain(ready)}", LONG, reports=tmp_path)
    running.wait_for("listing.feature")
    running.process.kill()
    running.close_output()
    assert [file.name for file in tmp_path.glob("*.xml")] == ["TESTS-.run.xml"]
    ended = behave("-D", f"postgres={plain(ready)}", SHORT, reports=tmp_path)
    assert ended.exit_code == 0, ended.output
    assert list(tmp_path.glob("*.xml")) == [tmp_path / "TESTS-accounts.listing.xml"]


def test_a_run_that_has_ended_lets_go_of_its_directory(tmp_path: Path) -> None:
    runs = [JUnitDirectory(tmp_path) for _ in range(3)]
    with runs[0], pytest.raises(HarnessError, match="another run is writing there"):
        runs[1].__enter__()
    with runs[2]:
        pass


def test_one_run_at_a_time_writes_in_a_directory(ready: URL, tmp_path: Path) -> None:
    first = Running("-D", f"postgres={plain(ready)}", *SEVERAL, reports=tmp_path)
    first.wait_for("listing.feature")
    first.process.send_signal(signal.SIGSTOP)
    try:
        written = (tmp_path / "TESTS-.run.xml").read_bytes()
        second = Running("-D", f"postgres={plain(ready)}", "features/examples", reports=tmp_path)
        refused = second.wait()
        assert refused.exit_code == 1, refused.output
        assert f"Cannot run: no reports can be written to {tmp_path} (another run" in refused.output
        assert "Traceback" not in refused.output
        assert (tmp_path / "TESTS-.run.xml").read_bytes() == written
        silent = Running("-D", f"postgres={plain(ready)}", "--no-junit", SHORT, reports=tmp_path)
        passed = silent.wait()
        assert passed.exit_code == 0, passed.output
    finally:
        first.process.send_signal(signal.SIGCONT)
    ended = first.wait()
    assert ended.exit_code == 0, ended.output
    assert {file.name for file in tmp_path.glob("*.xml")} == {
        f"TESTS-accounts.{Path(feature).stem}.xml" for feature in SEVERAL
    }


def test_reports_do_not_name_the_machine(ready: URL, tmp_path: Path) -> None:
    behave("-D", f"postgres={plain(ready)}", SHORT, reports=tmp_path)
    (report,) = tmp_path.glob("TESTS-*.xml")
    assert platform.node() not in report.read_text("utf-8")


def test_the_next_run_sweeps_up_after_a_kill(tmp_path: Path) -> None:
    before = directories()
    running = Running("-D", "postgres=embedded", LONG, reports=tmp_path)
    running.wait_for("Rule:")
    children = running.children()
    running.process.kill()
    running.wait()
    assert [child for child in children if child.is_running()], "the server outlives a kill"
    assert directories() != before
    embedded.sweep()
    psutil.wait_procs(children, 10)
    assert not [child for child in children if child.is_running()]
    assert directories() == before


@pytest.mark.parametrize(
    "name",
    ["postgres-acceptance-main", "postgres-acceptance-", "postgres-acceptance-0123456789ABCDEF"],
)
def test_a_sweep_leaves_what_is_no_run_alone(name: str) -> None:
    somebodys = Path(tempfile.gettempdir()) / name
    somebodys.mkdir()
    work = somebodys / "README.md"
    work.write_text("a clone of this repository", "utf-8")
    embedded.sweep()
    assert work.exists()
    assert list(somebodys.iterdir()) == [work]
    shutil.rmtree(somebodys)


def test_a_sweep_leaves_copies_and_links_of_a_run_alone(tmp_path: Path) -> None:
    folder = Path(tempfile.gettempdir())
    run = Run.begin(folder)
    copy = folder / f"postgres-acceptance-{'c' * 16}"
    shutil.copytree(run.directory, copy)
    link = folder / f"postgres-acceptance-{'d' * 16}"
    status = tmp_path.stat()
    (tmp_path / "run.lock").write_text(f"{status.st_dev}:{status.st_ino}", "utf-8")
    work = tmp_path / "kept for a look"
    work.touch()
    link.symlink_to(tmp_path)
    unlocked = folder / f"postgres-acceptance-{'e' * 16}"
    unlocked.mkdir()
    embedded.sweep()
    assert sorted(folder.iterdir()) == sorted([run.directory, copy, link, unlocked])
    assert not list(unlocked.iterdir())
    assert work.exists()
    link.unlink()
    unlocked.rmdir()
    shutil.rmtree(copy)
    run.close()


def test_a_run_knows_its_place_where_there_is_no_folder_in_memory(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(runs, "MEMORY", Path("/nowhere"))
    monkeypatch.delenv("TMPDIR")
    run = Run.begin()
    assert runs.places() == {run.place}
    run.close()


def test_a_run_that_cannot_be_looked_at_counts_as_alive() -> None:
    run = Run.begin()
    assert is_alive(run.directory)
    run.close()
    assert not is_alive(run.directory)
    assert is_alive(Path(__file__) / "not a folder")


def test_a_sweep_leaves_a_live_run_alone(tmp_path: Path) -> None:
    running = Running("-D", "postgres=embedded", SHORT, reports=tmp_path)
    running.wait_for("Rule:")
    running.process.send_signal(signal.SIGSTOP)  # so that it has not ended by then
    try:
        embedded.sweep()
    finally:
        running.process.send_signal(signal.SIGCONT)
    assert running.wait().exit_code == 0


def test_a_kill_on_an_external_server_is_swept_up_by_the_next_run(
    admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    before = databases(admin)
    registering = "features/accounts/registration.feature"  # makes no database of its own
    killed = Running("-D", f"postgres={plain(url)}", registering, reports=tmp_path)
    killed.wait_for("Rule:")
    killed.process.kill()
    killed.wait()
    assert len(databases(admin) - before) == 2, "a template and the run's own"
    ended = behave("-D", f"postgres={plain(url)}", SHORT, reports=tmp_path)
    assert ended.exit_code == 0, ended.output
    assert databases(admin) == before


def test_a_template_that_is_to_be_kept_is_all_that_a_run_leaves(
    admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    def oids() -> dict[str, int]:
        return dict(admin.execute("SELECT datname, oid FROM pg_database").fetchall())

    before = oids()
    left = []
    for option in ("template=keep", "template=keep", "template=drop"):
        ended = behave("-D", f"postgres={plain(url)}", "-D", option, SHORT, reports=tmp_path)
        assert ended.exit_code == 0, ended.output
        left.append({name: oid for name, oid in oids().items() if name not in before})
    (name,) = left[0]
    assert name.startswith("acceptance_template_")
    assert left == [left[0], left[0], {}], "the second run uses it, the third drops it"


def test_two_runs_at_once_on_one_server(
    admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    before = databases(admin)
    runs = [
        Running("-D", f"postgres={plain(url)}", LONG, reports=tmp_path / str(number))
        for number in range(2)
    ]
    ended = [run.wait() for run in runs]
    assert [end.exit_code for end in ended] == [0, 0], "\n".join(end.output for end in ended)
    assert ended[0].cases == ended[1].cases
    assert databases(admin) == before


def test_a_run_does_not_touch_other_databases(
    admin: psycopg.Connection, url: URL, tmp_path: Path
) -> None:
    admin.execute("CREATE DATABASE acceptance_run_of_another_suite")
    try:
        ended = behave("-D", f"postgres={plain(url)}", SHORT, reports=tmp_path)
        assert ended.exit_code == 0
        assert "acceptance_run_of_another_suite is not marked" in ended.output
        assert "acceptance_run_of_another_suite" in databases(admin)
    finally:
        admin.execute("DROP DATABASE acceptance_run_of_another_suite")


def test_an_ordinary_role_is_enough(tmp_path: Path) -> None:
    with ExitStack() as cleanups:
        run = Run.begin()
        cleanups.callback(run.close)
        url = embedded.start(run, cleanups).url
        with provision.connect(url) as admin:
            admin.execute("CREATE ROLE qa LOGIN CREATEDB CREATEROLE BYPASSRLS PASSWORD 'pa55'")
        qa = url.set(username="qa", password="pa55")
        ended = behave("-D", f"postgres={plain(qa)}", LONG, reports=tmp_path)
    assert ended.exit_code == 0, ended.output
    assert "pa55" not in ended.output
