"""What tells who somebody is, as patterns: of what is known of a person, and of what has a form by itself."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

import msgspec

_SHORTEST: Final = 2
# The characters of Unicode's category Cf that stand in texts: they are there and nobody sees them.
_UNSEEN: Final = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0001-\U000e007f]")
_LETTER: Final = r"A-Za-z0-9\u00c0-\u024f\u0370-\u052f"
_CJK: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_WORD: Final = re.compile(r"[^\W\d_][\w'’-]*")
_PARTICLES: Final = frozenset(
    {"al", "bin", "da", "de", "del", "der", "di", "du", "el", "ibn", "la", "le", "van", "von"}
)
# What may stand between the characters of a name or a number without making it another one.
_GAP: Final = r"[\s.·-]{0,3}"
_TITLES: Final = "先生|女士|小姐|太太|某某|某|大爷|阿姨|老师"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_CENTURIES: Final = ("19", "20")
_NAME: Final = r"(?P<it>[A-Z][\w'’-]+(?:[ \t]+[A-Z][\w'’-]+){0,2})"
_NUMBERED: Final = (
    r"(?:MRN|NHS(?: number)?|SSN|passport(?: no\.?)?|住院号|病历号|门诊号|病案号|身份证号?|医保卡?号|床号|电话|手机号?)"
)


class Form(msgspec.Struct, frozen=True):
    """What has a form by itself; a text without any of the `needs` need not be searched."""

    kind: str
    pattern: re.Pattern[str]
    needs: tuple[str, ...]


FORMS: Final = (
    Form("LINK", re.compile(r"\bhttps?://[^\s<>\"'）)]+", re.IGNORECASE), ("://",)),
    Form("MAIL", re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+"), ("@",)),
    Form(
        "NUMBER",
        re.compile(
            _NUMBERED + r"\s{0,3}(?:is\s|[:：#]|为|是)?\s{0,3}(?P<it>[A-Za-z]{0,4}-?\d[\d -]{0,24}\d[Xx]?)",
            re.IGNORECASE,
        ),
        ("",),
    ),
    Form(
        "DATE",
        re.compile(r"(?<!\d)(?:19|20)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号])(?!\d)"),
        _CENTURIES,
    ),
    Form("DATE", re.compile(r"(?<![\d/.])\d{1,2}[/.]\d{1,2}[/.](?:19|20)\d\d(?!\d)"), _CENTURIES),
    Form("DATE", re.compile(rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s{_MONTH},?\s(?:19|20)\d\d\b"), _CENTURIES),
    Form("DATE", re.compile(rf"\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b"), _CENTURIES),
    Form("PHONE", re.compile(r"(?<![\d.])(?:\(\d{2,4}\)\s?|\d{3,4}-)\d{3,4}-\d{4}(?![\d.])"), ("-",)),
    Form(
        "PHONE",
        re.compile(r"(?<![\d.])1[3-9]\d[ -]\d{4}[ -]\d{4}(?![\d.])"),
        ("13", "14", "15", "16", "17", "18", "19"),
    ),
    Form("PHONE", re.compile(r"(?<![\d.])\+\d[\d ()-]{7,17}\d"), ("+",)),
    Form("NUMBER", re.compile(r"(?<![\d.])\d{3}-\d{2}-\d{4}(?!\d)"), ("-",)),
    Form("NUMBER", re.compile(r"(?<![\d.])\d{7,}[Xx]?(?!\.?\d)"), ("",)),
    Form("WHO", re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?[ \t]+{_NAME}"), ("Mr", "Ms", "Miss", "Dr", "Prof")),
    Form(
        "WHO",
        re.compile(rf"\b(?:[Pp]atient(?:['’]s)? name|[Nn]ame of (?:the )?patient)\s{{0,3}}(?:is|:)\s{{0,3}}{_NAME}"),
        ("atient",),
    ),
    Form("WHO", re.compile(r"(?:姓名|联系人)\s{0,3}[:：]\s{0,3}(?P<it>[\u4e00-\u9fff·]{2,6})"), ("姓名", "联系人")),
)


def forms_in(text: str) -> Iterator[Form]:
    """The forms that a text may hold."""
    return (form for form in FORMS if any(need in text for need in form.needs))


def plain(text: str) -> str:
    """A text with one form for each letter and without characters that nobody sees.

    For looking only, never to be sent: it makes 10⁹ into 109.
    """
    if text.isascii():
        return text
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=64)
def pattern_of(identifiers: tuple[str, ...]) -> re.Pattern[str] | None:
    """Finds what is known of a person, the longest first; None when nothing is known.

    Each part of a name counts by itself: notes say "Smith" where the record says "John Smith", and 张先生 for 张三.
    """
    whole = {plain(known).strip() for known in identifiers}
    known = whole | {part for name in whole for part in _parts(name)}
    known |= {_bare(name) for name in known}
    wanted = sorted((name for name in known if len(name) >= _SHORTEST), key=lambda name: (-len(name), name))
    patterns = [_pattern(name) for name in wanted]
    patterns += [f"{re.escape(name[0])}(?={_TITLES})" for name in sorted(whole) if name and _CJK.match(name)]
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _parts(name: str) -> list[str]:
    if any(character.isdigit() for character in name):
        return []
    if _CJK.search(name):
        return [name[1:]] if len(name) > _SHORTEST and " " not in name else name.split()
    return [part for part in _WORD.findall(name) if part.casefold() not in _PARTICLES]


def _bare(name: str) -> str:
    """A name without accents."""
    return "".join(c for c in unicodedata.normalize("NFD", name) if not unicodedata.combining(c))


def _pattern(name: str) -> str:
    if _CJK.search(name):
        return _GAP.join(re.escape(c) for c in name if not c.isspace())
    if any(c.isdigit() for c in name):
        inside = _GAP.join(re.escape(c) for c in name if c.isalnum()) or re.escape(name)
    else:
        inside = r"[\s,.·-]{1,4}".join(re.escape(part) for part in name.split())
    return rf"(?<![{_LETTER}]){inside}(?![{_LETTER}])"
