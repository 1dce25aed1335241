"""Behave's context, in which steps, hooks and clean-ups are contained (see `contained`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from behave.model import Scenario
from behave.runner import Context

from pgharness.adapters.behave import reports
from pgharness.adapters.contained import Contained
from pgharness.core.exits import interruptions


@dataclass(frozen=True)
class Cleanup:
    """A contained clean-up function; equal to another of the same, as behave compares them."""

    function: Callable[..., Any]

    @property
    def __name__(self) -> str:
        """What behave calls it when it fails."""
        return getattr(self.function, "__name__", repr(self.function))

    def __call__(self, *arguments: Any, **named: Any) -> None:
        """Clean up."""
        with Contained():
            self.function(*arguments, **named)


class ContainingContext(Context):  # type: ignore[misc]
    """Behave's context; what it calls of ours is contained."""

    @contextmanager
    def use_with_user_mode(self) -> Iterator[None]:
        """Run a step or a hook."""
        with super().use_with_user_mode(), Contained():
            yield

    def add_cleanup(self, cleanup_func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Have something done when the layer ends."""
        super().add_cleanup(Cleanup(cleanup_func), *args, **kwargs)

    def _pop(self, capture_sink: Any = None) -> None:
        """End a layer; an interruption waits, or the rest of its clean-ups would be lost.

        Behave reports that a clean-up failed, but not how.
        """
        element = getattr(self, self._stack[0]["@layer"])
        with interruptions.held_back():
            try:
                super()._pop(capture_sink=capture_sink)
            except Exception as error:
                said = f"CLEANUP-ERROR: {error}"
                if isinstance(element, Scenario):
                    reports.report(element, error, said)
                else:
                    element.hook_failed = True
                    element.store_exception_context(error)
                    element.error_message = said
                raise
