"""The workers of pytest-xdist: each is a run of its own, beside the others on one server."""

from typing import Final

from small_projects import Project
from test_pytest_fixtures import FIXTURES
from test_pytest_scopes import SCOPES

NAMING: Final = """
    from pathlib import Path

    def test_its_database(database, worker_id):
        assert database.observer.execute("SELECT FROM customers").fetchall() == []
        database.observer.execute("INSERT INTO customers (name) VALUES ('Ada')")
        Path(f"{worker_id}.database").write_text(database.url.database, "utf-8")
"""


def test_each_worker_has_a_database_of_its_own(project: Project) -> None:
    project.write(test_one=NAMING, test_other=NAMING)
    ended = project.run("-n2", "--dist=loadfile")
    assert ended.exit_code == 0, ended.output
    named = {file.stem: file.read_text("utf-8") for file in project.folder.glob("*.database")}
    assert named.keys() == {"gw0", "gw1"}
    assert len({*named.values()}) == 2


def test_every_fixture_and_every_scope_can_be_used_in_workers(project: Project) -> None:
    project.write(test_it=FIXTURES, test_scopes=SCOPES)
    ended = project.run(
        "-n2", "--dist=loadfile", "-k", "not server and not both and not mark and not there_is_not"
    )
    assert set(ended.verdicts().values()) == {"passed"}, ended.output
    assert len(ended.cases) > 20
