"""Options of the plugin from pyproject.toml, ini files and the command line."""

from dataclasses import replace
from typing import Final

import pytest

import fork_server
from small_projects import Project

UNUSED: Final = """
    import sys

    def test_nothing_was_imported(pytestconfig):
        heavy = {"sqlalchemy", "psycopg", "pgharness.core.masking", "pgharness.adapters.test_run"}
        assert not heavy & sys.modules.keys()
        assert pytestconfig.getoption("define") == ["a=b"]
"""

OWN_OPTION: Final = """
    def pytest_addoption(parser):
        parser.addoption("-D", dest="define", action="append")
"""


def test_isolation_by_ini_and_the_last_failed_alone(project: Project) -> None:
    project.configure(
        """
        [tool.pgharness]
        schema = "sql"
        [tool.pytest.ini_options]
        pgharness_isolation = "rollback"
        """
    )
    (project.folder / "sql").mkdir()
    (project.folder / "sql" / "1.sql").write_text("CREATE TABLE things (id int)", "utf-8")
    project.write(
        test_it="""
        import os
        import pytest

        def test_rolled_back(database):
            with pytest.raises(Exception, match="for a second connection"):
                database.url

        def test_that_fails_once(database):
            database.observer.execute("INSERT INTO things VALUES (1)")
            assert "FIXED" in os.environ
        """
    )
    ended = project.run()
    assert ended.verdicts() == {"test_rolled_back": "passed", "test_that_fails_once": "failure"}
    ended = project.run("--lf", FIXED="1")
    assert ended.verdicts() == {"test_that_fails_once": "passed"}, ended.output


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["-D", "postgress=auto"], "there is no option -D postgress; did you mean postgres?"),
        (["--pgharness", "keep=all"], "-D keep=all means nothing: use nothing or failed."),
        (["-D", "reports=there"], "the option reports is for behave only: pytest writes a report"),
        (["-opgharness_reports=there"], "the option reports is for behave only"),
        (["-D", "shard=1/2"], "shard is for behave only: pytest-xdist divides tests among machin"),
        (["-D", "durations=a.json"], "the option durations is for behave only: pytest-xdist divi"),
        (["-opgharness_isolaton=reset"], "no option pgharness_isolaton in pytest's configuration"),
    ],
)
def test_an_option_that_means_nothing_is_a_usage_error(
    project: Project, arguments: list[str], sentence: str
) -> None:
    project.write(test_it="def test_it(session): pass")
    ended = project.run(*arguments)
    assert ended.exit_code == pytest.ExitCode.USAGE_ERROR
    assert sentence in ended.output
    assert "Traceback" not in ended.output


def test_metadata_that_cannot_be_imported_is_the_error_of_each_test(project: Project) -> None:
    project.configure('[tool.pgharness]\nmetadata = "modles:Base"')
    project.write(test_it="def test_it(session): pass")
    verdict, said = project.run().cases["test_it"]
    assert verdict == "error"
    assert "Cannot run: metadata = modles:Base: there is no module modles." in said


def test_a_project_that_does_not_use_it_is_left_alone(project: Project) -> None:
    project.configure("[project]\nname = 'other'\nversion = '1'")
    project.write(test_it=UNUSED, conftest=OWN_OPTION)
    alone = replace(project, run_module=fork_server.run_alone)
    ended = alone.run("-D", "a=b", "-pno:asyncio", "-pno:faker", "-pno:pytest_alembic")
    assert ended.verdicts() == {"test_nothing_was_imported": "passed"}, ended.output


def test_if_another_plugin_has_the_short_option_the_long_one_is_named(project: Project) -> None:
    project.write(test_it="def test_it(session): pass", conftest=OWN_OPTION)
    ended = project.run("-D", "postgres=none", "--pgharness", "timing=on", "-v")
    assert ended.verdicts() == {"test_it": "passed"}, ended.output
    assert "pgharness: another plugin has -D; use --pgharness name=value" in ended.output
    assert "ms per test" in ended.output
