"""What a note is and which parts it has: titles, headings and dates, English and Chinese."""

import re
from datetime import datetime, tzinfo
from typing import Final, NamedTuple

from openward.domain.proposal import Language
from openward.knowledge import tables
from openward.language.prose import lowered
from openward.services.note_quality.case import Part

KINDS: Final = "note_kinds"
SECTIONS: Final = "note_sections"
_SIGNED: Final = re.compile(
    r"(?:electronically |digitally )?(?:signed|authenticated|dictated|attested)(?: electronically)? by\b[: ]*|"
    r"(?:签名|签字|签章) ?[:：]"
)
_BLANK: Final = re.compile(r"[\s_＿:：.。,，;；、/\\\-—*#()（）\[\]【】|]+")
_DATE: Final = re.compile(
    r"(?<!\d)(\d{4}) ?[-/.年] ?(\d{1,2}) ?[-/.月] ?(\d{1,2})日?(?:[T ,，]{0,3}(\d{1,2})[:：时](\d{2}))?"
)
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_FIRST_LINES: Final = 160
_TITLE: Final = 60
_SHARE: Final = 0.1


class Moment(NamedTuple):
    """A date in a text; `exact` when it has a time of day."""

    at: datetime
    exact: bool
    start: int
    end: int


def language_of(text: str) -> Language:
    """The language of a note, by its signs."""
    return "zh" if len(_CHINESE.findall(text)) > _SHARE * max(len(text), 1) else "en"


@tables.remembered(1)
def _titles() -> tuple[tuple[str, str], ...]:
    """Every title in lower case with the kind that it names, the longest first."""
    found = [
        (title.lower(), row.id)
        for row in tables.find(KINDS)
        for title in (*row.list("titles_en"), *row.list("titles_zh"))
    ]
    return tuple(sorted(found, key=lambda pair: -len(pair[0])))


def kind_of(title: str, text: str, codes: tuple[str, ...]) -> str | None:
    """The kind of a note by its title, its LOINC code or the first lines of its text; None when nothing says so."""
    named = _named(title[:200].lower())
    if named is not None:
        return named
    coded = next((row.id for row in tables.find(KINDS) for code in row.list("loinc") if code in codes), None)
    return coded or next((k for line in text[:_FIRST_LINES].split("\n")[:3] if (k := _of_line(line))), None)


def _of_line(line: str) -> str | None:
    """The kind that a line names as a title: it stands alone there, or a date beside it."""
    bare = _DATE.sub("", lowered(line)).strip(" #*:：-—=\t")
    return _named(bare) if 0 < len(bare) <= _TITLE and not bare.endswith(("。", ".")) else None


def _named(title: str) -> str | None:
    for known, kind in _titles():
        if known.isascii():
            if re.search(rf"(?<![a-z]){re.escape(known)}(?![a-z])", title):
                return kind
        elif known in title:
            return kind
    return None


@tables.remembered(1)
def _headings() -> tuple[re.Pattern[str], dict[str, tuple[str, ...]]]:
    """The pattern of all headings, and the sections that each begins."""
    sections: dict[str, tuple[str, ...]] = {}
    for row in tables.find(SECTIONS):
        for word in (*row.list("words_en"), *row.list("words_zh")):
            sections[word.lower()] = (*sections.get(word.lower(), ()), row.id)
    words = "|".join(re.escape(word) for word in sorted(sections, key=len, reverse=True))
    lead = (
        r"(?:(?:^|\n)[ \t#*>]{0,6}(?:[(（]?[一二三四五六七八九十\d]{1,3}[、.)）][ ]?)?[【\[]?|"
        r"(?<=[\s。；;】|])|(?<=[.,，] ))"
    )
    return re.compile(rf"{lead}({words})[】\]]?[* \t]{{0,3}}(?:[:：]|(?=[ \t]*(?:\n|$)))[* ]{{0,3}}"), sections


def parts_of(text: str) -> tuple[Part, ...]:
    """The parts of a note by its headings; each ends where the next one begins."""
    plain = lowered(text)
    pattern, sections = _headings()
    marks = [(m.start(1), m.end(), sections[m.group(1)]) for m in pattern.finditer(plain) if _is_heading(plain, m)]
    marks += [(m.start(), m.end(), ("signature",)) for m in _SIGNED.finditer(plain)]
    marks.sort()
    ends = [*(start for start, _, _ in marks[1:]), len(text)][: len(marks)]
    return tuple(
        Part(section, *_stripped(text, begin, max(begin, end)))
        for (_, begin, held), end in zip(marks, ends, strict=True)
        for section in held
    )


def _is_heading(plain: str, found: re.Match[str]) -> bool:
    """A word without a colon is a heading only when it has a line for itself."""
    closed = plain[found.end(1) : found.end()].strip(" *\t】]")
    return bool(closed) or plain[: found.start(1)].rpartition("\n")[2].strip(" #*>【[\t") == ""


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    words = text[start:end]
    return start + len(words) - len(words.lstrip()), max(start, end - len(words) + len(words.rstrip()))


def is_blank(words: str) -> bool:
    """Whether nothing but signs and blanks stands there."""
    return not _BLANK.sub("", words)


def moments(text: str, start: int = 0, end: int | None = None, zone: tzinfo | None = None) -> tuple[Moment, ...]:
    """The dates of a text that name a year, in order."""
    found = []
    for match in _DATE.finditer(text, start, len(text) if end is None else end):
        year, month, day = (int(match.group(n)) for n in (1, 2, 3))
        hour, minute = int(match.group(4) or 0), int(match.group(5) or 0)
        try:
            at = datetime(year, month, day, hour, minute, tzinfo=zone)
        except ValueError:
            continue
        found.append(Moment(at, match.group(4) is not None, match.start(), match.end()))
    return tuple(found)
