"""The same catalogue for passwords and sessions: what a careless colleague might do to them."""

from typing import Final

from tests.faults import Fault


def _passwords(name: str, code: str) -> Fault:
    return Fault(name, code, "features/passwords")


def _sessions(name: str, code: str) -> Fault:
    return Fault(name, code, "features/sessions")


PASSWORDS: Final = [
    _passwords(
        "former passwords are not looked at",
        "from domain.passwords import Passwords\nPasswords._former = lambda self, user: []",
    ),
    _passwords(
        "the oldest former password is not looked at",
        "from domain.passwords import Passwords\n"
        "given = Passwords._former\n"
        "Passwords._former = lambda self, user: given(self, user)[:-1]",
    ),
    _passwords(
        "former passwords are everybody's",
        "from sqlalchemy import select\n"
        "from domain.passwords import Passwords, FormerPassword\n"
        "Passwords._former = lambda self, user: list(self._session.scalars("
        "select(FormerPassword).order_by(FormerPassword.id.desc())))",
    ),
    _passwords(
        "former passwords are never forgotten",
        "import domain.passwords as p\n"
        "from sqlalchemy import false\n"
        "given = p.delete\n"
        "p.delete = lambda table: given(table).where(false())",
    ),
    _passwords(
        "a password is changed without knowing the current one",
        "from domain.passwords import Passwords\nPasswords._confirm = lambda *_: None",
    ),
    _passwords(
        "a wrong current password does not count",
        "import domain.passwords as p\np.remember = lambda *_: None",
    ),
    _passwords(
        "other sessions survive a change of the password",
        "from domain.passwords import Passwords\nPasswords._end_sessions = lambda *_, **__: None",
    ),
    _passwords(
        "a change of the password ends this session too",
        "from domain.passwords import Passwords\n"
        "given = Passwords._end_sessions\n"
        "Passwords._end_sessions = lambda self, user, because, but=None:"
        " given(self, user, because)",
    ),
    _passwords(
        "the user is not held while the password changes",
        "import domain.authentication as a\n"
        "from domain.accounts import User\n"
        "a.hold_user = lambda session, user_id: session.get(User, user_id)",
    ),
    _passwords(
        "case does not count",
        "import domain.password_policy as p\n"
        "given = p.normal_form\n"
        "p.normal_form = lambda password: given(password).casefold()",
    ),
    _passwords(
        "what comes after 72 characters does not count",
        "from domain.hashing import Hasher\n"
        "given = Hasher.verify\n"
        "Hasher.verify = lambda self, stored, password: any("
        "given(self, stored, password + end) for end in ('', 'cd'))",
    ),
    _passwords(
        "composed and decomposed are two passwords",
        "import domain.password_policy as p\np.normal_form = lambda password: password",
    ),
    _passwords(
        "bytes are counted",
        "import domain.password_policy as p\n"
        "class Bytes(str):\n"
        "    def __len__(self): return len(str(self).encode())\n"
        "given = p._problems\n"
        "p._problems = lambda password, *rest: given(Bytes(password), *rest)",
    ),
    _passwords(
        "nobody asks how hard it is to guess",
        "import domain.password_policy as p\np._strength = lambda *_: (4, ())",
    ),
    _passwords(
        "common passwords are let through",
        "import domain.password_policy as p\np._is_common = lambda _: False",
    ),
    _passwords(
        "a common password in another case is let through",
        "import domain.password_policy as p\n"
        "p._is_common = lambda it: len(it) >= 10 and p.is_bad_password(it)",
    ),
    _passwords(
        "the user's own words are let through",
        "import domain.password_policy as p\np._contains = lambda *_: False",
    ),
    _passwords(
        "a hash shrinks with the service's cost",
        "from domain.settings import Argon2Cost\n"
        "from dataclasses import replace\n"
        "Argon2Cost.at_least = lambda self, other: replace(other, for_tests=True)",
    ),
    _passwords(
        "a hash never grows",
        "from domain.hashing import Hasher\nHasher.raised = lambda *_: None",
    ),
    _passwords(
        "a hash that was raised meanwhile is taken for another password's",
        "import domain.sessions as s\n"
        "given = s.Sessions._problem\n"
        "def problem(self, user, stored, normal, *, right):\n"
        "    return given(self, user, stored, None, right=right)\n"
        "s.Sessions._problem = problem",
    ),
    _passwords(
        "the service may hash cheaply",
        "from domain.settings import Argon2Cost\nArgon2Cost.__post_init__ = lambda self: None",
    ),
    _passwords(
        "a temporary password is good for any number of logins",
        "from domain.temporary_passwords import TemporaryPassword\n"
        "given = TemporaryPassword.problem\n"
        "TemporaryPassword.problem = lambda self, now:"
        " None if self.used_at is not None else given(self, now)",
    ),
    _passwords(
        "a temporary password is good for ever",
        "from domain.temporary_passwords import TemporaryPassword\n"
        "from domain.failed_logins import LoginProblem\n"
        "from domain.clock import ManualClock\n"
        "TemporaryPassword.problem = lambda self, now:"
        " LoginProblem.TEMPORARY_USED if self.used_at is not None else None\n"
        "import domain.sessions as s\n"
        "given = s.Sessions._problem\n"
        "def problem(self, user, stored, normal, *, right):\n"
        "    found, temporary = given(self, user, stored, normal, right=right)\n"
        "    if temporary: temporary.expires_at = self._clock.now().replace(year=9999)\n"
        "    return found, temporary\n"
        "s.Sessions._problem = problem",
    ),
    _passwords(
        "one's own password still logs in beside a temporary one",
        "import domain.sessions as s\n"
        "from sqlalchemy import select\n"
        "def find(self, email):\n"
        "    user = self._session.scalar(select(s.User).where(s.User.email == email))\n"
        "    return user.id, user.password_hash\n"
        "s.Sessions._find = find\n"
        "given = s.Sessions._problem\n"
        "def problem(self, user, stored, normal, *, right):\n"
        "    found, _ = given(self, user, stored, normal, right=right)\n"
        "    return (None if right else found), None\n"
        "s.Sessions._problem = problem",
    ),
    _passwords(
        "a temporary password opens every door",
        "from domain.sessions import Sessions\n"
        "given = Sessions._open\n"
        "Sessions._open = lambda self, user, ip, agent, must_set_password:"
        " given(self, user, ip, agent, must_set_password=False)",
    ),
    _passwords(
        "a temporary password leaves sessions as they are",
        "from domain.passwords import Passwords, SessionEnd\n"
        "given = Passwords._end_sessions\n"
        "Passwords._end_sessions = lambda self, user, because, but=None:"
        " because is SessionEnd.TEMPORARY_PASSWORD or given(self, user, because, but=but)",
    ),
    _passwords(
        "temporary passwords are made of ten digits",
        "import domain.temporary_passwords as t\nt.ALPHABET = '0123456789'",
    ),
    _passwords(
        "a temporary password may be kept as one's own",
        "import domain.passwords as p\n"
        "class Never(Exception): pass\n"
        "given = p.Hasher.verify\n"
        "def replace(self, token, new):\n"
        "    user, login = self._authentication.hold(token, must_set_password=True)\n"
        "    temporary = self._session.get(p.TemporaryPassword, user.id)\n"
        "    if not login.must_set_password or temporary is None: raise p.NoTemporaryPassword\n"
        "    self._replace(user, p.acceptable(new, self._settings.passwords, user.own_words))\n"
        "    self._session.delete(temporary)\n"
        "    self._end_sessions(user, p.SessionEnd.PASSWORD_CHANGED)\n"
        "p.Passwords.replace_temporary = replace",
    ),
]

