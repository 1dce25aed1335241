"""Which server a run gets, from `-D` and from the environment."""

import pytest

from pgharness.core.errors import HarnessError
from pgharness.core.options import DEFAULT_IMAGE, Keep, Options, ServerKind

URL = "postgresql://ada:s3cret@db.example.org:5433/app"


def test_nothing_given_means_the_best_there_is() -> None:
    assert Options.read({}, {}) == Options(
        ServerKind.AUTO, None, DEFAULT_IMAGE, Keep.NOTHING, timing=False
    )


@pytest.mark.parametrize("kind", [ServerKind.AUTO, ServerKind.CONTAINER, ServerKind.EMBEDDED])
def test_a_kind_is_taken_by_its_name(kind: ServerKind) -> None:
    assert Options.read({"postgres": kind}, {}).kind is kind


@pytest.mark.parametrize(
    ("userdata", "environment"),
    [
        ({"postgres": URL}, {}),
        ({}, {"TEST_DATABASE_URL": URL}),
        ({"postgres": "auto"}, {"TEST_DATABASE_URL": URL}),
        ({"postgres": URL}, {"TEST_DATABASE_URL": "postgresql://elsewhere/other"}),
        ({"postgres": URL.replace("postgresql", "postgres")}, {}),
        ({"postgres": URL.replace("postgresql", "postgresql+psycopg")}, {}),
    ],
)
def test_a_url_means_an_external_server(
    userdata: dict[str, str], environment: dict[str, str]
) -> None:
    options = Options.read(userdata, environment)
    assert options.kind is ServerKind.EXTERNAL
    assert options.url is not None
    assert options.url.drivername == "postgresql+psycopg"
    assert (options.url.host, options.url.port, options.url.database) == (
        "db.example.org",
        5433,
        "app",
    )


def test_a_kind_asked_for_by_name_is_stronger_than_the_environment() -> None:
    options = Options.read({"postgres": "embedded"}, {"TEST_DATABASE_URL": URL})
    assert options.kind is ServerKind.EMBEDDED


def test_a_url_without_a_database_means_the_maintenance_database() -> None:
    options = Options.read({"postgres": "postgresql://ada@db.example.org"}, {})
    assert options.url is not None
    assert options.url.database == "postgres"


def test_the_image_comes_from_the_option_before_the_environment() -> None:
    environment = {"POSTGRES_IMAGE": "postgres:17"}
    assert Options.read({}, environment).image == "postgres:17"
    assert Options.read({"image": "postgres:15"}, environment).image == "postgres:15"


@pytest.mark.parametrize(
    ("text", "user", "password"),
    [
        ("postgresql://ada:x%40s3cret@host/app", "ada", "x@s3cret"),
        ("postgresql://ada%40corp:s3cret@host/app", "ada@corp", "s3cret"),
        ("postgresql://ada@corp:s3cret@host/app", "ada@corp", "s3cret"),
        ("postgresql://ada:s3/cr?t@host/app", "ada", "s3/cr?t"),
        ("postgresql:///app?host=/run/postgresql", None, None),
    ],
)
def test_a_url_with_odd_signs_is_taken(text: str, user: str | None, password: str | None) -> None:
    url = Options.read({"postgres": text}, {}).url
    assert url is not None
    assert (url.username, url.password, url.database) == (user, password, "app")


def test_options_never_show_the_password() -> None:
    options = Options.read({"postgres": URL}, {})
    assert "s3cret" not in repr(options)
    assert "s3cret" not in str(options.url)


@pytest.mark.parametrize(
    ("userdata", "sentence"),
    [
        ({"postgres": "embeded"}, "'embeded' after -D postgres= is not a kind of server"),
        ({"postgres": "postgresql:/ada:s3cret@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "mysql://ada:s3cret@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "postgresql+psycopg2://ada:s3cret@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "postgresql://ada:s3cret@host:port/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "postgresql://ada:x@s3cret@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "postgresql://ada:x@s3cret:y@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "postgresql://ada:x@y/s3cret@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": "postgresql://ada:x@y?s3cret@host/app"}, "is not a PostgreSQL URL"),
        ({"postgres": f"{URL}?sslmode=a&sslmode=b"}, 'the parameter "sslmode" more than once: '),
        ({"postgres": ""}, "is not a PostgreSQL URL"),
        ({"keep": "all"}, "-D keep=all means nothing: use nothing or failed."),
        ({"template": "on"}, "-D template=on means nothing: use drop or keep."),
        ({"timing": "yes"}, "-D timing=yes means nothing: use on or off."),
        ({"sql": "postgresql://ada:s3cret@host/app"}, "-D sql=… means nothing: use on or off."),
        ({"postgre": "auto"}, "there is no option -D postgre"),
        ({"postgresql://ada:s3cret@host/app": "true"}, "it looks like -D postgres=auto"),
        ({"colour": "red", "postgresql://ada:s3cret@host/app?x": "y"}, "not the name of an option"),
    ],
)
def test_what_means_nothing_is_refused_in_one_sentence(
    userdata: dict[str, str], sentence: str
) -> None:
    with pytest.raises(HarnessError) as refusal:
        Options.read(userdata, {})
    assert sentence in str(refusal.value)
    assert "s3cret" not in str(refusal.value)
    assert "\n" not in str(refusal.value)
