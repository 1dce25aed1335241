"""Every fault names scenarios that exist, and patches by functions that take the same calls."""

import re
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from _pytest.monkeypatch import MonkeyPatch
from behave.model import Scenario
from behave.parser import parse_file
from behave.tag_expression import make_tag_expression

from features.support.service import ROOT
from tests.faults import fitting
from tests.faults.catalogue import Fault, every_fault


def test_names_are_unique() -> None:
    names = Counter(fault.name for fault in every_fault())
    assert [name for name, times in names.items() if times > 1] == []


def test_all_modules_are_read() -> None:
    modules = {fault.inject.__module__ for fault in every_fault()}
    folder = ROOT / "tests" / "faults"
    declaring = {
        ".".join(file.relative_to(ROOT).with_suffix("").parts)
        for file in folder.rglob("*.py")
        if "\n@fault(" in file.read_text("utf-8")
    }
    assert modules == declaring


@pytest.mark.parametrize("fault", every_fault(), ids=str)
def test_a_fault_names_scenarios_that_exist(fault: Fault) -> None:
    assert fault.feature.is_file()
    selected = make_tag_expression(fault.tags)
    assert any(
        selected.check(scenario.effective_tags) and re.search(fault.examples, scenario.name)
        for scenario in scenarios(fault.feature)
    )


@cache
def scenarios(file: Path) -> list[Scenario]:
    return list(parse_file(str(file)).walk_scenarios())


class Original:
    """What is patched."""

    def method(self, first: int, second: int = 0, *, third: int = 0) -> int:  # noqa: D102
        return first + second + third

    @classmethod
    def of_the_class(cls, first: int) -> int:  # noqa: D102
        return first


@pytest.mark.parametrize(
    "function",
    [
        lambda self, first, second=0, *, third=0: None,
        lambda self, first, second=0, **_: None,
        lambda *_, **__: None,
        lambda self, *rest, third=None: None,
    ],
)
def test_a_function_that_takes_the_same_calls_fits(function: Callable[..., Any]) -> None:
    with MonkeyPatch.context() as patch:
        patch.setattr(Original, "method", function)
        fitting.check_fitting(patch)


@pytest.mark.parametrize(
    ("function", "problem"),
    [
        (lambda self, first, *, third=0: None, "too many positional arguments"),
        (lambda self, first, second=0: None, "unexpected keyword argument 'third'"),
        (lambda self, first, second, *, third=0: None, "missing a required argument: 'second'"),
        (lambda self, first, second=0, *, third=0, fourth: None, "argument: 'fourth'"),
    ],
)
def test_a_function_that_is_called_differently_is_refused(
    function: Callable[..., Any], problem: str
) -> None:
    with MonkeyPatch.context() as patch:
        patch.setattr(Original, "method", function)
        with pytest.raises(TypeError, match=problem):
            fitting.check_fitting(patch)


def test_a_class_method_is_compared_too() -> None:
    with MonkeyPatch.context() as patch:
        patch.setattr(Original, "of_the_class", classmethod(lambda cls: None))
        with pytest.raises(TypeError, match=r" of Original\.of_the_class .* too many"):
            fitting.check_fitting(patch)
