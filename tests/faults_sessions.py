"""What a careless colleague might do to sessions."""

from typing import Final

from tests.faults import Catalogue

_JUDGE: Final = (
    "import domain.identity.authentication as a\n"
    "given = a.Authentication._judge\n"
    "def judge(self, found, claims, now, *, active):\n"
    "    try: given(self, found, claims, now, active=active)\n"
    "    except a.TokenRefused as refusal:\n"
    "        if refusal.reason is not a.TokenProblem.{problem}: raise\n"
    "a.Authentication._judge = judge"
)
"""A judge of the session's row that overlooks one problem."""

_CLAIMS: Final = (
    "import domain.identity.tokens as t\n"
    "given = t.Tokens._judge\n"
    "def judge(self, claims, now):\n"
    "    try: given(self, claims, now)\n"
    "    except t.TokenRefused as refusal:\n"
    "        if refusal.reason is not t.TokenProblem.{problem}: raise\n"
    "t.Tokens._judge = judge"
)
"""A judge of the token's claims that overlooks one problem."""

SESSIONS: Final[Catalogue] = {
    "features/sessions/tokens.feature": {
        "tokens are read in any encoding": (
            "import json, domain.identity.tokens as t\n"
            "given = t._object\n"
            "t._object = lambda raw: given(raw.decode(json.detect_encoding(raw)).encode())"
        ),
        **{
            f"nobody minds a token that is {problem}": _CLAIMS.format(problem=problem)
            for problem in ("TYPE", "ISSUER", "AUDIENCE", "NOT_YET_VALID", "EXPIRED")
        },
        "the algorithm is taken from the token's header": (
            "import domain.identity.tokens as t\n"
            "def verify(token, header, keys):\n"
            "    if set(header) != t.HEADER: raise t.TokenRefused(t.TokenProblem.HEADER)\n"
            "    if header['alg'] in ('HS256', 'HS384', 'HS512'): return\n"
            "    raise t.TokenRefused(t.TokenProblem.ALGORITHM)\n"
            "given = t._verify\n"
            "t._verify = lambda token, header, keys: verify(token, header, keys)"
            " if header.get('alg') in ('HS384', 'HS512') else given(token, header, keys)"
        ),
        "headers of any kind are let through": (
            "import domain.identity.tokens as t\n"
            "given = t._verify\n"
            "t._verify = lambda token, header, keys: given(token,"
            " {name: header[name] for name in t.HEADER if name in header}, keys)"
        ),
        "claims of any kind are let through": (
            "import domain.identity.tokens as t\n"
            "given = t.Tokens._judge\n"
            "t.Tokens._judge = lambda self, claims, now: given(self,"
            " {name: claims[name] for name in t.CLAIMS if name in claims}, now)"
        ),
        "of a claim that is made twice the last one counts": (
            "import domain.identity.tokens as t\nt._without_duplicates = dict"
        ),
        "a token may be written in several ways": (
            "import domain.identity.tokens as t\n"
            "given = t._decoded\n"
            "t._decoded = lambda part: t.urlsafe_b64decode("
            "part.strip() + '=' * (-len(part.strip()) % 4))"
        ),
        "clocks have a minute of leeway": (
            "from domain.settings import TokenRules\n"
            "from datetime import timedelta\n"
            "TokenRules.leeway = property(lambda self: timedelta(minutes=1),"
            " lambda self, value: None)"
        ),
        "the signature is not verified": ("import jwt\njwt.PyJWS.decode = lambda *_, **__: b''"),
    },
    "features/sessions/logging_in.feature": {
        "a refusal says that nobody has this address": (
            "import domain.identity.failed_logins as f\n"
            "given = f.LoginRefused.__init__\n"
            "def init(self, reason):\n"
            "    given(self, reason)\n"
            "    self.args = (str(reason),)\n"
            "f.LoginRefused.__init__ = init"
        ),
    },
    "features/sessions/failed_logins.feature": {
        "failed logins are forgotten with the work they happened in": (
            "import domain.transactions as t\nt.Domain._record = lambda self, ended, caller: None"
        ),
        "an account is never locked": (
            "import domain.identity.sessions as s\ns.locked = lambda user, now: False"
        ),
        "failures are counted by reading, then writing": (
            "import domain.identity.failed_logins as f, domain.identity.sessions as s\n"
            "f.lock_user_row = s.lock_user_row = lambda session, user_id: session.get("
            "f.User, user_id, populate_existing=True)"
        ),
        "what a failed login did before is committed with it": (
            "import domain.transactions as t\n"
            "from contextlib import contextmanager\n"
            "from domain.identity.failed_logins import LoginRefused\n"
            "given = t.Domain._unit_of_work\n"
            "@contextmanager\n"
            "def unit_of_work(self, caller):\n"
            "    refusals = []\n"
            "    with given(self, caller) as work:\n"
            "        try: yield work\n"
            "        except LoginRefused as refusal: refusals.append(refusal)\n"
            "    if refusals: raise refusals[0]\n"
            "t.Domain._unit_of_work = unit_of_work"
        ),
        "a lock is for good": (
            "import domain.identity.sessions as s, domain.identity.failed_logins as f\n"
            "s.locked = f.locked = lambda user, now: user.locked_until is not None"
        ),
        "trying on prolongs the lock": (
            "import domain.identity.sessions as s\ns.COUNTED = set(s.LoginProblem)\n"
            "import domain.identity.failed_logins as f\nf.locked = lambda user, now: False"
        ),
        "a success does not forgive": (
            "import domain.identity.sessions as s\ns.reset_failed_logins = lambda user: None"
        ),
        "failures of long ago count": (
            "from domain.settings import Lockout\n"
            "from datetime import timedelta\n"
            "Lockout.window = property(lambda self: timedelta(days=1), lambda self, value: None)"
        ),
    },
    "features/sessions/keys.feature": {
        "every key of the ring is tried": (
            "import domain.identity.tokens as t\n"
            "given = t._verify\n"
            "def verify(token, header, keys):\n"
            "    for key in keys.keys.values():\n"
            "        ring = type(keys)('k', {'k': key, header['kid']: key})\n"
            "        try: return given(token, header, ring)\n"
            "        except t.TokenRefused as refusal: last = refusal\n"
            "    raise last\n"
            "t._verify = verify"
        ),
        "the text of a key file is a key": (
            "import domain.settings as s\ns._is_key_file = lambda _: False"
        ),
        "only what PyJWT knows is taken for the text of a key file": (
            "import re, domain.settings as s\ns._KEY_FILE = re.compile(b'(?!)')"
        ),
        "only text in UTF-8 is taken for that of a key file": (
            "import domain.settings as s\n"
            "given = s._KEY_FILE\n"
            "class AsItIs:\n"
            "    search = staticmethod(lambda text: None)\n"
            "s._KEY_FILE = AsItIs\n"
            "file = s._is_key_file\n"
            "s._is_key_file = lambda key: given.search(key) is not None or file(key)"
        ),
        "a JWK in a text of JSON is a key": (
            "import domain.settings as s\n"
            "given = s._is_json\n"
            "s._is_json = lambda key: isinstance(key, bytes) and given(key)"
        ),
        "a key may be text": (
            "import domain.settings as s, builtins\n"
            "s.isinstance = lambda value, kind: kind is bytes or builtins.isinstance(value, kind)\n"
            "s._is_key_file = lambda _: False"
        ),
        "a key may be short": ("import domain.settings as s\ns.KEY_MIN_BYTES = 1"),
    },
    "features/sessions/authenticating.feature": {
        **{
            f"nobody minds a session that is {problem}": _JUDGE.format(problem=problem)
            for problem in ("ANOTHER_SUBJECT", "ENDED", "EXPIRED", "IDLE", "DEACTIVATED")
        },
        "the token alone says who somebody is": (
            "from domain.identity.authentication import Authentication, Principal\n"
            "def authenticate(self, token):\n"
            "    claims = self._tokens.read(token, self._clock.now())\n"
            "    return Principal(claims.user_id, claims.jti)\n"
            "Authentication.authenticate = authenticate"
        ),
        "every use is written down": (
            "import domain.settings as s\n"
            "from datetime import timedelta\n"
            "s.SessionRules.touch_every = property(lambda self: timedelta(0), lambda self, v: None)"
        ),
        "use is written down every quarter of an hour": (
            "import domain.settings as s\n"
            "from datetime import timedelta\n"
            "s.SessionRules.touch_every = property(lambda self: timedelta(minutes=15),"
            " lambda self, v: None)"
        ),
    },
    "features/sessions/ending.feature": {
        "there is no limit to the sessions of a user": (
            "from domain.identity.sessions import Sessions, SessionEnd\n"
            "given = Sessions._end\n"
            "Sessions._end = lambda self, user_id, because, *which: 0"
            " if because is SessionEnd.TOO_MANY else given(self, user_id, because, *which)"
        ),
        "logging out is forgotten": (
            "from domain.identity.sessions import Sessions\n"
            "Sessions.log_out = lambda self, token: None"
        ),
        "a deactivation leaves the sessions": (
            "import domain.identity.accounts as a\na.end_sessions = lambda *_: 0"
        ),
        "the newest session makes room": (
            "import domain.identity.sessions as s\n"
            "L, given = s.LoginSession, s.Sessions._end\n"
            "def end(self, user_id, because, *which):\n"
            "    live = s.select(L.jti).where(L.user_id == user_id, L.ended_at.is_(None))\n"
            "    newest = live.order_by(L.created_at).offset(4)\n"
            "    if because is s.SessionEnd.TOO_MANY: which = [L.jti.in_(newest)]\n"
            "    return given(self, user_id, because, *which)\n"
            "s.Sessions._end = end"
        ),
        "anybody's session may be ended": (
            "from sqlalchemy import update\n"
            "import domain.identity.sessions as s\n"
            "def end(self, token, jti):\n"
            "    self._authentication.hold(token)\n"
            "    self._session.execute(update(s.LoginSession).where(s.LoginSession.jti == jti)"
            ".values(ended_at=self._clock.now(), ended_because=s.SessionEnd.ENDED_BY_USER))\n"
            "s.Sessions.end = end"
        ),
    },
    "features/sessions/housekeeping.feature": {
        "purging takes what ended yesterday": (
            "from domain.settings import SessionRules\n"
            "from datetime import timedelta\n"
            "SessionRules.kept_ended = property("
            "lambda self: timedelta(days=1), lambda self, v: None)"
        ),
        "purging leaves what ended by itself": (
            "import domain.identity.sessions as s\n"
            "given = s.delete\n"
            "s.delete = lambda table: given(table).where(table.ended_at.is_not(None))"
        ),
    },
    "features/sessions/secrecy.feature": {
        "a hash shows itself": (
            "from domain.database.schema import Hidden\nHidden.__repr__ = str.__repr__"
        ),
        "former hashes show themselves": (
            "import sqlalchemy, domain.identity.passwords as p\np.HiddenText = sqlalchemy.String"
        ),
        "statements are logged with their values": (
            "import domain.database.connections as c\n"
            "given = c.create_engine\n"
            "c.create_engine = lambda url, **k: given(url, **{**k, 'hide_parameters': False})"
        ),
        "a token shows itself": (
            "import domain.identity.sessions as s\n"
            "s.Login.__repr__ = lambda self: f'Login(user_id={self.user_id}, token={self.token})'"
        ),
        "a broken rule quotes the row": (
            "import domain.errors as e\n"
            "given = e.RuleBroken.__init__\n"
            "def init(self, constraint, table, sqlstate):\n"
            "    import sys\n"
            "    given(self, constraint, table, sqlstate)\n"
            "    self.args = (str(sys.exc_info()[1]),)\n"
            "e.RuleBroken.__init__ = init"
        ),
    },
}
