"""One configuration: what may be said where, which of it counts, and what is refused."""

from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import Any, Final

import pytest
from sqlalchemy import MetaData

from pgharness.adapters.configuration import Configuration, Isolation, configured
from pgharness.core.application import plain_application
from pgharness.core.errors import HarnessError
from pgharness.core.options import Keep, Options, ServerKind
from pgharness.databases.migrators import Alembic, Metadata, SqlFiles

URL: Final = "postgresql://ada:s3cret@db.example.org/app"


def written(
    folder: Path,
    table: str = "",
    given: Mapping[str, str] | None = None,
    ini: Mapping[str, str] | None = None,
    environment: Mapping[str, str] | None = None,
) -> Configuration:
    """Return the configuration of a project with this table in its pyproject.toml."""
    (folder / "pyproject.toml").write_text(f"[tool.pgharness]\n{table}\n", "utf-8")
    return configured(folder, given or {}, ini=ini, environment=environment or {})


@pytest.fixture
def models(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A module of the project's."""
    made: Any = ModuleType("some_models")
    made.Base = type("Base", (), {"metadata": MetaData()})
    made.APPLICATION = plain_application(Metadata(made.Base.metadata))
    monkeypatch.setitem(__import__("sys").modules, "some_models", made)
    return made


def test_a_project_without_configuration_has_the_defaults(tmp_path: Path) -> None:
    found = configured(tmp_path, {}, environment={})
    assert found.options == Options()
    assert found.isolation is Isolation.RESET


def test_every_option_may_be_in_the_file(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        'postgres = "embedded"\nimage = "postgres:17"\nkeep = "failed"\ntiming = true\nsql = "on"\n'
        'template = "keep"\n'
        'isolation = "rollback"',
    )
    assert found.options == Options(
        *(ServerKind.EMBEDDED, None, "postgres:17", Keep.FAILED),
        timing=True,
        sql=True,
        keeps_template=True,
    )
    assert found.isolation is Isolation.ROLLBACK


def test_the_command_line_goes_before_ini_options_and_these_before_the_file(
    tmp_path: Path,
) -> None:
    table, ini = 'keep = "failed"\nimage = "a"\nisolation = "server"', {"image": "b", "sql": "on"}
    found = written(tmp_path, table, {"image": "c"}, ini)
    assert found.options == Options(keep=Keep.FAILED, image="c", sql=True)
    assert found.isolation is Isolation.SERVER
    assert written(tmp_path, table, {}, ini).options.image == "b"
    assert written(tmp_path, table).options.image == "a"


def test_the_environment_goes_before_files_and_after_the_command_line(tmp_path: Path) -> None:
    environment = {"TEST_DATABASE_URL": URL, "POSTGRES_IMAGE": "postgres:17"}
    table = 'postgres = "embedded"\nimage = "postgres:15"'
    found = written(tmp_path, table, environment=environment).options
    assert (found.kind, found.image) == (ServerKind.EXTERNAL, "postgres:17")
    given = {"postgres": "embedded", "image": "postgres:16"}
    found = written(tmp_path, table, given, environment=environment).options
    assert (found.kind, found.image) == (ServerKind.EMBEDDED, "postgres:16")


def test_userdata_of_behave_is_not_ours(tmp_path: Path) -> None:
    found = configured(tmp_path, {"behave.reporter.junit.show_hostname": "false"}, environment={})
    assert found.options == Options()


def test_the_schema_may_come_from_alembic(tmp_path: Path) -> None:
    found = written(tmp_path, 'migrations = "alembic.ini"').application()
    assert found.migrator == Alembic(tmp_path / "alembic.ini")


def test_the_schema_may_come_from_sql_files(tmp_path: Path) -> None:
    assert written(tmp_path, 'schema = "sql"').application().migrator == SqlFiles(tmp_path / "sql")


def test_the_schema_may_come_from_metadata(tmp_path: Path, models: Any) -> None:
    found = written(tmp_path, 'metadata = "some_models:Base.metadata"').application()
    assert found.migrator == Metadata(models.Base.metadata)


def test_an_application_may_be_given_as_a_whole(tmp_path: Path, models: Any) -> None:
    found = written(tmp_path, 'application = "some_models:APPLICATION"').application()
    assert found is models.APPLICATION


def test_a_schema_given_for_one_run_takes_the_place_of_the_projects(tmp_path: Path) -> None:
    found = written(tmp_path, 'migrations = "alembic.ini"', {"schema": "sql"}).application()
    assert found.migrator == SqlFiles(tmp_path / "sql")


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ('postgress = "auto"', "there is no option postgress in [tool.pgharness]; did you mean p"),
        ('colour = "red"', "there is no option colour in [tool.pgharness]; there are application,"),
        ("keep = 3", 'keep in [tool.pgharness] is not a text: write keep = "…".'),
        ('keep = "all"', 'keep = "all" in [tool.pgharness] means nothing: use nothing or failed.'),
        ('isolation = "none"', "use rollback, reset, database, empty_database or server."),
        ('postgres = "embeded"', "'embeded' of postgres in [tool.pgharness] is not a kind of"),
        ('postgres = "mysql://ada:s3cret@host/x"', "of postgres in [tool.pgharness] is not a Po"),
        ('sql = "postgresql://ada:s3cret@host/x"', 'sql = "…" in [tool.pgharness] means nothing'),
        ('"s3cret:x" = "on"', "what stands in [tool.pgharness] is not the name of an op"),
        ("keep =", "pyproject.toml cannot be read: "),
    ],
)
def test_what_means_nothing_in_the_file_is_refused(
    tmp_path: Path, table: str, sentence: str
) -> None:
    with pytest.raises(HarnessError) as refusal:
        written(tmp_path, table)
    assert sentence in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_what_means_nothing_elsewhere_is_refused_by_how_it_is_written_there(
    tmp_path: Path,
) -> None:
    with pytest.raises(
        HarnessError, match=r"^there is no option -D postgress; did you mean postgres?"
    ):
        written(tmp_path, given={"postgress": "auto"})
    with pytest.raises(
        HarnessError, match=r"^there is no option pgharness_isolaton in pytest's conf"
    ):
        written(tmp_path, ini={"isolaton": "reset"})


