"""What a careless colleague might do to the reset of the harness."""

from typing import Final

from tests.faults import Catalogue

FUNCTION: Final = "import pgharness.reset.function as f\n"

HARNESS_RESET: Final[Catalogue] = {
    "--tags=@harness-5 features/harness/reset.feature": {
        "the tables of a cycle go one after the other": (
            "import pgharness.reset.plan as p\n"
            "given = p.deletion\n"
            "p.deletion = lambda sources: '; '.join(given([s]) for s in sources)"
        ),
        "a table with rows is passed over": (
            "import pgharness.reset.plan as s\n"
            "given = s.Plan.dirty.fget\n"
            "s.Plan.dirty = property(lambda self: s.sql.SQL(given(self).as_string(None)"
            '.replace(\'EXISTS (SELECT FROM ONLY "public"."tasks")\', "false")))'
        ),
        "parents go before their children": (
            "import pgharness.reset.foreign_keys as d\n"
            "given = d._ordered\n"
            "d._ordered = lambda *arguments: given(*arguments)[::-1]"
        ),
    },
    "--tags=@harness-6 features/harness/reset.feature": {
        "what is clean is written to": (
            FUNCTION + "f.BODY = f.BODY.replace('OR {clean}', '', 1)\nf.DELETED = '{deletion};'"
        ),
    },
    "--tags=@harness-7 features/harness/reset.feature": {
        "everything is truncated": (
            "import pgharness.reset.plan as p\np.TRUNCATE_THRESHOLD_ROWS = {False: -1, True: -1}"
        ),
        "nothing is truncated": (
            "import pgharness.reset.plan as p\n"
            "p.TRUNCATE_THRESHOLD_ROWS = {False: 10**7, True: 10**7}"
        ),
    },
    "--tags=@harness-8 features/harness/reset.feature": {
        "a choice takes all its dependents with it": (
            "import pgharness.reset.plan as s\n"
            "given = s.Choice.tables\n"
            "s.Choice.tables = lambda self, map_: map_.dependents(given(self, map_))"
        ),
        "a choice leaves its dependents out": (
            "import pgharness.reset.foreign_keys as d\n"
            "d.DependencyMap.dependents = lambda self, tables: frozenset(tables)"
        ),
        "rows that would refer to nothing are not refused": (
            FUNCTION + "f.BODY = f.BODY.replace('ELSIF dangling', 'ELSIF false')"
        ),
    },
    "--tags=@harness-9 features/harness/reset.feature": {
        "what is to be ignored is not": (
            "import pgharness.reset.plan as s\n"
            "given = s.Choice.__init__\n"
            "s.Choice.__init__ = lambda self, *a, **k: given(self, *a[:2])"
        ),
    },
    "--tags=@harness-10 features/harness/reset.feature": {
        "it is not seen whether it worked": (
            FUNCTION + "f.BODY = f.BODY.replace('IF NOT ({clean})', 'IF false')"
        ),
        "what was deleted before an error stays deleted": (
            "import pgharness.reset.execute as e\n"
            "given = e.Execution.__call__\n"
            "def call(self, *arguments):\n"
            "    self._connection.execute('DELETE FROM tasks')\n"
            "    return given(self, *arguments)\n"
            "e.Execution.__call__ = call"
        ),
        "sequences are not put back after an error": (
            "import pgharness.reset.sequences as s\ns.Sequence.put_back = lambda self, at: 'NULL'"
        ),
        "whoever is filtered sees nothing and says nothing": (
            FUNCTION
            + "f.BODY = f.BODY.replace(\"'row_security', 'off'\", \"'row_security', 'on'\")"
        ),
    },
    "--tags=@harness-11 features/harness/reset.feature": {
        "what a trigger writes elsewhere stays": (FUNCTION + "f.PASSES = 1"),
    },
    "--tags=@harness-94 features/harness/reset.feature": {
        "triggers keep what they keep": ("import pgharness.reset.reset as r\nr.TRIGGERS_OFF = {}"),
        "triggers are off where rows stay": (
            FUNCTION + "f.BODY = f.BODY.replace('{keep_references}', '')"
        ),
        "nobody says which trigger it was": (
            "import pgharness.reset.reset as r\n"
            "r.INTERFERING = r.INTERFERING.replace('WHERE', 'WHERE false AND')"
        ),
    },
    "--tags=@harness-13 features/harness/reset.feature": {
        "a function is kept for ever": (
            "import pgharness.reset.reset as r\n"
            "r.Reset._up_to_date = lambda self: ("
            "self._made or self._execution.make(), setattr(self, '_made', True), self._tried())[-1]"
        ),
        "names are not looked at": (
            FUNCTION + "f.BODY = f.BODY.replace('{names_hold}, ', 'true, ')"
        ),
        **{
            f"{what} that come or change are not noticed": (
                f"import pgharness.reset.plan as s\ns.catalog.{stamp}_STAMP = \"''\""
            )
            for what, stamp in (
                ("tables", "RELATIONS"),
                ("partitions", "PARTITIONS"),
                ("sequences", "SEQUENCES"),
            )
        },
    },
    "--tags=@harness-12 features/harness/reset.feature": {
        "nothing is logged": ("import pgharness.reset.reset as r\nr.LOG.info = lambda *a: None"),
    },
}
