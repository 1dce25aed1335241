"""What a careless colleague might do to passwords."""

from typing import Final

from tests.faults import Catalogue

PASSWORDS: Final[Catalogue] = {
    "features/passwords/history.feature": {
        "former passwords are not looked at": (
            "from domain.identity.passwords import Passwords\n"
            "Passwords._former = lambda self, user: []"
        ),
        "the oldest former password is not looked at": (
            "from domain.identity.passwords import Passwords\n"
            "given = Passwords._former\n"
            "Passwords._former = lambda self, user: given(self, user)[:-1]"
        ),
        "former passwords are everybody's": (
            "from sqlalchemy import select\n"
            "from domain.identity.passwords import Passwords, FormerPassword\n"
            "Passwords._former = lambda self, user: list(self._session.scalars("
            "select(FormerPassword).order_by(FormerPassword.id.desc())))"
        ),
        "former passwords are never forgotten": (
            "import domain.identity.passwords as p\n"
            "from sqlalchemy import false\n"
            "given = p.delete\n"
            "p.delete = lambda table: given(table).where(false())"
        ),
    },
    "features/passwords/storage.feature": {
        "composed and decomposed are two passwords": (
            "import domain.identity.password_policy as p\np.normal_form = lambda password: password"
        ),
        "case does not count": (
            "import domain.identity.password_policy as p\n"
            "given = p.normal_form\n"
            "p.normal_form = lambda password: given(password).casefold()"
        ),
        "what comes after 72 characters does not count": (
            "from domain.identity.hashing import Hasher\n"
            "given = Hasher.verify\n"
            "Hasher.verify = lambda self, stored, password: any("
            "given(self, stored, password + end) for end in ('', 'cd'))"
        ),
        "a hash shrinks with the service's cost": (
            "import domain.identity.hashing as h\nh.max = lambda stored, own: own"
        ),
        "a hash never grows": (
            "from domain.identity.hashing import Hasher\nHasher.raised = lambda *_: None"
        ),
        "a hash that was raised meanwhile is taken for another password's": (
            "import domain.identity.sessions as s\n"
            "given = s.Sessions._problem\n"
            "def problem(self, user, stored, normal, *, right):\n"
            "    return given(self, user, stored, None, right=right)\n"
            "s.Sessions._problem = problem"
        ),
        "the service may hash cheaply": (
            "from domain.settings import Argon2Cost\nArgon2Cost.__post_init__ = lambda self: None"
        ),
    },
    "features/passwords/changing.feature": {
        "a password is changed without knowing the current one": (
            "from domain.identity.passwords import Passwords\nPasswords._confirm = lambda *_: None"
        ),
        "a wrong current password does not count": (
            "import domain.identity.passwords as p\np.failure = lambda *_: lambda session: None"
        ),
        "other sessions survive a change of the password": (
            "import domain.identity.passwords as p\n"
            "p.Passwords._end_sessions = lambda *_, **__: None"
        ),
        "a change of the password ends this session too": (
            "from domain.identity.passwords import Passwords\n"
            "given = Passwords._end_sessions\n"
            "Passwords._end_sessions = lambda self, user, because, but=None:"
            " given(self, user, because)"
        ),
        "the user is not held while the password changes": (
            "import domain.identity.authentication as a\n"
            "from domain.identity.accounts import User\n"
            "a.lock_user_row = lambda session, user_id: session.get(User, user_id)"
        ),
    },
    "features/passwords/strength.feature": {
        "nobody asks how hard it is to guess": (
            "import domain.identity.password_policy as p\np._strength = lambda *_: (4, ())"
        ),
        "a word that the end of what is judged cuts is taken for chance": (
            "import domain.identity.guessing as g\ng.LONGEST_WORD = 0"
        ),
        "bytes are counted": (
            "import domain.identity.password_policy as p\n"
            "given = p._problems\n"
            "p._problems = lambda password, shortest, *rest:"
            " given(password, len(password.encode()), *rest)"
        ),
        "the length counts after normalisation alone": (
            "import domain.identity.password_policy as p\n"
            "given = p._problems\n"
            "p._problems = lambda password, shortest, *rest: given(password, len(password), *rest)"
        ),
        "what is invisible counts as long": (
            "import domain.identity.password_policy as p\np.visible = lambda text: text"
        ),
        "only the password as typed is judged": (
            "import domain.identity.password_policy as p\np.walks = lambda _: []"
        ),
        "common passwords are let through": (
            "import domain.identity.password_policy as p\np.is_common = lambda _: False"
        ),
        "a common password in another case is let through": (
            "import domain.identity.password_policy as p\n"
            "given = p.is_common\n"
            "p.is_common = lambda it: it == it.casefold() and given(it)"
        ),
        "the list of our own is empty": (
            "import domain.identity.common_passwords as c\nc._LISTED -= c._own_list()"
        ),
        "the lists of zxcvbn are not looked at": (
            "import domain.identity.common_passwords as c\nc._LISTED = c._own_list()"
        ),
        "the large list is not looked at": (
            "import domain.identity.common_passwords as c\nc._is_bad = lambda _: False"
        ),
        "what is added to a common password hides it": (
            "import domain.identity.common_passwords as c\n"
            "c._adds_nothing = lambda affix: not affix"
        ),
        "only up to eight characters are taken for added": (
            "import domain.identity.common_passwords as c\n"
            "c._adds_nothing = lambda affix: len(affix) <= c.AFFIX_MAX_LENGTH"
        ),
        "whatever is around a common word adds nothing": (
            "import domain.identity.common_passwords as c\nc._adds_nothing = lambda _: True"
        ),
        "all digits at an end are taken for added": (
            "import domain.identity.common_passwords as c\n"
            "def candidates(text):\n"
            "    start, end = c._affix_length(text), len(text) - c._affix_length(text[::-1])\n"
            "    return (*c._letters(text), *c._letters(text[start:end]), text[::-1])\n"
            "c._candidates = candidates"
        ),
        "digits around digits hide them": (
            "import domain.identity.common_passwords as c\nc._digits_within = lambda _: ()"
        ),
        "digits are not read as letters": (
            "import domain.identity.common_passwords as c\nc._LEET = c._LEET_WITH_L = {}"
        ),
        "a digit is read as one letter only": (
            "import domain.identity.common_passwords as c\nc._LEET_WITH_L = {}"
        ),
        "an invisible character hides a common password": (
            "import domain.identity.common_passwords as c\nc.visible = lambda text: text"
        ),
        "accents and look-alikes are other letters": (
            "import domain.identity.common_passwords as c\nc.plain = str.casefold"
        ),
        "look-alikes are other letters": (
            "import domain.identity.common_passwords as c\nc._LOOK_ALIKES = {}"
        ),
        "letters in circles are other letters": (
            "import domain.identity.common_passwords as c\nc._latin = lambda character: character"
        ),
        "other keyboards are not known": (
            "import domain.identity.common_passwords as c\nc.keys = lambda _: []"
        ),
        "a number is read as a name": (
            "import domain.identity.common_passwords as c\n"
            "c._is_in = lambda word, text, spelled: word in text"
        ),
        "what was escaped for HTML is another password": (
            "import domain.identity.common_passwords as c\n"
            "from types import SimpleNamespace\n"
            "c.html = SimpleNamespace(unescape=lambda text: text)"
        ),
        "what is typed twice is another password": (
            "import domain.identity.common_passwords as c\nc._once = lambda text: text"
        ),
        "letters that are typed twice make another password": (
            "import domain.identity.common_passwords as c\nc._undoubled = lambda text: text"
        ),
        "a common password backwards is let through": (
            "import domain.identity.common_passwords as c\n"
            "given = c._candidates\n"
            "def candidates(text):\n"
            "    inner = text[c._affix_length(text):len(text) - c._affix_length(text[::-1])]\n"
            "    return set(given(text)) - {text[::-1], inner[::-1]}\n"
            "c._candidates = candidates"
        ),
        "the user's own words are let through": (
            "import domain.identity.password_policy as p\np.contains = lambda *_: False"
        ),
        "own words are found as they are spelled only": (
            "import domain.identity.common_passwords as c\n"
            "c._skeletons = lambda text: {\n"
            "    (''.join(filter(str.isalnum, text.casefold())),) * 2}"
        ),
    },
    "features/passwords/temporary.feature": {
        "a temporary password is good for any number of logins": (
            "from domain.identity.temporary_passwords import TemporaryPassword\n"
            "given = TemporaryPassword.problem\n"
            "TemporaryPassword.problem = lambda self, now:"
            " None if self.used_at is not None else given(self, now)"
        ),
        "a temporary password is good for ever": (
            "from domain.identity.temporary_passwords import TemporaryPassword\n"
            "from domain.identity.failed_logins import LoginProblem\n"
            "TemporaryPassword.problem = lambda self, now:"
            " LoginProblem.TEMPORARY_USED if self.used_at is not None else None\n"
            "import domain.identity.sessions as s\n"
            "given = s.Sessions._problem\n"
            "def problem(self, user, stored, normal, *, right):\n"
            "    found, temporary = given(self, user, stored, normal, right=right)\n"
            "    if temporary: temporary.expires_at = self._clock.now().replace(year=9999)\n"
            "    return found, temporary\n"
            "s.Sessions._problem = problem"
        ),
        "one's own password still logs in beside a temporary one": (
            "import domain.identity.sessions as s\n"
            "from dataclasses import replace\n"
            "found = s.Sessions._find\n"
            "def find(self, email):\n"
            "    it = found(self, email)\n"
            "    own = self._session.get(s.User, it.user_id).password_hash\n"
            "    return replace(it, stored=own)\n"
            "s.Sessions._find = find\n"
            "given = s.Sessions._problem\n"
            "def problem(self, user, stored, normal, *, right):\n"
            "    found, _ = given(self, user, stored, normal, right=right)\n"
            "    return (None if right else found), None\n"
            "s.Sessions._problem = problem"
        ),
        "a temporary password opens every door": (
            "from domain.identity.sessions import Sessions\n"
            "given = Sessions._open\n"
            "Sessions._open = lambda self, user, ip, agent, must_set_password:"
            " given(self, user, ip, agent, must_set_password=False)"
        ),
        "a temporary password leaves sessions as they are": (
            "from domain.identity.passwords import Passwords, SessionEnd\n"
            "given = Passwords._end_sessions\n"
            "Passwords._end_sessions = lambda self, user, because, but=None:"
            " because is SessionEnd.TEMPORARY_PASSWORD or given(self, user, because, but=but)"
        ),
        "temporary passwords are made of ten digits": (
            "import domain.identity.temporary_passwords as t\nt.ALPHABET = '0123456789'"
        ),
        "a temporary password may be kept as one's own": (
            "import domain.identity.passwords as p\n"
            "class Never(Exception): pass\n"
            "given = p.Hasher.verify\n"
            "def replace(self, token, new):\n"
            "    user, login = self._authentication.hold(token, must_set_password=True)\n"
            "    temporary = self._session.get(p.TemporaryPassword, user.id)\n"
            "    if not login.must_set_password or temporary is None: raise p.NoTemporaryPassword\n"
            "    normal = p.acceptable(new, self._settings.passwords, user.own_words)\n"
            "    self._replace(user, normal, None)\n"
            "    self._session.delete(temporary)\n"
            "    self._end_sessions(user, p.SessionEnd.PASSWORD_CHANGED)\n"
            "p.Passwords.replace_temporary = replace"
        ),
    },
}
