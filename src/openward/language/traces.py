"""What tells who somebody is, as patterns: of what is known of a person, and of what has a form by itself."""

import re
import unicodedata
from collections.abc import Callable, Iterator
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
_NAME: Final = r"(?P<it>[A-Z][\w'’-]+(?:[ \t]+[A-Z][\w'’-]+){0,2})"
_NUMBERED: Final = (
    r"(?:MRN|mrn|NHS(?: number)?|SSN|[Pp]assport(?: no\.?)?"
    r"|住院号|病历号|门诊号|病案号|身份证号?|医保卡?号|床号|电话|手机号?)"
    r"\s{0,3}(?:is\s|[:：#]|为|是)?\s{0,3}"
)


class Form(msgspec.Struct, frozen=True):
    """What has a form by itself."""

    kind: str
    pattern: re.Pattern[str]


def _holding(*words: str) -> Callable[[str], bool]:
    """Whether a text holds any of these."""
    return lambda text: any(word in text for word in words)


# The forms, behind what a text must hold for them to be looked for: most texts hold little of it. A look behind stands
# after the first character, so that the search can leap from one candidate to the next.
_YEAR: Final = re.compile(r"(?:19|20)\d\d")
_FOUR: Final = re.compile(r"-\d{4}")
_FORMS: Final[tuple[tuple[Callable[[str], object], tuple[Form, ...]], ...]] = (
    (_holding("://"), (Form("LINK", re.compile(r"\bhttps?://[^\s<>\"'）)]+", re.IGNORECASE)),)),
    (_holding("@"), (Form("MAIL", re.compile(r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+")),)),
    (
        _holding(
            "MRN",
            "mrn",
            "NHS",
            "SSN",
            "assport",
            "住院号",
            "病历号",
            "门诊号",
            "病案号",
            "身份证",
            "医保",
            "床号",
            "电话",
            "手机",
        ),
        (Form("NUMBER", re.compile(_NUMBERED + r"(?P<it>[A-Za-z]{0,4}-?\d[\d -]{0,24}\d[Xx]?)")),),
    ),
    (
        _holding("Mr", "Ms", "Miss", "Dr", "Prof"),
        (Form("WHO", re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.?[ \t]+{_NAME}")),),
    ),
    (
        _holding("atient"),
        (
            Form(
                "WHO",
                re.compile(
                    rf"\b(?:[Pp]atient(?:['’]s)? name|[Nn]ame of (?:the )?patient)\s{{0,3}}(?:is|:)\s{{0,3}}{_NAME}"
                ),
            ),
        ),
    ),
    (
        _holding("姓名", "联系人"),
        (Form("WHO", re.compile(r"(?:姓名|联系人)\s{0,3}[:：]\s{0,3}(?P<it>[\u4e00-\u9fff·]{2,6})")),),
    ),
    (
        _YEAR.search,
        (
            Form(
                "DATE",
                re.compile(r"[12](?<!\d\d)(?:9|0)\d\d(?:[-/.]\d{1,2}[-/.]\d{1,2}|年\d{1,2}月\d{1,2}[日号])(?!\d)"),
            ),
        ),
    ),
    (
        _holding("/19", "/20", ".19", ".20"),
        (Form("DATE", re.compile(r"\d(?<![\d/.]\d)\d?[/.]\d{1,2}[/.](?:19|20)\d\d(?!\d)")),),
    ),
    (
        _holding("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        (
            Form("DATE", re.compile(rf"\d(?<!\w\d)\d?(?:st|nd|rd|th)?\s{_MONTH},?\s(?:19|20)\d\d\b")),
            Form("DATE", re.compile(rf"{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s(?:19|20)\d\d\b")),
        ),
    ),
    (
        _FOUR.search,
        (
            Form(
                "PHONE",
                re.compile(r"\d(?<![\d.]\d)\d{2,3}-\d{3,4}-\d{4}(?![\d.])|\(\d{2,4}\)\s?\d{3,4}-\d{4}(?![\d.])"),
            ),
            Form("NUMBER", re.compile(r"\d(?<![\d.]\d)\d\d-\d{2}-\d{4}(?!\d)")),
        ),
    ),
    (_holding("+"), (Form("PHONE", re.compile(r"\+\d(?<![\d.]\+\d)[\d ()-]{7,17}\d")),)),
    (
        lambda _: True,
        (
            Form("PHONE", re.compile(r"1(?<![\d.]1)[3-9]\d[ -]\d{4}[ -]\d{4}(?![\d.])")),
            Form("NUMBER", re.compile(r"\d(?<![\d.]\d)\d{6,}[Xx]?(?!\.?\d)")),
        ),
    ),
)


def forms_in(text: str) -> Iterator[Form]:
    """The forms that a text may hold."""
    for may, forms in _FORMS:
        if may(text):
            yield from forms


def plain(text: str) -> str:
    """A text with one form for each letter and without characters that nobody sees.

    For looking only, never to be sent: it makes 10⁹ into 109.
    """
    if text.isascii():
        return text
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", text))


class Known:
    """Finds what is known of a person, the longest first.

    Each part of a name counts by itself: notes say "Smith" where the record says "John Smith", and 张先生 for 张三.
    """

    def __init__(self, identifiers: tuple[str, ...]) -> None:
        whole = {plain(known).strip() for known in identifiers}
        known = whole | {part for name in whole for part in _parts(name)}
        known |= {_bare(name) for name in known}
        wanted = sorted((name for name in known if len(name) >= _SHORTEST), key=lambda name: (-len(name), name))
        titled = [f"{re.escape(name[0])}(?={_TITLES})" for name in sorted(whole) if name and _CJK.match(name)]
        numbers = [_pattern(name) for name in wanted if _is_number(name)]
        self._pattern = _any_of([*map(_pattern, wanted), *titled])
        self._numbers = _any_of(numbers)
        self._heads = {_head(name) for name in (*wanted, *whole) if name and not _is_number(name)}

    def sub(self, replaced: Callable[[re.Match[str]], str], text: str) -> str:
        """The text with every place replaced."""
        return self._pattern.sub(replaced, text) if self._pattern is not None and self._may(text) else text

    def stands_in(self, text: str) -> bool:
        """Whether any of it stands in a text."""
        return self._pattern is not None and self._may(text) and self._pattern.search(text) is not None

    def _may(self, text: str) -> bool:
        """Whether it is worth to search a text: that takes long and mostly finds nothing."""
        low = text.casefold()
        return any(head in low for head in self._heads) or (
            self._numbers is not None and bool(self._numbers.search(text))
        )


@lru_cache(maxsize=64)
def known_of(identifiers: tuple[str, ...]) -> Known:
    """What is known of a person, made once."""
    return Known(identifiers)


def _any_of(patterns: list[str]) -> re.Pattern[str] | None:
    return re.compile("|".join(patterns), re.IGNORECASE) if patterns else None


def _is_number(name: str) -> bool:
    return name[0].isdigit()


def _head(name: str) -> str:
    """What any way to write a name begins with."""
    first = name[0] if _CJK.search(name) or any(c.isdigit() for c in name) else name.split(maxsplit=1)[0]
    return first.casefold()


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
    if name[0].isalnum():
        return rf"{name[0]}(?<![{_LETTER}]{name[0]}){inside[1:]}(?![{_LETTER}])"
    return rf"(?<![{_LETTER}]){inside}(?![{_LETTER}])"
