"""What a careless colleague might do to accounts."""

from typing import Final

from tests.faults import Catalogue, Fault

WITHOUT_VERSION: Final = """
from sqlalchemy import update, delete
from domain.identity.accounts import Accounts, User

def change(self, seen, **values):
    return self._session.scalar(update(User).where(User.id == seen.id)
        .values(**values, version=User.version + 1, changed_at=self._clock.now()).returning(User)
        .execution_options(populate_existing=True))
"""

ACCOUNTS: Final[Catalogue] = {
    "features/accounts/registration.feature": {
        "a unit of work takes a connection as soon as it is opened": (
            "import domain.transactions as t\n"
            "from contextlib import contextmanager\n"
            "given = t.Domain._unit_of_work\n"
            "@contextmanager\n"
            "def unit_of_work(self, caller):\n"
            "    with given(self, caller) as work:\n"
            "        work.connection()\n"
            "        yield work\n"
            "t.Domain._unit_of_work = unit_of_work"
        ),
        "a password is judged after the account is sought": (
            "from domain.errors import NotFound\n"
            "from domain.identity.accounts import Accounts\n"
            "from contextlib import suppress\n"
            "given = Accounts.register\n"
            "def register(self, email, *a):\n"
            "    with suppress(NotFound, ValueError): self.get_by_email('a@example.org')\n"
            "    return given(self, email, *a)\n"
            "Accounts.register = register"
        ),
        "addresses are stored in lower case": (
            "import domain.identity.accounts as a\n"
            "given = a.email_address\n"
            "a.email_address = lambda field, value: given(field, value).lower()"
        ),
        "control characters are let through": (
            "import domain.values as v\nv.unicodedata = type('U', (), {'category': lambda c: 'Ll'})"
        ),
        "a name may show nothing": ("import domain.values as v\nv.visible = lambda text: text"),
        "a limit counts what a text is composed to": (
            "import domain.identity.accounts as a\n"
            "from unicodedata import normalize\n"
            "given = a.line\n"
            "a.line = lambda field, value, longest:"
            " given(field, normalize('NFC', value), longest=longest) and value"
        ),
        "a limit counts what a text stands for": (
            "import domain.identity.accounts as a\n"
            "from unicodedata import normalize\n"
            "given = a.line\n"
            "a.line = lambda field, value, longest:"
            " given(field, normalize('NFKC', value), longest=longest) and value"
        ),
        "an address may become longer than it was typed": (
            "import domain.values as v\n"
            "from types import SimpleNamespace\n"
            "v.validate_email = lambda value, **_: SimpleNamespace(normalized=value.lower())"
        ),
        "a blank name is a name": (
            "import domain.identity.accounts as a\n"
            "given = a.line\n"
            "a.line = lambda field, value, longest:"
            " given(field, value or 'nobody', longest=longest)"
        ),
        "a taken address goes up as the database's own error": (
            "import domain.database.rows as r\nfrom contextlib import nullcontext\n"
            "r.translating = lambda *_: nullcontext()"
        ),
        "a registration commits at once": (
            "from domain.identity.accounts import Accounts\n"
            "given = Accounts.register\n"
            "def register(self, *a, **k):\n"
            "    user = given(self, *a, **k)\n"
            "    self._session.connection().connection.driver_connection.commit()\n"
            "    return user\n"
            "Accounts.register = register"
        ),
        "the zone of a time is dropped": (
            "from domain.identity.accounts import Accounts\n"
            "from features.support.manual_clock import ManualClock\n"
            "given = ManualClock.now\n"
            "ManualClock.now = lambda self: given(self).replace(tzinfo=__import__('datetime').UTC)"
        ),
        "hashing is cheap by default": (
            "from domain.settings import Argon2Cost\n"
            "Argon2Cost.__init__.__defaults__ = (19456, 2, 1, 16, 32)"
        ),
        "all passwords share a salt": (
            "from argon2 import PasswordHasher\n"
            "given = PasswordHasher.hash\n"
            "PasswordHasher.hash = lambda self, p: given(self, p, salt=b'0123456789abcdef')"
        ),
    },
    "features/accounts/changing.feature": {
        "a change does not look at the version": (WITHOUT_VERSION + "Accounts._change = change"),
        "a change reads the version, then writes": (
            WITHOUT_VERSION
            + "from domain.errors import Entity, Stale\n"
            + "def read_then_write(self, seen, **values):\n"
            + "    now = self._session.get(User, seen.id)\n"
            + "    if now.version != seen.version: raise Stale(Entity.ACCOUNT, 1, 1)\n"
            + "    return change(self, seen, **values)\n"
            + "Accounts._change = read_then_write"
        ),
        "a change is not counted": (
            WITHOUT_VERSION
            + "def change(self, seen, **values):\n"
            + "    return self._session.scalar(update(User).where(User.id == seen.id,"
            + " User.version == seen.version).values(**values).returning(User))\n"
            + "Accounts._change = change"
        ),
        "a stale version is reported for another entity": (
            "import domain.database.versions as v\n"
            "from domain.errors import Entity\n"
            "given = v.Stale\n"
            "v.Stale = lambda entity, *a: given(Entity.TASK, *a)"
        ),
        "a deletion does not look at the version": (
            WITHOUT_VERSION
            + "Accounts.delete = lambda self, seen: self._session.execute("
            + "delete(User).where(User.id == seen.id))"
        ),
    },
    "features/accounts/deleting.feature": {
        "a deletion takes everybody": (
            WITHOUT_VERSION
            + "Accounts.delete = lambda self, seen: self._session.execute(delete(User))"
        ),
        "a deletion only deactivates": (
            "from domain.identity.accounts import Accounts\n"
            "Accounts.delete = lambda self, seen: self.deactivate(seen) and None"
        ),
    },
    "features/accounts/deactivating.feature": {
        "a deactivation is forgotten": (
            "from domain.identity.accounts import Accounts\n"
            "Accounts.deactivate = lambda self, seen: seen"
        ),
    },
    "features/accounts/reading.feature": {
        "an address is looked up with its case": (
            "import domain.identity.accounts as a\na.email_key = lambda email: email"
        ),
        "an address is looked up as a pattern": (
            "from sqlalchemy import select\n"
            "from domain.errors import Entity, NotFound\n"
            "from domain.identity.accounts import Accounts, User\n"
            "def get(self, email):\n"
            "    query = select(User).where(User.email.ilike(email))\n"
            "    found = self._session.scalars(query).first()\n"
            "    if found is None: raise NotFound(Entity.ACCOUNT, email)\n"
            "    return found\n"
            "Accounts.get_by_email = get"
        ),
    },
    "features/accounts/listing.feature": {
        "a page begins with the end of the page before": (
            "from domain.identity.accounts import Accounts\n"
            "given = Accounts.list\n"
            "Accounts.list = lambda self, after=None, limit=20:"
            " given(self, None if after is None else after - 1, limit)"
        ),
        "pages are counted off instead of keyed": (
            "from sqlalchemy import select\n"
            "from domain.identity.accounts import Accounts, Page, User\n"
            "def page(self, after=None, limit=20):\n"
            "    start = after or 0\n"
            "    query = select(User).order_by(User.id).offset(start).limit(limit + 1)\n"
            "    found = self._session.scalars(query).all()\n"
            "    return Page(tuple(found[:limit]), start + limit if len(found) > limit else None)\n"
            "Accounts.list = page"
        ),
        "a page may have any size": (
            "from domain.identity.accounts import Accounts\n"
            "given = Accounts.list\n"
            "Accounts.list = lambda self, after=None, limit=20:"
            " given(self, after, max(1, limit % 100))"
        ),
    },
    "features/accounts/integrity.feature": {
        "a unit of work keeps the role that owns everything": (
            "import domain.transactions as t\nt.bind = lambda *_: None"
        ),
    },
}

NEW_INSTALLATION: Final = Fault(
    "a new installation has an account",
    "features/accounts/beginning.feature",
    statement="INSERT INTO users (email, display_name, password_hash, created_at, changed_at)"
    " VALUES ('admin@example.org', 'Admin', '$argon2id$', now(), now())",
)
