"""What a careless colleague might do to the reset of the harness, and to the guard before it."""

from typing import Final

from tests.faults import Catalogue

GUARD: Final = "import pgharness.databases.ownership as g\n"
FUNCTION: Final = "import pgharness.reset.function as f\n"

HARNESS_RESET: Final[Catalogue] = {
    "--tags=@harness-1 features/harness/dependency_map.feature": {
        "one table is missing from the map": (
            "import pgharness.reset.catalog as c\n"
            "c.TABLES = c.TABLES.replace('WHERE c', \"WHERE c.relname <> 'projects' AND c\")"
        ),
        "the map has one schema": (
            "import pgharness.reset.catalog as c\n"
            "c.TABLES = c.TABLES.replace('WHERE c', \"WHERE n.nspname = 'public' AND c\")"
        ),
        "the map is in the order of the alphabet": (
            "import pgharness.reset.foreign_keys as d\n"
            "d._ordered = lambda tables, references: tuple((t,) for t in sorted(tables))"
        ),
    },
    "--tags=@harness-3 features/harness/dependency_map.feature": {
        "partitions are tables": (
            "import pgharness.reset.catalog as c\n"
            "c.TABLES = c.TABLES.replace('AND NOT c.relispartition', '')"
        ),
    },
    "--tags=@harness-4 features/harness/dependency_map.feature": {
        "the version table is a table like others": (
            "import pgharness.reset.foreign_keys as d\nd.ALWAYS_IGNORED = ''"
        ),
    },
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
    "--tags=@harness-14 features/harness/sequences.feature": {
        "one sequence is not restarted": (
            "import pgharness.reset.sequences as s\n"
            "given = s.read\n"
            "s.read = lambda c: tuple(x for x in given(c) if x.name[1] not in ('e', 'tickets'))"
        ),
        "sequences begin at 1": (
            "import pgharness.reset.sequences as s\n"
            "s.catalog.SEQUENCES = s.catalog.SEQUENCES.replace('s.seqstart', '1::bigint')"
        ),
        "a sequence that came round counts as new": (
            "import pgharness.reset.sequences as s\n"
            "given = s.Sequence.position.fget\n"
            "s.Sequence.position = property(lambda self: given(self).replace('is_called', 'false'))"
        ),
        "a value that was only set counts as new": (
            "import pgharness.reset.sequences as s\n"
            "given = s.Sequence.position.fget\n"
            "s.Sequence.position = property(lambda self: given(self).replace(\n"
            "    'last_value', f'CASE WHEN is_called THEN last_value ELSE {self.start} END'))"
        ),
    },
    "--tags=@harness-15 features/harness/sequences.feature": {
        "numbers taken in advance still come out": (
            "import pgharness.reset.sequences as s\n"
            "given = s.Sequence.__init__\n"
            "s.Sequence.__init__ = lambda self, *a: given(self, *a[:6], 1, a[7])"
        ),
    },
    "--tags=@harness-16 features/harness/sequences.feature": {
        "a choice of tables restarts everything": (
            "import pgharness.reset.plan as s\n"
            "s.Choice.sequences = lambda self, all_, tables: tuple(all_)"
        ),
    },
    "--tags=@harness-18 features/harness/guard.feature": {
        "the guard's check is missing": GUARD + "g.check = lambda connection, found: None",
        "the guard goes by the name": GUARD + "given = g.check\n"
        "g.check = lambda connection, found:"
        " found.name.startswith('acceptance_') or given(connection, found)",
        "a mark of another database is a mark": GUARD + "given = g.missing\n"
        "g.missing = lambda name, oid, comment: None"
        " if g.Mark.parse(comment) else given(name, oid, comment)",
        "a mark of any format is a mark": GUARD + "given = g.missing\n"
        "g.missing = lambda name, oid, comment:"
        " given(name, oid, comment and comment.replace('\"format\": 0', '\"format\": 1'))",
        "a template is emptied like others": GUARD + "given = g._obstacle\n"
        "def obstacle(connection, found):\n"
        "    found = given(connection, found)\n"
        "    return None if found and 'not made for scenarios' in found else found\n"
        "g._obstacle = obstacle",
        "the guard asks once and never again": (
            FUNCTION + "f.BODY = f.BODY.replace('comment IS DISTINCT FROM {comment_seen} OR', '')"
        ),
    },
    "--tags=@harness-19 features/harness/guard.feature": {
        "the mark of a run that goes on is a mark": GUARD + "g.is_alive = lambda c, run: False",
        "every other run counts as going on": GUARD + "g.is_alive = lambda c, run: True",
    },
    "-D postgres=embedded --tags=@harness-20 features/harness/guard.feature": {
        "a replica is emptied like others": GUARD + "given = g.check\n"
        "import dataclasses\n"
        "g.check = lambda connection, found:"
        " given(connection, dataclasses.replace(found, replica=False))",
    },
}