_JUDGE: Final = (
    "import domain.authentication as a\n"
    "given = a.Authentication._judge\n"
    "def judge(self, found, claims, now, *, active):\n"
    "    try: given(self, found, claims, now, active=active)\n"
    "    except a.TokenRefused as refusal:\n"
    "        if refusal.reason is not a.TokenProblem.{problem}: raise\n"
    "a.Authentication._judge = judge"
)
"""A judge of the session's row that overlooks one problem."""

_CLAIMS: Final = (
    "import domain.tokens as t\n"
    "given = t.Tokens._judge\n"
    "def judge(self, claims, now):\n"
    "    try: given(self, claims, now)\n"
    "    except t.TokenRefused as refusal:\n"
    "        if refusal.reason is not t.TokenProblem.{problem}: raise\n"
    "t.Tokens._judge = judge"
)
"""A judge of the token's claims that overlooks one problem."""

SESSIONS: Final = [
    *(
        _sessions(f"nobody minds a session that is {problem}", _JUDGE.format(problem=problem))
        for problem in ("ANOTHER_SUBJECT", "ENDED", "EXPIRED", "IDLE", "DEACTIVATED")
    ),
    *(
        _sessions(f"nobody minds a token that is {problem}", _CLAIMS.format(problem=problem))
        for problem in ("TYPE", "ISSUER", "AUDIENCE", "NOT_YET_VALID", "EXPIRED")
    ),
    _sessions(
        "the algorithm is taken from the token's header",
        "import domain.tokens as t\n"
        "def verify(token, header, keys):\n"
        "    if set(header) != t.HEADER: raise t.TokenRefused(t.TokenProblem.HEADER)\n"
        "    if header['alg'] in ('HS256', 'HS384', 'HS512'): return\n"
        "    raise t.TokenRefused(t.TokenProblem.ALGORITHM)\n"
        "given = t._verify\n"
        "t._verify = lambda token, header, keys: verify(token, header, keys)"
        " if header.get('alg') in ('HS384', 'HS512') else given(token, header, keys)",
    ),
    _sessions(
        "the signature is not verified",
        "import jwt\njwt.PyJWS.decode = lambda *_, **__: b''",
    ),
    _sessions(
        "every key of the ring is tried",
        "import domain.tokens as t\n"
        "given = t._verify\n"
        "def verify(token, header, keys):\n"
        "    for key in keys.keys.values():\n"
        "        ring = type(keys)('k', {'k': key, header['kid']: key})\n"
        "        try: return given(token, header, ring)\n"
        "        except t.TokenRefused as refusal: last = refusal\n"
        "    raise last\n"
        "t._verify = verify",
    ),
    _sessions(
        "headers of any kind are let through",
        "import domain.tokens as t\n"
        "given = t._verify\n"
        "t._verify = lambda token, header, keys: given(token,"
        " {name: header[name] for name in t.HEADER if name in header}, keys)",
    ),
    _sessions(
        "claims of any kind are let through",
        "import domain.tokens as t\n"
        "given = t.Tokens._judge\n"
        "t.Tokens._judge = lambda self, claims, now: given(self,"
        " {name: claims[name] for name in t.CLAIMS if name in claims}, now)",
    ),
    _sessions(
        "of a claim that is made twice the last one counts",
        "import domain.tokens as t\nt._without_duplicates = dict",
    ),
    _sessions(
        "a token may be written in several ways",
        "import domain.tokens as t\n"
        "given = t._decoded\n"
        "t._decoded = lambda part: t.urlsafe_b64decode("
        "part.strip() + '=' * (-len(part.strip()) % 4))",
    ),
    _sessions(
        "clocks have a minute of leeway",
        "from domain.settings import TokenRules\n"
        "from datetime import timedelta\n"
        "TokenRules.leeway = property(lambda self: timedelta(minutes=1),"
        " lambda self, value: None)",
    ),
    _sessions(
        "a key may be short",
        "import domain.settings as s\ns.KEY_MIN_BYTES = 1",
    ),
    _sessions(
        "the token alone says who somebody is",
        "from domain.authentication import Authentication, Principal\n"
        "def authenticate(self, token):\n"
        "    claims = self._tokens.read(token, self._clock.now())\n"
        "    return Principal(claims.user_id, claims.jti)\n"
        "Authentication.authenticate = authenticate",
    ),
    _sessions(
        "every use is written down",
        "import domain.settings as s\n"
        "from datetime import timedelta\n"
        "s.SessionRules.touch_every = property(lambda self: timedelta(0), lambda self, v: None)",
    ),
    _sessions(
        "use is written down every quarter of an hour",
        "import domain.settings as s\n"
        "from datetime import timedelta\n"
        "s.SessionRules.touch_every = property(lambda self: timedelta(minutes=15),"
        " lambda self, v: None)",
    ),
    _sessions(
        "seeing and noting are two round trips",
        "from domain.authentication import Authentication\n"
        "given = Authentication.authenticate\n"
        "def authenticate(self, token):\n"
        "    found = given(self, token)\n"
        "    self._session.connection().exec_driver_sql('SELECT 1')\n"
        "    return found\n"
        "Authentication.authenticate = authenticate",
    ),
    _sessions(
        "there is no limit to the sessions of a user",
        "from domain.sessions import Sessions, SessionEnd\n"
        "given = Sessions._end\n"
        "Sessions._end = lambda self, user_id, because, *which: 0"
        " if because is SessionEnd.TOO_MANY else given(self, user_id, because, *which)",
    ),
    _sessions(
        "the newest session makes room",
        "import domain.sessions as s\n"
        "L, given = s.LoginSession, s.Sessions._end\n"
        "def end(self, user_id, because, *which):\n"
        "    live = s.select(L.jti).where(L.user_id == user_id, L.ended_at.is_(None))\n"
        "    newest = live.order_by(L.created_at).offset(4)\n"
        "    if because is s.SessionEnd.TOO_MANY: which = [L.jti.in_(newest)]\n"
        "    return given(self, user_id, because, *which)\n"
        "s.Sessions._end = end",
    ),
    _sessions(
        "anybody's session may be ended",
        "from sqlalchemy import update\n"
        "import domain.sessions as s\n"
        "def end(self, token, jti):\n"
        "    self._authentication.hold(token)\n"
        "    self._session.execute(update(s.LoginSession).where(s.LoginSession.jti == jti)"
        ".values(ended_at=self._clock.now(), ended_because=s.SessionEnd.ENDED_BY_USER))\n"
        "s.Sessions.end = end",
    ),
    _sessions(
        "logging out is forgotten",
        "from domain.sessions import Sessions\nSessions.log_out = lambda self, token: None",
    ),
    _sessions(
        "a deactivation leaves the sessions",
        "import domain.accounts as a\na.end_sessions = lambda *_: 0",
    ),
    _sessions(
        "failed logins are forgotten with the work they happened in",
        "import domain.transactions as t\nt.remembered = lambda session: []",
    ),
    _sessions(
        "what a failed login did before is committed with it",
        "import domain.transactions as t\n"
        "from contextlib import contextmanager\n"
        "from domain.errors import RecordedRefusal\n"
        "given = t.Domain._begun\n"
        "@contextmanager\n"
        "def begun(self, session, *caller):\n"
        "    refusals = []\n"
        "    with given(self, session, *caller) as work:\n"
        "        try: yield work\n"
        "        except RecordedRefusal as refusal: refusals.append(refusal)\n"
        "    if refusals: raise refusals[0]\n"
        "t.Domain._begun = begun",
    ),
    _sessions(
        "failures are counted by reading, then writing",
        "import domain.failed_logins as f, domain.sessions as s\n"
        "f.hold_user = s.hold_user = lambda session, user_id: session.get("
        "f.User, user_id, populate_existing=True)",
    ),
    _sessions(
        "a lock is for good",
        "import domain.sessions as s, domain.failed_logins as f\n"
        "s.locked = f.locked = lambda user, now: user.locked_until is not None",
    ),
    _sessions(
        "trying on prolongs the lock",
        "import domain.sessions as s\ns.COUNTED = set(s.LoginProblem)\n"
        "import domain.failed_logins as f\nf.locked = lambda user, now: False",
    ),
    _sessions(
        "an account is never locked",
        "import domain.sessions as s\ns.locked = lambda user, now: False",
    ),
    _sessions(
        "a success does not forgive",
        "import domain.sessions as s\ns.forgive = lambda user: None",
    ),
    _sessions(
        "failures of long ago count",
        "from domain.settings import Lockout\n"
        "from datetime import timedelta\n"
        "Lockout.window = property(lambda self: timedelta(days=1), lambda self, value: None)",
    ),
    _sessions(
        "for an unknown address no hash is tried",
        "import domain.sessions as s\n"
        "given = s.Sessions._find\n"
        "def find(self, email):\n"
        "    found = given(self, email)\n"
        "    if found[0] is None: raise s.LoginRefused(s.LoginProblem.UNKNOWN_EMAIL)\n"
        "    return found\n"
        "s.Sessions._find = find",
    ),
    _sessions(
        "a refusal says that nobody has this address",
        "import domain.failed_logins as f\n"
        "given = f.LoginRefused.__init__\n"
        "def init(self, reason):\n"
        "    given(self, reason)\n"
        "    self.args = (str(reason),)\n"
        "f.LoginRefused.__init__ = init",
    ),
    _sessions(
        "purging takes what ended yesterday",
        "from domain.settings import SessionRules\n"
        "from datetime import timedelta\n"
        "SessionRules.kept_ended = property(lambda self: timedelta(days=1), lambda self, v: None)",
    ),
    _sessions(
        "purging leaves what ended by itself",
        "import domain.sessions as s\n"
        "given = s.delete\n"
        "s.delete = lambda table: given(table).where(table.ended_at.is_not(None))",
    ),
    _sessions(
        "a hash shows itself",
        "from domain.schema import Hidden\nHidden.__repr__ = str.__repr__",
    ),
    _sessions(
        "statements are logged with their values",
        "import domain.transactions as t\n"
        "given = t.create_engine\n"
        "t.create_engine = lambda url, **k: given(url, **{**k, 'hide_parameters': False})",
    ),
    _sessions(
        "a token shows itself",
        "import domain.sessions as s\n"
        "s.Login.__repr__ = lambda self: f'Login(user_id={self.user_id}, token={self.token})'",
    ),
    _sessions(
        "a broken rule quotes the row",
        "import domain.errors as e\n"
        "given = e.RuleBroken.__init__\n"
        "def init(self, constraint, table, sqlstate):\n"
        "    import sys\n"
        "    given(self, constraint, table, sqlstate)\n"
        "    self.args = (str(sys.exc_info()[1]),)\n"
        "e.RuleBroken.__init__ = init",
    ),
]
