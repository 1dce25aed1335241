"""A fault patches only what exists, so that features fail by the fault and not by its mistakes."""

from typing import Final

import pytest

from tests.fault_targets import problems
from tests.faults_strings import Fault
from tests.test_faults import OF_THE_SERVICE, by_name

ADDED: Final = {
    "an operation that nobody has tried with another's id": "reopen to replace in Tasks",
    "an operation that takes no id, and that nobody has listed": "count to replace in Tasks",
    "an operation that takes something nobody has thought about": "reopen to replace in Tasks",
    "a new operation that nobody has tried": "forget to replace in Objectives",
}
"""Faults that add an operation to the service, which must be noticed by its being there."""


@pytest.mark.parametrize("fault", OF_THE_SERVICE, ids=by_name)
def test_a_fault_patches_only_what_exists(fault: Fault) -> None:
    added = ADDED.get(fault.name)
    assert problems(fault.code) == ([f"line 3: there is no {added}"] if added else [])


def test_every_fault_that_adds_an_operation_is_one() -> None:
    assert ADDED.keys() <= {fault.name for fault in OF_THE_SERVICE}


@pytest.mark.parametrize(
    ("code", "problem"),
    [
        ("import textwrapped", "there is no module textwrapped"),
        ("import os.paths as paths", "there is no module os.paths"),
        ("from textwrap import wraps", "there is no wraps in textwrap"),
        ("import textwrap as t\nt.wraps = None", "there is no wraps to replace in textwrap"),
        ("import textwrap\ntextwrap.wrap = textwrap.wraps = 1", "no wraps to replace in textwrap"),
        ("import textwrap as t\nt.wrap, t.wraps = 1, 2", "no wraps to replace in textwrap"),
        ("import textwrap as t\ndef f():\n    t.wraps = 1", "no wraps to replace in textwrap"),
        ("import textwrap as t\nsetattr(t, 'wraps', 1)", "no wraps to replace in textwrap"),
        (
            "from textwrap import TextWrapper as T\nT.fills = 1",
            "no fills to replace in TextWrapper",
        ),
        ("import textwrap as t\nx = t.TextWrapper\nx.fills = 1", "no fills to replace in TextWr"),
        ("import textwrap as t\nt.wraps('')", "there is no t.wraps"),
        ("import textwrap as t\nt.TABLES['a'] = 1", "there is no t.TABLES"),
        ("import textwrap as t\nt.wrap = lambda *a: given(*a)", "there is no given"),
        (
            "import textwrap as t\nt.indent = lambda text, prefix: text",
            "indent takes 2 of 3 arguments",
        ),
        (
            "import textwrap as t\ndef dedent(text, by, again): ...\nt.dedent = dedent",
            "dedent needs again, by besides 1 arguments",
        ),
        (
            "import domain.values as v\nv.line = lambda field, value: value",
            "line does not take longest",
        ),
        (
            "from textwrap import TextWrapper as T\nT.fill = lambda text: text",
            "fill takes 1 of 2 arguments",
        ),
        (
            "from pathlib import Path as P\nP.cwd = lambda c: c",
            "cwd needs c besides 0 arguments",
        ),
    ],
)
def test_a_mistake_is_found(code: str, problem: str) -> None:
    (found,) = problems(code)
    assert problem in found


@pytest.mark.parametrize(
    "code",
    [
        "import os.path\nos.path.join = os.path.split",
        "import textwrap as t\nt.indent = lambda *a: a",
        "import textwrap as t\nt.indent = lambda text, **_: text",
        "import textwrap as t\nt.indent = lambda text, prefix, predicate=None, more=1: text",
        "import textwrap as t\nt.isinstance = lambda value, kind: True",
        "import textwrap as t\nt.wrap = type('Wrap', (), {})",
        "import textwrap as t\ndef f(t): t.wraps = 1",
        "import textwrap as t\nt = t.TextWrapper()\nt.wraps = 1",
        "class Own: pass\nOwn.wraps = 1",
        "import textwrap as t\nfor t in [1]: t.wraps = 1",
        "from domain.settings import Settings\nSettings.timeouts = 1",
        "from pathlib import Path as P\n@classmethod\ndef cwd(cls): ...\nP.cwd = cwd",
        "from pathlib import Path as P\nP.cwd = lambda: None",
        "def f():\n    return later()\ndef later(): ...",
        "try: f = 1\nexcept ValueError as error: print(error)",
        "print([x + y for x in [1] for y in [x]])",
    ],
)
def test_what_is_right_is_let_through(code: str) -> None:
    assert problems(code) == []
