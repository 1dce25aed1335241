"""What all factories share: the session is handed in, nothing commits, times have a zone."""

from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar

from sqlalchemy import Table, insert, inspect
from sqlalchemy.orm import DeclarativeBase, Session, make_transient_to_detached

from pgharness.core.extras import extras

with extras():
    from factory.base import Factory
    from factory.declarations import SelfAttribute, SubFactory, Trait

Model = TypeVar("Model", bound=DeclarativeBase)
Values = dict[str, Any]


class Collected:
    """The values of rows that are to be inserted together."""

    def __init__(self) -> None:
        self.rows: list[Values] = []


class RowFactory(Factory[Model], Generic[Model]):
    """Makes rows of one table: `TaskFactory.create(session=session, owner=ada, title="Import")`.

    What is not said is valid, and unique within the process: counted, never random. `now` is the
    time of whatever happens to the row; a base class of one's own gives it a default. Parents
    that are not handed in are made as well. A column that is not named is left to the database.

    What is made is flushed and never committed: that is for whoever handed the session in. The
    object holds what was asked for, and besides that what the database has added.
    """

    class Meta:
        abstract = True

    session: ClassVar[Any] = None
    now: ClassVar[Any] = None
    collected: ClassVar[Any] = None
    """What is to be inserted later on, together with others."""

    @classmethod
    def create_batch(cls, size: int, **kwargs: Any) -> list[Model]:
        """Make several rows in as few statements as the driver needs; their parents before."""
        collected = Collected()
        for _ in range(size):
            cls.create(collected=collected, **kwargs)
        return cls.insert(kwargs["session"], collected.rows)

    @classmethod
    def statuses(cls) -> list[str]:
        """Return the traits: the statuses that such a row may be made in."""
        return [name for name, one in cls._meta.parameters.items() if isinstance(one, Trait)]

    @classmethod
    def model(cls) -> type[Model]:
        """Return what is made."""
        model: type[Model] = cls._meta.model
        return model

    @classmethod
    def _generate(cls, strategy: str, params: Values) -> Any:
        # A status that is not named is looked for in vain, which costs 0.1 ms each time.
        known = {**dict.fromkeys(cls.statuses(), False), **params}
        return super()._generate(strategy, known)  # type: ignore[no-untyped-call]

    @classmethod
    def _create(cls, model_class: type[Model], *_: Any, **kwargs: Any) -> Any:
        session, collected = kwargs.pop("session"), kwargs.pop("collected")
        assert isinstance(session, Session), f"a {model_class.__name__} is made in no session"
        # Parents and times are for other values to be made from.
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
        """Insert rows of these values, which name the same columns, in as few statements."""
        # Not by the unit of work, which would begin every version with 1.
        mapper = inspect(cls.model())
        table = mapper.local_table
        assert isinstance(table, Table)
        columns = {n: each for n, each in mapper.columns.items() if table.c.contains_column(each)}
        returned = [column.label(name) for name, column in columns.items()]
        statement = insert(table).returning(*returned, sort_by_parameter_order=True)
        # An attribute may have another name than its column.
        keys = {name: column.key for name, column in columns.items()}
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
        """Make what these rows cannot be without."""


def parent(made_by: str | type[RowFactory[Any]], **values: Any) -> SubFactory:
    """Return the declaration of a parent, which is made in the same session at the same time."""
    return SubFactory(
        made_by, session=SelfAttribute("..session"), now=SelfAttribute("..now"), **values
    )


def _check_zone(what: str, value: object) -> None:
    """Raise `ValueError` for a time without a zone: the server would think up one of its own."""
    for each in value if isinstance(value, list) else (value,):
        if isinstance(each, datetime) and each.tzinfo is None:
            raise ValueError(f"{what} needs a time with a zone, not {each}")
