"""The strength of passwords: what can be wrong with judging it."""

from types import SimpleNamespace

from _pytest.monkeypatch import MonkeyPatch

from domain.identity import common_passwords, guessing, password_policy
from domain.identity.common_passwords import _affix_length, _letters, _own_list, is_common
from tests.faults.catalogue import fault


@fault("how hard it is to guess does not count", noticed_by="passwords/strength")
def guessing_does_not_count(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "_strength", lambda *_: (4, ()))


@fault(
    "a word that the end of what is judged cuts is taken for chance",
    noticed_by="passwords/strength",
)
def cut_word_is_taken_for_chance(patch: MonkeyPatch) -> None:
    patch.setattr(guessing, "LONGEST_WORD", 0)


@fault("bytes are counted", noticed_by="passwords/strength")
def bytes_are_counted(patch: MonkeyPatch) -> None:
    original = password_policy._problems
    patch.setattr(
        password_policy,
        "_problems",
        lambda password, shortest, *rest: original(password, len(password.encode()), *rest),
    )


@fault("the length counts after normalisation alone", noticed_by="passwords/strength")
def length_counts_after_normalisation_alone(patch: MonkeyPatch) -> None:
    original = password_policy._problems
    patch.setattr(
        password_policy,
        "_problems",
        lambda password, shortest, *rest: original(password, len(password), *rest),
    )


@fault("what is invisible counts as long", noticed_by="passwords/strength")
def what_is_invisible_counts_as_long(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "visible", lambda text: text)


@fault("only the password as typed is judged", noticed_by="passwords/strength")
def only_password_as_typed_is_judged(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "walks", lambda _: [])


@fault("common passwords are let through", noticed_by="passwords/strength")
def common_passwords_are_let_through(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "is_common", lambda _: False)


@fault("a common password in another case is let through", noticed_by="passwords/strength")
def case_hides_a_common_password(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "is_common", lambda it: it == it.casefold() and is_common(it))


@fault("the list of our own is empty", noticed_by="passwords/strength")
def list_of_our_own_is_empty(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_LISTED", common_passwords._LISTED - _own_list())


@fault("the lists of zxcvbn are not read", noticed_by="passwords/strength")
def lists_of_zxcvbn_are_not_read(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_LISTED", _own_list())


@fault("the large list is not read", noticed_by="passwords/strength")
def large_list_is_not_read(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_is_bad", lambda _: False)


@fault("what is added to a common password hides it", noticed_by="passwords/strength")
def what_is_added_to_common_password_hides_it(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_adds_nothing", lambda affix: not affix)


@fault("only up to eight characters are taken for added", noticed_by="passwords/strength")
def few_characters_are_taken_for_added(patch: MonkeyPatch) -> None:
    patch.setattr(
        common_passwords,
        "_adds_nothing",
        lambda affix: len(affix) <= common_passwords.AFFIX_MAX_LENGTH,
    )


@fault("all that is around a common word adds nothing", noticed_by="passwords/strength")
def surroundings_add_nothing(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_adds_nothing", lambda _: True)


@fault("all digits at an end are taken for added", noticed_by="passwords/strength")
def all_digits_at_end_are_taken_for_added(patch: MonkeyPatch) -> None:
    def candidates(text: str) -> tuple[str, ...]:
        start, end = _affix_length(text), len(text) - _affix_length(text[::-1])
        return (*_letters(text), *_letters(text[start:end]), text[::-1])

    patch.setattr(common_passwords, "_candidates", candidates)


@fault("digits around digits hide them", noticed_by="passwords/strength")
def digits_around_digits_hide_them(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_digits_within", lambda _: ())


@fault("digits are not read as letters", noticed_by="passwords/strength")
def digits_are_not_read_as_letters(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_LEET", {})
    patch.setattr(common_passwords, "_LEET_WITH_L", {})


@fault("a digit is read as one letter only", noticed_by="passwords/strength")
def digit_is_read_as_one_letter_only(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_LEET_WITH_L", {})


@fault("an invisible character hides a common password", noticed_by="passwords/strength")
def invisible_character_hides_common_password(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "visible", lambda text: text)


@fault("accents and look-alikes are other letters", noticed_by="passwords/strength")
def accents_and_look_alikes_are_other_letters(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "plain", str.casefold)


@fault("look-alikes are other letters", noticed_by="passwords/strength")
def look_alikes_are_other_letters(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_LOOK_ALIKES", {})


@fault("letters in circles are other letters", noticed_by="passwords/strength")
def letters_in_circles_are_other_letters(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_latin", lambda character: character)


@fault("other keyboards are not known", noticed_by="passwords/strength")
def other_keyboards_are_not_known(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "keys", lambda _: [])


@fault("a number is read as a name", noticed_by="passwords/strength")
def number_is_read_as_name(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_is_in", lambda word, text, spelled: word in text)


@fault("what was escaped for HTML is another password", noticed_by="passwords/strength")
def escaping_hides_a_common_password(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "html", SimpleNamespace(unescape=lambda text: text))


@fault("what is typed twice is another password", noticed_by="passwords/strength")
def what_is_typed_twice_is_another_password(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_once", lambda text: text)


@fault("letters that are typed twice make another password", noticed_by="passwords/strength")
def doubled_letters_hide_a_common_password(patch: MonkeyPatch) -> None:
    patch.setattr(common_passwords, "_undoubled", lambda text: text)


@fault("a common password backwards is let through", noticed_by="passwords/strength")
def common_password_backwards_is_let_through(patch: MonkeyPatch) -> None:
    original = common_passwords._candidates

    def candidates(text: str) -> set[str]:
        inner = text[_affix_length(text) : len(text) - _affix_length(text[::-1])]
        return set(original(text)) - {text[::-1], inner[::-1]}

    patch.setattr(common_passwords, "_candidates", candidates)


@fault("the user's own words are let through", noticed_by="passwords/strength")
def users_own_words_are_let_through(patch: MonkeyPatch) -> None:
    patch.setattr(password_policy, "contains", lambda *_: False)


@fault("own words are found as they are spelled only", noticed_by="passwords/strength")
def own_words_are_found_as_they_are_spelled_only(patch: MonkeyPatch) -> None:
    patch.setattr(
        common_passwords,
        "_skeletons",
        lambda text: {("".join(filter(str.isalnum, text.casefold())),) * 2},
    )
