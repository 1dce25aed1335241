"""The base class of row factories: no commits, unique values, times with a zone."""

from datetime import datetime
from functools import cache
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Table, insert, inspect
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached
from sqlalchemy.sql.dml import ReturningInsert

from pgharness.core.extras import extras

with extras():
    from factory.base import Factory
    from factory.declarations import SelfAttribute, SubFactory, Trait

Model = TypeVar("Model", bound=DeclarativeBase)
Values = dict[str, Any]


class Collected:
    """The values of rows to be inserted by one statement."""

    def __init__(self) -> None:
        self.rows: list[Values] = []


class RowFactory(Factory[Model], Generic[Model]):
    """Creates rows of one table: `TaskFactory.create(session=session, owner=ada, title="Import")`.

    Defaults are valid, and unique within the process: counted, never random. `now` is the time
    from which a row's times are derived; define a base class to give it a default. Parents that
    are not given are created as well. The database fills columns that the factory does not name.

    Rows are inserted and not committed: the caller commits the session. The object has the given
    values, and all others as the database returned them.
    """

    class Meta:
        abstract = True

    session: ClassVar[Any] = None
    now: ClassVar[Any] = None
    collected: ClassVar[Any] = None
    """The rows of a batch, which are inserted together."""

    @classmethod
    def create_batch(cls, size: int, **kwargs: Any) -> list[Model]:
        """Create rows in as few statements as the driver needs, after their parents."""
        collected = Collected()
        for _ in range(size):
            cls.create(collected=collected, **kwargs)
        return cls.insert(kwargs["session"], collected.rows)

    @classmethod
    def statuses(cls) -> list[str]:
        """Return the names of the factory's traits: the statuses of a row."""
        return [name for name, one in cls._meta.parameters.items() if isinstance(one, Trait)]

    @classmethod
    def model(cls) -> type[Model]:
        """Return the mapped class."""
        model: type[Model] = cls._meta.model
        return model

    @classmethod
    def _generate(cls, strategy: str, params: Values) -> Any:
        # Without a value, factory_boy searches for each trait: 0.1 ms per row.
        known = {**dict.fromkeys(cls.statuses(), False), **params}
        return super()._generate(strategy, known)  # type: ignore[no-untyped-call]

    @classmethod
    def _create(cls, model_class: type[Model], *_: Any, **kwargs: Any) -> Any:
        session, collected = kwargs.pop("session"), kwargs.pop("collected")
        assert isinstance(session, Session), f"a {model_class.__name__} is made in no session"
        # Other declarations, such as parents, only serve to compute these values.
        columns, declared = inspect(model_class).columns, cls._meta.base_declarations
        values = {
            name: value for name, value in kwargs.items() if name in columns or name not in declared
        }
        for name, value in values.items():
            _check_zone(name, value)
        if collected is not None:
            collected.rows.append(values)
            return None
        (made,) = cls.insert(session, [values])
        return made

    @classmethod
    def insert(cls, session: Session, rows: list[Values]) -> list[Model]:
        """Insert rows, which must all have the same columns; return their objects."""
        statement, keys = _insertion(cls.model())
        values = [{keys.get(name, name): value for name, value in row.items()} for row in rows]
        stored = session.execute(statement, values).mappings() if rows else ()
        made = [cls._object(session, dict(one), row) for one, row in zip(stored, rows, strict=True)]
        cls._bring_along(session, made)
        return made

    @classmethod
    def _object(cls, session: Session, stored: Values, asked: Values) -> Model:
        made = cls.model()(**{**stored, **asked})
        make_transient_to_detached(made)
        session.add(made)
        return made

    @classmethod
    def _bring_along(cls, session: Session, made: list[Model]) -> None:
        """Create rows that these rows require; for subclasses."""


@cache
def _insertion(model: type[DeclarativeBase]) -> tuple[ReturningInsert[Any], dict[str, str]]:
    """Return the INSERT of a model's table, and the keys of the columns by attribute.

    It does without the session's unit of work, which would set every version to 1.
    """
    mapper = inspect(model)
    table = mapper.local_table
    assert isinstance(table, Table)
    columns = {n: each for n, each in mapper.columns.items() if table.c.contains_column(each)}
    returned = [column.label(name) for name, column in columns.items()]
    statement = insert(table).returning(*returned, sort_by_parameter_order=True)
    # An attribute may have another name than its column.
    return statement, {name: column.key for name, column in columns.items()}


def parent(made_by: str | type[RowFactory[Any]], **values: Any) -> SubFactory:
    """Declare a parent that is created in the same session, with the same `now`."""
    return SubFactory(
        made_by, session=SelfAttribute("..session"), now=SelfAttribute("..now"), **values
    )


def _check_zone(what: str, value: object) -> None:
    """Raise `ValueError` for a time without a zone: the server would assume that of the session."""
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, datetime) and each.tzinfo is None:
            raise ValueError(f"{what} needs a time with a zone, not {each}")
