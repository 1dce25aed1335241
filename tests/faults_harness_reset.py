"""What a careless colleague might do to the reset of the harness, and to the guard before it."""

from typing import Final

from tests.faults import Catalogue

GUARD: Final = "import pgharness.databases.ownership as g\n"
FUNCTION: Final = "import pgharness.reset.function as f\n"

HARNESS_RESET: Final[Catalogue] = {
    "--tags=@harness-1 features/harness/dependency_map.feature": {
        "one table is missing from the map": (
            "import pgharness.reset.foreign_keys as d\n"
            "d.TABLES = d.TABLES.replace('WHERE c', \"WHERE c.relname <> 'projects' AND c\")"
        ),
        "the map has one schema": (
            "import pgharness.reset.foreign_keys as d\n"
            "d.TABLES = d.TABLES.replace('WHERE c', \"WHERE n.nspname = 'public' AND c\")"
        ),
        "the map is in the order of the alphabet": (
            "import pgharness.reset.foreign_keys as d\n"
            "d._ordered = lambda tables, references: tuple((t,) for t in sorted(tables))"
        ),
    },
    "--tags=@harness-3 features/harness/dependency_map.feature": {
        "partitions are tables": (
            "import pgharness.reset.foreign_keys as d\n"
            "d.TABLES = d.TABLES.replace('AND NOT c.relispartition', '')"
        ),
    },
    "--tags=@harness-4 features/harness/dependency_map.feature": {
        "the version table is a table like others": (
            "import pgharness.reset.foreign_keys as d\nd.ALWAYS_IGNORED = ''"
        ),
    },
    "--tags=@harness-14 features/harness/sequences.feature": {
        "one sequence is not restarted": (
            "import pgharness.reset.sequences as s\n"
            "given = s.read\n"
            "s.read = lambda c: tuple(x for x in given(c) if x.name[1] not in ('e', 'tickets'))"
        ),
        "sequences begin at 1": (
            "import pgharness.reset.sequences as s\n"
            "s.SEQUENCES = s.SEQUENCES.replace('s.seqstart', '1::bigint')"
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
