"""The same catalogue for cleanup scopes: what is left, what is lost, and what nobody is told."""

from typing import Final

from tests.faults import Fault

SCOPES: Final = "features/harness/scopes.feature"
WITHIN: Final = "features/harness/scopes_within.feature"
CHOSEN: Final = f"{SCOPES} --tags=@harness-93"
ROLLED_BACK: Final = "features/harness/scopes_rolled_back.feature"
FAILING: Final = "features/harness/scopes_failing.feature"
IN_NOTHING: Final = f"{FAILING} --name=Nothing.is.shared"
IN_RULE: Final = f"{FAILING} --name=A.rule.shares"
HOOKS_FAIL: Final = f"{FAILING} --name=A.hook.fails"
IN_FEATURE: Final = f"{FAILING} --name=A.feature.shares"
OF_RUN: Final = f"{SCOPES} {WITHIN} --tags=fixture.cleanup.run"
BESIDE_RUN: Final = f"{SCOPES} --name=Ada.(stays|comes,.and.is.alone)"


def _fault(name: str, features: str, *lines: str) -> Fault:
    imports = (
        "import pgharness.isolation.scopes as s, pgharness.isolation.snapshots as n",
        "import pgharness.reset.sequences as p",
        "import pgharness.adapters.test_run as h, pgharness.adapters.behave.scope_tags as g",
        "from pgharness.isolation.test_database import Database",
        "from pgharness.reset.foreign_keys import DependencyMap",
    )
    return Fault(name, features, "\n".join((*imports, *lines)))


def _never_ends(width: str) -> tuple[str, ...]:
    """The scopes of one width end, and nothing is put back."""
    return (
        "given = g.begin",
        "def begin(context, element):",
        "    given(context, element)",
        f"    if 'fixture.cleanup.{width}' in element.tags:",
        "        context.harness._scopes._open[-1].end = lambda: None",
        "g.begin = begin",
    )


NOBODY_LOOKS: Final = "n.Snapshot.differences = lambda *_: []"

