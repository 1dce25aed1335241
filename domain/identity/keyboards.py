"""The keys behind a text that was typed on a keyboard with a layout other than QWERTY.

A layout is written as its three rows of letters, key by key in the order of `QWERTY`.
"""

import unicodedata
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from zxcvbn.adjacency_graphs import ADJACENCY_GRAPHS

QWERTY: Final = ("qwertyuiop[]", "asdfghjkl;'", "zxcvbnm,./")

_NO_KEY: Final = "\0"
"""Stands in a layout where a key has no letter, or has several."""

LAYOUTS: Final = {
    "AZERTY": ("azertyuiop^$", "qsdfghjklmù", "wxcvbn,;:!"),
    "QWERTZ": ("qwertzuiopü+", "asdfghjklöä", "yxcvbnm,.-"),
    "Russian": ("йцукенгшщзхъ", "фывапролджэ", "ячсмитьбю."),
    "Ukrainian": ("йцукенгшщзхї", "фівапролджє", "ячсмитьбю."),
    "Bulgarian": (",уеишщксдзц;", "ьяаожгтнвмч", "юйъэфхпрлб"),
    "Serbian": ("љњертзуиопшђ", "асдфгхјклчћ", "ѕџцвбнм,.-"),
    "Greek": (";ςερτυθιοπ[]", "ασδφγηξκλ\0'", "ζχψωβνμ,./"),
    "Hebrew": ("/'קראטוןםפ[]", "שדגכעיחלךף,", "זסבהנמצתץ."),
    "Arabic": ("ضصثقفغعهخحجد", "شسيبلاتنمكط", "ئءؤر\0ىةوزظ"),
    "Persian": ("ضصثقفغعهخحجچ", "شسیبلاتنمکگ", "ظطزرذدپو./"),
    "Korean": ("ㅂㅈㄷㄱㅅㅛㅕㅑㅐㅔ[]", "ㅁㄴㅇㄹㅎㅗㅓㅏㅣ;'", "ㅋㅌㅊㅍㅠㅜㅡ,./"),
    "Japanese": ("たていすかんなにらせ\0\0", "ちとしはきくまのりれけ", "つさそひこみもねるめ"),
    "Bopomofo": ("ㄆㄊㄍㄐㄔㄗㄧㄛㄟㄣ[]", "ㄇㄋㄎㄑㄕㄘㄨㄜㄠㄤ'", "ㄈㄌㄏㄒㄖㄙㄩㄝㄡㄥ"),
    "Thai": ("ๆไ\0พะรนียบล", "ฟหกดเ้่าสวง", "ผปแอิืทมใฝ"),
    "Devanagari": ("ौैाीूबहगदज\0़", "ोे्िुपरकतचट", "ॆंमनवलस,.य"),
    "Georgian": ("ქწერტყუიოპ[]", "ასდფგჰჯკლ;'", "ზხცვბნმ,./"),
}

MOST_STEPS: Final = 0.5
"""The share of steps from a key to a neighbour, or to itself, from which on it is a walk."""


def _pieces(letter: str) -> str:
    """Return the letter as `keys` finds it: Hangul in conjoining jamo, and else unchanged."""
    if "HANGUL" in unicodedata.name(letter, ""):
        return unicodedata.normalize("NFKD", letter)
    return letter


def _table(rows: tuple[str, ...]) -> dict[int, str]:
    table = {}
    for row, keys_ in zip(rows, QWERTY, strict=True):
        for letter, key in zip(row, keys_, strict=False):
            if letter != _NO_KEY:
                table[ord(_pieces(letter))] = key
                table.update(dict.fromkeys(_finals(_pieces(letter)), key))
    return table


def _finals(letter: str) -> Iterator[int]:
    """Yield the other code point that a Hangul consonant has at the end of a syllable."""
    name = unicodedata.name(letter, "")
    if "HANGUL CHOSEONG" in name:
        try:
            yield ord(unicodedata.lookup(name.replace("CHOSEONG", "JONGSEONG")))
        except KeyError:
            return


_TABLES: Final = tuple(map(_table, LAYOUTS.values()))

_NEIGHBOURS: Final = {
    key: {key, *"".join(filter(None, around))} for key, around in ADJACENCY_GRAPHS["qwerty"].items()
}


def keys(text: str) -> list[str]:
    """Return what the same keys would have typed on QWERTY, for each layout that may be meant."""
    jamo = _syllables_apart(text.lower())
    found = (jamo.translate(table) for table in _TABLES)
    return list(dict.fromkeys(each for each in found if each != jamo))


def is_walk(text: str) -> bool:
    """Tell whether most steps on QWERTY go to a neighbouring key or stay on the same one."""
    steps = [after in _NEIGHBOURS.get(key, ()) for key, after in pairwise(text)]
    return sum(steps) > MOST_STEPS * len(steps)


def _syllables_apart(text: str) -> str:
    """Return the text with Hangul syllables as the letters that were typed."""
    return "".join(
        unicodedata.normalize("NFD", each) if "가" <= each <= "힣" else each for each in text
    )
