"""What the factories of the service share: the time, and whose a row is."""

from typing import Any, ClassVar, Generic, TypeVar

from factory.declarations import SelfAttribute, SubFactory

from domain.database.schema import Base
from features.support.defaults import NOON
from pgharness.data import row_factory

Model = TypeVar("Model", bound=Base)


class RowFactory(row_factory.RowFactory[Model], Generic[Model]):
    """Makes rows of the service's tables, at the time at which every scenario begins."""

    class Meta:
        abstract = True

    now: ClassVar[Any] = NOON


class Owner(SubFactory):
    """The id of the owner that was handed in, else of a parent's owner, else of a new account.

    One that is handed in goes before a parent's: if they are not the same, the database refuses
    the row.
    """

    def __init__(self, *parents: str) -> None:
        super().__init__(  # type: ignore[no-untyped-call]
            "features.support.arrange.account_factories.UserFactory",
            session=SelfAttribute("..session"),
            now=SelfAttribute("..now"),
        )
        self._parents = parents

    def evaluate(self, instance: Any, step: Any, extra: Any) -> int:
        """Return the id."""
        if instance.owner is not None:
            return int(instance.owner.id)
        for name in self._parents:
            if (parent := getattr(instance, name)) is not None:
                return int(parent.owner_id)
        owner = super().evaluate(instance, step, extra)  # type: ignore[no-untyped-call]
        return int(owner.id)