HARNESS_SCOPES: Final = [
    _fault(
        "what a scenario leaves is not removed",
        SCOPES,
        "Database.empty = lambda self, **_: None",
    ),
    _fault(
        "what a scenario leaves is removed when the next one begins",
        IN_NOTHING,
        "s.Scopes.end = lambda *_: None",
    ),
    _fault("the clean-up of a scenario's scope is missing", SCOPES, *_never_ends("scenario")),
    _fault("the clean-up of a rule's scope is missing", WITHIN, *_never_ends("rule")),
    _fault("the clean-up of a feature's scope is missing", IN_FEATURE, *_never_ends("feature")),
    _fault(
        "a rule shares with the scenarios before it",
        WITHIN,
        "given = g.widths",
        "g.widths = lambda element: (w for w in given(element) if w != 'rule')",
    ),
    _fault(
        "what is kept to the end of the run is in everybody's database",
        BESIDE_RUN,
        "given = h.Harness.scope_of_the_run",
        "def scope_of_the_run(self):",
        "    if self._kept_database is None:",
        "        self._kept_database = self._database",
        "        self._scopes.open(self._database)",
        "    return given(self)",
        "h.Harness.scope_of_the_run = scope_of_the_run",
    ),
    _fault(
        "what is kept to the end of the run is kept for one rule only",
        OF_RUN,
        "given = h.Harness.scope_of_the_run",
        "def scope_of_the_run(self):",
        "    self._kept_database = None",
        "    return given(self)",
        "h.Harness.scope_of_the_run = scope_of_the_run",
    ),
    _fault(
        "a snapshot forgets a table",
        SCOPES,
        "from dataclasses import replace",
        "given = n.Snapshot.take",
        "def take(connection):",
        "    taken, table = given(connection), ('public', 'events')",
        "    rows, digests = dict(taken.rows), dict(taken.digests)",
        "    rows.pop(table, None), digests.pop(table, None)",
        "    return replace(taken, rows=rows, digests=digests)",
        "n.Snapshot.take = take",
    ),
    _fault(
        "a table is missing among those that are looked at",
        SCOPES,
        "from dataclasses import replace",
        "import pgharness.isolation.stored_tables as t",
        "class Overlooking(DependencyMap):",
        "    @classmethod",
        "    def read(cls, connection):",
        "        given, table = DependencyMap.read(connection), ('public', 'objective_history')",
        "        keys = (k for k in given.references if table not in (k.child, k.parent))",
        "        groups = tuple(group for group in given.groups if table not in group)",
        "        return replace(given, groups=groups, references=tuple(keys))",
        "t.DependencyMap = Overlooking",
    ),
    _fault(
        "what was changed is not put back, and nobody looks",
        SCOPES,
        NOBODY_LOOKS,
        "n._is_only_added_to = lambda *_: True",
    ),
    _fault(
        "what was added stays, and nobody looks",
        SCOPES,
        NOBODY_LOOKS,
        "from psycopg import sql",
        "given = n._removal",
        "n._removal = lambda *a, anew: given(*a, anew=True) if anew else sql.SQL('SELECT')",
    ),
    _fault(
        "what was deleted is not put back, and nobody looks",
        SCOPES,
        NOBODY_LOOKS,
        "from psycopg import sql",
        "n._return = lambda *_: sql.SQL('SELECT')",
    ),
    _fault(
        "what goes with a row that is made anew is lost, and nobody looks",
        SCOPES,
        NOBODY_LOOKS,
        "DependencyMap.dependents = lambda self, names: frozenset(names)",
    ),
    _fault(
        "sequences are not put back",
        SCOPES,
        "p.moved, p.put_back = lambda _: {}, lambda *_: None",
    ),
    _fault(
        "a sequence that was set, and has given out nothing, is not put back",
        CHOSEN,
        "given = p._positions",
        "p._positions = lambda c: [(one, at) for one, at in given(c) if at.is_called]",
    ),
    _fault(
        "a sequence that a rolled-back scenario has set is not put back",
        CHOSEN,
        "Database.put_sequences_back = lambda self: None",
    ),
    _fault(
        "what a rolled-back scenario has drawn from shared sequences is gone",
        ROLLED_BACK,
        "Database.put_sequences_back = lambda self: None",
    ),
    _fault(
        "within a scope, nothing is rolled back",
        ROLLED_BACK,
        "from contextlib import nullcontext",
        "h.Harness.rolled_back = lambda self: nullcontext()",
    ),
    _fault(
        "triggers stay off",
        SCOPES,
        "given = n._switch",
        "n._switch = lambda connection, how, *a: 'DIS' in how and given(connection, how, *a)",
    ),
    _fault("what was put back is not looked at", IN_RULE, NOBODY_LOOKS),
    _fault("a failed clean-up is not told", IN_RULE, "g.report = lambda *_: None"),
    _fault(
        "a failed hook of a rule or a feature is not told",
        HOOKS_FAIL,
        "import pgharness.adapters.behave.reports as r",
        "r.tell_of_failed_hooks = lambda _: None",
    ),
    _fault("after a failed hook the scope of its rule goes on", HOOKS_FAIL, *_never_ends("rule")),
    _fault(
        "a failed hook of a feature ends what is kept to the end of the run",
        HOOKS_FAIL,
        "given = h.Harness.scope_of_the_run",
        "def scope_of_the_run(self):",
        "    yield from given.__wrapped__(self)",
        "    self._kept_database = None",
        "from contextlib import contextmanager",
        "h.Harness.scope_of_the_run = contextmanager(scope_of_the_run)",
    ),
    _fault(
        "a failed clean-up lets the run pass",
        IN_RULE,
        "given = s.Scope.end",
        "def end(self):",
        "    try:",
        "        given(self)",
        "    except n.NotPutBack:",
        "        pass",
        "s.Scope.end = end",
    ),
    _fault(
        "after a failed clean-up the next scenario gets what is left",
        IN_RULE,
        "Database.mend = lambda self: None",
    ),
    _fault(
        "after a failed clean-up the next scenario gets nothing of what it should share",
        IN_RULE,
        "given = Database.mend",
        "def mend(self):",
        "    self._owed = self._owed and n.EMPTY",
        "    given(self)",
        "Database.mend = mend",
    ),
]