@pytest.mark.parametrize(
    ("table", "sentence"),
    [
        ("", "no schema is configured: set one of migrations, metadata, schema and"),
        (
            'schema = "sql"\nmetadata = "a:b"',
            "both metadata and schema configure the schema: leave",
        ),
        ('metadata = "some_models"', 'metadata = "some_models" in [tool.pgharness] names no obj'),
        ('metadata = "s3cret@x:y"', 'metadata = "…" in [tool.pgharness] names no object'),
        ('metadata = "no_models:Base"', "no_models:Base: there is no module no_models."),
        ('metadata = "some_models:Bse.metadata"', "there is no Bse in it; did you mean Base?"),
        ('metadata = "some_models:Base"', "some_models:Base is of type type, not MetaData."),
        ('application = "some_models:Base.metadata"', "is of type MetaData, not Application."),
    ],
)
@pytest.mark.usefixtures("models")
def test_an_application_that_cannot_be_had_is_refused(
    tmp_path: Path, table: str, sentence: str
) -> None:
    with pytest.raises(HarnessError) as refusal:
        written(tmp_path, table).application()
    assert sentence in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ('\nraise ValueError("s3cret")', "cannot be imported: ValueError at {}:2."),
        ('import json\njson.loads("s3cret")', "cannot be imported: JSONDecodeError at {}:2."),
        ('import ast\nast.literal_eval("s3cret(")', "cannot be imported: SyntaxError at {}:2."),
        ('\nexec("1 / 0")', "cannot be imported: ZeroDivisionError at {}:2."),
        ("\n\ndef s3cret(", "cannot be imported: SyntaxError at {}:3."),
        ("\nimport no_models", "there is no module no_models, which {}:2 imports."),
        (
            "\nfrom json import nothing",
            "cannot be imported: cannot import name 'nothing' from 'json'",
        ),
    ],
)
def test_what_a_module_raises_is_told_by_its_type_and_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: str, sentence: str
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    name = f"failing_{abs(hash(code))}"
    (tmp_path / f"{name}.py").write_text(code, "utf-8")
    with pytest.raises(HarnessError) as refusal:
        written(tmp_path, f'metadata = "{name}:Base"').application()
    assert sentence.format(f"{name}.py") in str(refusal.value)
    assert f"{name}.py:" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_the_place_of_an_error_is_in_the_module_that_a_module_imports(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "outer_models.py").write_text("import inner_models", "utf-8")
    (tmp_path / "inner_models.py").write_text("\n1 / 0", "utf-8")
    with pytest.raises(HarnessError, match=r"imported: ZeroDivisionError at inner_models\.py:2\.$"):
        written(tmp_path, 'metadata = "outer_models:Base"').application()
