"""What a careless colleague might do to the harness: to factories, tables and fingerprints."""

from typing import Final

from tests.faults import Catalogue

MADE: Final = """
from pgharness.data.row_factory import RowFactory
given = RowFactory.insert.__func__
@classmethod
def insert(cls, session, rows):
    made = given(cls, session, rows)
    {then}
    return made
RowFactory.insert = insert
"""

ASKED: Final = """
from pgharness.data.row_factory import RowFactory
given = RowFactory.insert.__func__
@classmethod
def insert(cls, session, rows):
    {first}
    return given(cls, session, rows)
RowFactory.insert = insert
"""

DIGEST: Final = """
import pgharness.data.fingerprints as d
assert {old!r} in d.DIGEST
d.DIGEST = d.DIGEST.replace({old!r}, {new!r})
"""


def _digest(old: str, new: str) -> str:
    return DIGEST.format(old=old, new=new)


HARNESS_DATA: Final[Catalogue] = {
    "features/harness/factories.feature": {
        "a factory commits": MADE.format(then="session.commit()"),
        "a model has no factory": (
            "import features.support.factories as f\n"
            "from domain.workspace import Turn\n"
            "del f.FACTORIES[Turn]"
        ),
        "a default repeats": ASKED.format(
            first="rows = [{**r, **({'email': 'x@example.org'} if 'email' in r else {})}"
            " for r in rows]"
        ),
        "times have no zone": (
            "import pgharness.data.row_factory as m\nm._check_zone = lambda what, value: None"
        ),
        "times come from the wall clock": ASKED.format(
            first="import datetime; rows = [{**r, **({'created_at':"
            " datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC)} if 'path' in r else {})}"
            " for r in rows]"
        ),
        "a status comes without its times": (
            "import features.support.making_work as w\n"
            "given = w.reached\n"
            "w.reached = lambda *a: {k: v for k, v in given(*a).items() if k != 'finished_at'}"
        ),
        "a session that expired lives on": ASKED.format(
            first="import datetime; rows = [{**r, **({'expires_at': r['expires_at']"
            " + datetime.timedelta(hours=1)} if 'jti' in r else {})} for r in rows]"
        ),
        "a locked account is not locked": ASKED.format(
            first="rows = [{k: v for k, v in r.items() if k != 'locked_until'} for r in rows]"
        ),
        "what is asked for is not what is stored": ASKED.format(
            first="rows = [dict(r) for r in rows]; asked = [dict(r) for r in rows]\n"
            "    for r in rows: r.update({'payload': {}} if 'payload' in r else {})\n"
            "    made = given(cls, session, rows)\n"
            "    for one, r in zip(made, asked):\n"
            "        for name, value in r.items(): one.__dict__[name] = value\n"
            "    return made"
        ),
        "an agent is whosever it happens to be": (
            "import features.support.making_work as w\n"
            "from pgharness.data.row_factory import parent\n"
            "from factory import Trait\n"
            "w.TaskFactory._meta.parameters['assigned'] = Trait(agent=parent(w.AgentFactory))\n"
            "from factory import builder\n"
            "m = w.TaskFactory._meta\n"
            "m.pre_declarations, m.post_declarations = builder.parse_declarations(m.declarations)"
        ),
        "many are made one by one": (
            "from pgharness.data.row_factory import RowFactory\n"
            "RowFactory.create_batch = classmethod(\n"
            "    lambda cls, size, **k: [cls.create(**k) for _ in range(size)])"
        ),
        "every account is hashed anew": (
            "import features.support.making_accounts as a\na.hash_of = a.hash_of.__wrapped__"
        ),
    },
    "features/harness/row_tables.feature": {
        "rows that are too many are not seen": (
            "import pgharness.data.data_tables as t\n"
            "given = t.compare\n"
            "t.compare = lambda headings, expected, actual: given(headings, expected,"
            " [a for a in actual if a in expected] if len(actual) > len(expected) else actual)"
        ),
        "rows that are missing are not seen": (
            "import pgharness.data.data_tables as t\n"
            "given = t.compare\n"
            "t.compare = lambda headings, expected, actual: given(headings,"
            " [e for e in expected if e in actual] if len(actual) < len(expected) else expected,"
            " actual)"
        ),
        "the order of rows is not looked at": (
            "import pgharness.data.data_tables as t\n"
            "given = t.compare\n"
            "t.compare = lambda headings, expected, actual:"
            " given(headings, sorted(expected), sorted(actual))"
        ),
        "the last column is not looked at": (
            "import pgharness.data.data_tables as t\n"
            "given = t.compare\n"
            "t.compare = lambda headings, expected, actual: given(headings, expected,"
            " [a[:-1] + e[-1:] for a, e in zip(actual, expected)]"
            " if len(actual) == len(expected) else actual)"
        ),
        "headings are not looked at": (
            "import pgharness.data.data_tables as t\n"
            "given = t.check_columns\n"
            "t.check_columns = lambda asked, there: None\n"
            "kinds = t._kinds\n"
            "class Any(dict):\n"
            "    def __missing__(self, name): return self['id']\n"
            "t._kinds = lambda model: Any(kinds(model))"
        ),
        "a cell that differs is not marked": (
            "import pgharness.data.data_tables as t\n"
            "t._marked = lambda wanted, there: (wanted, there)"
        ),
        "every cell is text": (
            "import pgharness.data.cells as c\n"
            "given = c.read\n"
            "c.read = lambda cell, *a: cell if cell.isdigit() else given(cell, *a)\n"
            "c.READERS = c.READERS[1:]"
        ),
        "a time without a zone is one": (
            "import pgharness.data.cells as c\n"
            "from datetime import UTC\n"
            "given = c._converted\n"
            "def converted(convert, cell, what):\n"
            "    found = given(convert, cell, what)\n"
            "    return found.replace(tzinfo=found.tzinfo or UTC) if what == 'a time' else found\n"
            "c._converted = converted"
        ),
        "text in a list is read like a cell": (
            "import pgharness.data.cells as c\n"
            "given = c._array\n"
            "def array(cell, kind, day):\n"
            "    return [c.read(each, kind.item_type) for each in given(cell, kind, day)]\n"
            "c.READERS = tuple((t, array if f is given else f) for t, f in c.READERS)"
        ),
        "what cannot be seen is not escaped": (
            "import json, pgharness.data.cells as c\n"
            "c._literal = lambda text: json.dumps(text, ensure_ascii=False)"
        ),
        "a text is shown in its whole length": (
            "import re, pgharness.data.cells as c\nc.LONG_RUN = re.compile('(?!)')"
        ),
        "nothing is empty text": (
            "import pgharness.data.cells as c\n"
            "given = c.read\n"
            "c.read = lambda cell, *a: '' if cell == 'nothing' else given(cell, *a)"
        ),
    },
    "features/harness/fingerprints.feature": {
        "a fingerprint leaves a column out": _digest(
            "array_agg(t::text ", "array_agg(regexp_replace(t::text, ',[^,]*$', '') "
        ),
        "nothing and empty text are alike": _digest(
            "array_agg(t::text ", "array_agg(replace(t::text, '\"\"', '') "
        ),
        "equal rows count once": _digest(
            'array_agg(t::text ORDER BY t::text COLLATE "C")',
            'array_agg(DISTINCT t::text COLLATE "C")',
        ),
        "the order of rows matters": _digest(' ORDER BY t::text COLLATE "C"', ""),
        "upper and lower case, and space, do not matter": _digest(
            "array_agg(t::text ", "array_agg(lower(replace(t::text, ' ', '')) "
        ),
        "only the number of rows is looked at": _digest(
            "convert_to(lines::text, 'UTF8')", "convert_to(cardinality(lines)::text, 'UTF8')"
        ),
        "rows run into one another": _digest(
            "convert_to(lines::text, 'UTF8')",
            "convert_to(regexp_replace(lines::text, '[^a-zA-Z0-9.]', '', 'g'), 'UTF8')",
        ),
        "floats are rounded": (
            "import pgharness.data.fingerprints as d\n"
            "given = d.fingerprint\n"
            "def fingerprint(connection, *a):\n"
            "    connection.execute('SET extra_float_digits = 0')\n"
            "    return given(connection, *a)\n"
            "d.fingerprint = fingerprint"
        ),
        "many rows are not told apart": (
            "import pgharness.data.fingerprints as d\nd._alike = lambda was, now:"
            " (d.Counter(was), d.Counter(now))"
        ),
        "all rows are told": "import pgharness.data.fingerprints as d\nd.FIRST_ROWS = 10**6",
    },
}
