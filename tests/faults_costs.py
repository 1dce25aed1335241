"""What a careless colleague might do to what logins and passwords cost."""

from typing import Final

from tests.faults_strings import Catalogue

_GOOD: Final = (
    "import domain.identity.stored_hashes as h\n"
    "T = h.TemporaryPassword\n"
    "h._has_good = lambda cost, now: h.select(h.true()).where("
    "h.hash_cost(T.password_hash) == cost, {good}).limit(1).scalar_subquery()"
)
"""Another idea of which temporary passwords are good."""

COSTS: Final[Catalogue] = {
    "features/sessions/costs.feature": {
        "seeing and noting are two round trips": (
            "from domain.identity.authentication import Authentication\n"
            "given = Authentication.authenticate\n"
            "def authenticate(self, token):\n"
            "    found = given(self, token)\n"
            "    self._session.connection().exec_driver_sql('SELECT 1')\n"
            "    return found\n"
            "Authentication.authenticate = authenticate"
        ),
        "for an unknown address no hash is tried": (
            "import domain.identity.sessions as s\n"
            "given = s.Sessions._find\n"
            "def find(self, email):\n"
            "    found = given(self, email)\n"
            "    if found.user_id is None: raise s.LoginRefused(s.LoginProblem.UNKNOWN_EMAIL)\n"
            "    return found\n"
            "s.Sessions._find = find"
        ),
        "a decoy costs what new hashes cost, a hash what it had cost": (
            "import domain.identity.sessions as s\n"
            "def level(hasher, found, password):\n"
            "    return hasher.verify(found.stored or hasher.decoy(hasher.own_cost), password)\n"
            "s.verify_level = level"
        ),
        "what temporary passwords cost does not count": (
            "import domain.identity.stored_hashes as h\n"
            "given = h._costs\n"
            "h._costs = lambda hashes: given(hashes).where(h.literal(hashes.class_ is h.User))"
        ),
        "a login keeps its connection while it is verified": (
            "import contextlib, domain.database.late_sessions as l\n"
            "l.LateSession.look = lambda _: contextlib.nullcontext()"
        ),
        "a hash is raised while its user is held": (
            "import domain.identity.sessions as s\n"
            "find = s.Sessions._find\n"
            "def _find(self, email):\n"
            "    found = find(self, email)\n"
            "    object.__setattr__(found, 'lasting', False)\n"
            "    return found\n"
            "s.Sessions._find = _find\n"
            "problem = s.Sessions._problem\n"
            "def _problem(self, user, stored, normal, *, right):\n"
            "    found = problem(self, user, stored, normal, right=right)\n"
            "    if found == (None, None):\n"
            "        user.password_hash = self._hasher.raised(user.password_hash, normal)"
            " or user.password_hash\n"
            "    return found\n"
            "s.Sessions._problem = _problem"
        ),
        "a look gives up what the unit of work did before": (
            "import domain.database.late_sessions as l\n"
            "from contextlib import contextmanager\n"
            "@contextmanager\n"
            "def look(self):\n"
            "    yield\n"
            "    self.rollback()\n"
            "    self.asked = False\n"
            "l.LateSession.look = look"
        ),
        "a look ends a transaction in which all see one moment": (
            "import domain.database.late_sessions as l\n"
            "given = l.LateSession.look\n"
            "def look(self):\n"
            "    l.SEES_EACH_MOMENT = self._isolation\n"
            "    return given(self)\n"
            "l.LateSession.look = look"
        ),
        **{
            f"temporary passwords count that {were}": _GOOD.format(good=good)
            for were, good in (
                ("let nobody in", "True"),
                ("were used", "T.expires_at > now"),
                ("have expired", "T.used_at.is_(None)"),
            )
        },
        "only the dearest hash is levelled": (
            "import domain.identity.stored_hashes as h\n"
            "from dataclasses import replace\n"
            "given = h.find_credentials\n"
            "def find(*a):\n"
            "    found = given(*a)\n"
            "    return replace(found, costs=found.costs[-1:])\n"
            "import domain.identity.sessions as s\n"
            "s.find_credentials = find"
        ),
    },
    "features/passwords/costs.feature": {
        "all of a password is judged": (
            "import domain.identity.guessing as g\n"
            "g._beginning = lambda password: password\n"
            "g._run = lambda password, words: g.zxcvbn(password, words, max_length=1000)"
        ),
        "a password is judged in all its readings": (
            "import domain.identity.guessing as g\ng.MOST_READINGS = 10**9"
        ),
        "a new password is hashed while its user is held": (
            "from domain.identity.passwords import Passwords\nPasswords._hashed = lambda *_: None"
        ),
        "former passwords are compared while their user is held": (
            "from domain.identity.passwords import Passwords\n"
            "Passwords._verify_ahead = lambda *_: None"
        ),
        "only the current password is verified ahead": (
            "from domain.identity.passwords import Passwords\n"
            "given = Passwords._verify_ahead\n"
            "Passwords._verify_ahead = lambda self, token, current, new:"
            " given(self, token, current, None)"
        ),
        "a temporary password is hashed in a transaction": (
            "from domain.identity.passwords import Passwords\n"
            "given = Passwords.issue_temporary\n"
            "def issue(self, user_id):\n"
            "    self._session.connection()\n"
            "    return given(self, user_id)\n"
            "Passwords.issue_temporary = issue"
        ),
    },
}
