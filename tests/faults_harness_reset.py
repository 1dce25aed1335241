"""What a careless colleague might do to the reset of the harness, and to the guard before it."""

from typing import Final

from tests.faults import Catalogue

GUARD: Final = "import features.support.guard as g\nimport features.support.marks as m\n"

HARNESS_RESET: Final[Catalogue] = {
    "--tags=@harness-1 features/harness/dependency_map.feature": {
        "one table is missing from the map": (
            "import features.support.dependency_map as d\n"
            "d.TABLES = d.TABLES.replace('WHERE c', \"WHERE c.relname <> 'projects' AND c\")"
        ),
        "the map has one schema": (
            "import features.support.dependency_map as d\n"
            "d.TABLES = d.TABLES.replace('WHERE c', \"WHERE n.nspname = 'public' AND c\")"
        ),
        "the map is in the order of the alphabet": (
            "import features.support.dependency_map as d\n"
            "d._ordered = lambda tables, references: tuple((t,) for t in sorted(tables))"
        ),
    },
    "--tags=@harness-3 features/harness/dependency_map.feature": {
        "partitions are tables": (
            "import features.support.dependency_map as d\n"
            "d.TABLES = d.TABLES.replace('AND NOT c.relispartition', '')"
        ),
    },
    "--tags=@harness-4 features/harness/dependency_map.feature": {
        "the version table is a table like others": (
            "import features.support.dependency_map as d\nd.ALWAYS_IGNORED = ''"
        ),
    },
    "--tags=@harness-5 features/harness/reset.feature": {
        "the tables of a cycle go one after the other": (
            "import features.support.emptying as e\n"
            "e._delete = lambda sources: '; '.join('DELETE FROM ' + s for s in sources)"
        ),
        "a table with rows is passed over": (
            "import features.support.survey as s\n"
            "given = s.Survey.ask\n"
            "def ask(self, connection, after):\n"
            "    seen = given(self, connection, after)\n"
            "    seen.rows.pop(('public', 'tasks'), None)\n"
            "    return seen\n"
            "s.Survey.ask = ask"
        ),
    },
    "--tags=@harness-6 features/harness/reset.feature": {
        "what is clean is written to": (
            "import features.support.reset as r\n"
            "given = r.Reset._begin\n"
            "def begin(self):\n"
            "    survey, seen = given(self)\n"
            "    seen.rows.update({table: 0 for table in survey.tables})\n"
            "    return survey, seen\n"
            "r.Reset._begin = begin"
        ),
    },
    "--tags=@harness-7 features/harness/reset.feature": {
        "everything is truncated": (
            "import features.support.emptying as e\ne.ROWS_WORTH_A_TRUNCATION = -1"
        ),
        "nothing is truncated": (
            "import features.support.emptying as e\ne.ROWS_WORTH_A_TRUNCATION = 10**9"
        ),
    },
    "--tags=@harness-8 features/harness/reset.feature": {
        "a choice takes all its dependents with it": (
            "import features.support.survey as s\n"
            "given = s.Choice.tables\n"
            "s.Choice.tables = lambda self, map_: map_.dependents(given(self, map_))"
        ),
        "a choice leaves its dependents out": (
            "import features.support.dependency_map as d\n"
            "d.DependencyMap.dependents = lambda self, tables: frozenset(tables)"
        ),
        "rows that would refer to nothing are not refused": (
            "import features.support.survey as s\n"
            "import dataclasses\n"
            "given = s.Survey.ask\n"
            "s.Survey.ask = lambda self, *a: dataclasses.replace(given(self, *a), dangling=[])"
        ),
    },
    "--tags=@harness-9 features/harness/reset.feature": {
        "what is to be ignored is not": (
            "import features.support.survey as s\n"
            "given = s.Choice.__init__\n"
            "s.Choice.__init__ = lambda self, *a, **k: given(self, *a[:2])"
        ),
    },
    "--tags=@harness-10 features/harness/reset.feature": {
        "it is not seen whether it worked": (
            "import features.support.survey as s\n"
            "given = s.Survey.ask\n"
            "def ask(self, connection, after):\n"
            "    seen = given(self, connection, after)\n"
            "    if 'DELETE' in after:\n"
            "        seen.rows.clear()\n"
            "    return seen\n"
            "s.Survey.ask = ask"
        ),
        "what was deleted before an error stays deleted": (
            "import features.support.reset as r\n"
            "given = r.Reset._empty\n"
            "def empty(self, survey, seen, attempt):\n"
            "    self._connection.execute('DELETE FROM tasks; COMMIT; BEGIN')\n"
            "    return given(self, survey, seen, attempt)\n"
            "r.Reset._empty = empty"
        ),
        "sequences are not put back after an error": (
            "import features.support.sequences as s\n"
            "s.Sequence.put_back = lambda self, at: 'SELECT'"
        ),
        "whoever is filtered sees nothing and says nothing": (
            "import features.support.reset as r\n"
            "r.BEGIN = r.BEGIN.replace('row_security = off', 'row_security = on')"
        ),
    },
    "--tags=@harness-11 features/harness/reset.feature": {
        "what a trigger writes elsewhere stays": (
            "import features.support.reset as r\nr.PASSES = 1"
        ),
    },
    "--tags=@harness-13 features/harness/reset.feature": {
        "a map is kept for ever": "import features.support.survey as s\ns.STAMP = \"SELECT 'x'\"",
    },
    "--tags=@harness-12 features/harness/reset.feature": {
        "nothing is logged": ("import features.support.reset as r\nr.LOG.info = lambda *a: None"),
    },
    "--tags=@harness-14 features/harness/sequences.feature": {
        "one sequence is not restarted": (
            "import features.support.sequences as s\n"
            "given = s.read\n"
            "s.read = lambda c: tuple(x for x in given(c) if x.name[1] not in ('e', 'tickets'))"
        ),
        "sequences begin at 1": (
            "import features.support.sequences as s\n"
            "s.SEQUENCES = s.SEQUENCES.replace('s.seqstart', '1::bigint')"
        ),
        "a sequence that came round counts as new": (
            "import features.support.survey as s\n"
            "given = s._written\n"
            "s._written = lambda at: given(at)[:-1] + 'f'\n"
            "given_ask = s.Survey._question\n"
            "s.Survey._question = lambda self: s.sql.SQL("
            "given_ask(self).as_string(None).replace('is_called)', 'false)'))"
        ),
        "a value that was only set counts as new": (
            "import features.support.survey as s\n"
            "given = s.Survey.ask\n"
            "def ask(self, connection, after):\n"
            "    seen = given(self, connection, after)\n"
            "    for one in [one for one, at in seen.moved.items() if not at.is_called]:\n"
            "        del seen.moved[one]\n"
            "    return seen\n"
            "s.Survey.ask = ask"
        ),
    },
    "--tags=@harness-15 features/harness/sequences.feature": {
        "numbers taken in advance still come out": (
            "import features.support.sequences as s\n"
            "given = s.Sequence.__init__\n"
            "s.Sequence.__init__ = lambda self, *a: given(self, *a[:6], 1, a[7])"
        ),
    },
    "--tags=@harness-16 features/harness/sequences.feature": {
        "a choice of tables restarts everything": (
            "import features.support.survey as s\n"
            "s.Choice.sequences = lambda self, all_, tables, map_: tuple(all_)"
        ),
    },
    "--tags=@harness-18 features/harness/guard.feature": {
        "the guard's check is missing": GUARD + "g.check = lambda connection, found: None\n"
        "g.guard = lambda connection: None",
        "the guard goes by the name": GUARD + "given = g.check\n"
        "g.check = lambda connection, found:"
        " found.name.startswith('acceptance_') or given(connection, found)",
        "a mark of another database is a mark": GUARD + "given = m.missing\n"
        "m.missing = lambda name, oid, comment: None"
        " if m.Mark.parse(comment) else given(name, oid, comment)",
        "a mark of any format is a mark": GUARD + "given = m.missing\n"
        "m.missing = lambda name, oid, comment:"
        " given(name, oid, comment and comment.replace('\"format\": 0', '\"format\": 1'))",
        "a template is emptied like others": GUARD + "given = g._obstacle\n"
        "def obstacle(connection, found):\n"
        "    found = given(connection, found)\n"
        "    return None if found and 'not made for scenarios' in found else found\n"
        "g._obstacle = obstacle",
        "the guard asks once and never again": GUARD + "given = g.check\nasked = set()\n"
        "def check(connection, found):\n"
        "    if connection in asked:\n"
        "        return\n"
        "    given(connection, found)\n"
        "    asked.add(connection)\n"
        "g.check = check",
    },
    "--tags=@harness-19 features/harness/guard.feature": {
        "the mark of a run that goes on is a mark": GUARD + "m.is_alive = lambda c, run: False",
        "every other run counts as going on": GUARD + "m.is_alive = lambda c, run: True",
    },
    "-D postgres=embedded --tags=@harness-20 features/harness/guard.feature": {
        "a replica is emptied like others": GUARD + "given = g.check\n"
        "import dataclasses\n"
        "g.check = lambda connection, found:"
        " given(connection, dataclasses.replace(found, replica=False))",
    },
}
