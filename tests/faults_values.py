"""What a careless colleague might do to the bounds of values: ids, versions, times, durations."""

from typing import Final

from tests.faults import Catalogue

VALUES: Final[Catalogue] = {
    "features/transactions/values.feature --tags=@transactions-38": {
        "an id that its column cannot hold goes to the driver": (
            "import domain.database.schema as s\ns.Id.largest = 10**40"
        ),
        "a version that its column cannot hold goes to the driver": (
            "import domain.database.schema as s\ns.Version.largest = 10**40"
        ),
        "an id that does not fit is somebody's": (
            "import domain.database.schema as s\n"
            "def bind(self, value, _):\n"
            "    return value if value is None or 0 <= value <= self.largest else 1\n"
            "s.Id.process_bind_param = bind"
        ),
        "a version that does not fit is that of the first reading": (
            "import domain.database.schema as s\n"
            "def bind(self, value, _):\n"
            "    return value if 0 < value <= self.largest else 1\n"
            "s.Version.process_bind_param = bind"
        ),
        "any text is looked for as the id of a session": (
            "import re, domain.identity.sessions as s\ns.JTI = re.compile('(?s).*')"
        ),
        "a purge may be of any number": (
            "import domain.identity.sessions as s\ns.LARGEST_ID = 10**40"
        ),
        "a page may begin after any number": (
            "import domain.database.pages as p\np.LARGEST_ID = 10**40\n"
            "import domain.database.schema as s\n"
            "s.Id.process_bind_param = lambda self, value, _: value"
        ),
        "a page of accounts begins anew after too large a number": (
            "from domain.identity.accounts import Accounts\n"
            "from domain.database.schema import LARGEST_ID\n"
            "given = Accounts.list\n"
            "Accounts.list = lambda self, after=None, limit=20:"
            " given(self, None if after and after > LARGEST_ID else after, limit)"
        ),
        "a page of anything else begins anew after too large a number": (
            "import domain.database.pages as p\np.beyond = lambda key, after: key > after"
        ),
        "a stale reading is refused, and everybody is changed": (
            "import domain.database.versions as v\n"
            "from sqlalchemy import text\n"
            "given = v.why_unchanged\n"
            "def why(session, model, *a):\n"
            "    if model.__tablename__ == 'users':\n"
            "        session.execute(text('UPDATE users SET version = version + 1'))\n"
            "    return given(session, model, *a)\n"
            "v.why_unchanged = why"
        ),
    },
    "features/transactions/values.feature --tags=@transactions-40": {
        "the clock is believed, whatever it shows": (
            "import domain.transactions as t\nt.CheckedClock = lambda clock: clock"
        ),
        "the clock may show what has nothing before it": (
            "import domain.instants as i\ni.EARLIEST_NOW = i.EARLIEST"
        ),
        "the clock may show what has nothing after it": (
            "import domain.instants as i\ni.LATEST_NOW = i.LATEST"
        ),
        "the clock keeps farther from the ends than it has to": (
            "import domain.instants as i\n"
            "from datetime import timedelta\n"
            "i.LATEST_NOW = i.LATEST_NOW - timedelta(seconds=1)"
        ),
    },
    "features/transactions/retrying.feature --tags=@transactions-10": {
        "a duration may be of any length": (
            "import domain.settings as s\ns._check_durations = lambda *_: None"
        ),
        "a session may last no time": "import domain.settings as s\ns.SECOND = s.NOTHING",
        "no duration may be as long as it may": (
            "import domain.settings as s\n"
            "from datetime import timedelta\n"
            "s.LONGEST_DURATION = s.LONGEST_DURATION - timedelta(milliseconds=1)"
        ),
    },
}
