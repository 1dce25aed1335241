"""behave's context, in which steps, hooks and cleanups are contained (see `contained`)."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from behave.model import Scenario
from behave.runner import Context

from pgharness.adapters.behave.reporting import reports
from pgharness.adapters.contained import Contained
from pgharness.core.exits import interruptions


@dataclass(frozen=True)
class Cleanup:
    """A contained cleanup function; behave compares them, so two of one function are equal."""

    function: Callable[..., Any]

    @property
    def __name__(self) -> str:
        """The name that behave prints if it fails."""
        return getattr(self.function, "__name__", repr(self.function))

    @property
    def __wrapped__(self) -> Callable[..., Any]:
        """The function, for what looks for its place."""
        return self.function

    def __call__(self, *arguments: Any, **named: Any) -> None:
        """Call the function, contained."""
        with Contained():
            self.function(*arguments, **named)


class ContainingContext(Context):  # type: ignore[misc]
    """behave's context with contained steps, hooks and cleanups."""

    @contextmanager
    def use_with_user_mode(self) -> Iterator[None]:
        """Run a step or a hook; one that was interrupted ends by that, not by another error."""
        with interruptions.not_lost(), super().use_with_user_mode(), Contained():
            yield

    def add_cleanup(self, cleanup_func: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Register a contained cleanup for the end of the layer."""
        super().add_cleanup(Cleanup(cleanup_func), *args, **kwargs)

    def _pop(self, capture_sink: Any = None) -> None:
        """End a layer; hold interruptions back, so that all cleanups run.

        behave reports that a cleanup failed, but not the error: this adds it.
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
