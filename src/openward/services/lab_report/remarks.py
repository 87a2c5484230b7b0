"""What the laboratory wrote about the sample: haemolysed, lipaemic, icteric, clumped platelets."""

import re
from collections.abc import Iterable
from typing import Final

from openward.domain.evidence import ChartEvidence, InputEvidence
from openward.knowledge import tables
from openward.services.lab_report.bench import Bench
from openward.services.lab_report.lines import Line, sign_of
from openward.services.lab_report.statements import Statement, state

REMARKS: Final = "lab_remarks"
_DENIED: Final = re.compile(
    r"(?:\bno|\bnot|\bnon|\bwithout|\bnegative for|\babsence of|\bnil|无|未见|未发现|非)[\s-]*(?:\w+\s+){0,2}$",
    re.IGNORECASE,
)
_BEFORE: Final = 40
# Results of these are what each fault of a sample falsifies; a statement rests on those that the panel holds.
_TOUCHED: Final[dict[str, tuple[str, ...]]] = {
    "haemolysed-sample": ("potassium", "ldh", "ast", "magnesium", "phosphate"),
    "platelet-clumps": ("platelets",),
}
Told = tuple[str, InputEvidence | ChartEvidence, str]


def remarks(bench: Bench, told: Iterable[Told]) -> list[Statement]:
    """The faults that the words of the report, or an index of it, name; each once."""
    found: dict[str, Statement] = {}
    texts = [*_of_lines(bench.lines), *told]
    for row in tables.find(REMARKS):
        pattern, words = row["pattern"], tuple(w.casefold() for w in row.list("words"))
        if pattern in found:
            continue
        lines = bench.named(_TOUCHED.get(pattern, ()))
        if row["kind"] == "index":
            index = _index(bench.lines, words)
            said = None if index is not None else next((t for t in texts if _graded(t[0], words)), None)
            if index is not None or said is not None:
                named = (index, *lines) if index is not None else lines
                found[pattern] = state(pattern, named, cited=(said[1],) if said is not None else ())
        elif (said := next((t for t in texts if _says(t[0], words)), None)) is not None:
            found[pattern] = state(pattern, lines, cited=(said[1],), mark=said[2])
    return list(found.values())


def _of_lines(lines: Iterable[Line]) -> list[Told]:
    return [(text, line.evidence, "") for line in lines for text in (line.result.comment, line.result.text) if text]


def _index(lines: Iterable[Line], names: tuple[str, ...]) -> Line | None:
    """A serum index that the laboratory flags, or that says a degree with plus signs."""
    for line in lines:
        if any(name in line.result.name.casefold() for name in names):
            text = line.result.text or ""
            if (
                line.flag in {"high", "abnormal"}
                or re.search(r"[1-4]\s*\+|\+{1,4}", text)
                or sign_of(line) == "positive"
            ):
                return line
    return None


def _graded(text: str, names: tuple[str, ...]) -> bool:
    """Whether a text names an index and a degree with plus signs after it."""
    plain = text.casefold()
    return any(re.search(re.escape(name) + r"\s*[:=：]?\s*(?:[1-4]\s?\+|\+{1,4})", plain) for name in names)


def _says(text: str, words: tuple[str, ...]) -> bool:
    """Whether a text has one of the words, not denied just before."""
    plain = text.casefold()
    for word in words:
        place = plain.find(word)
        while place >= 0:
            before = re.split(r"[.;,。；，\n]", plain[max(0, place - _BEFORE) : place])[-1]
            if not _DENIED.search(before):
                return True
            place = plain.find(word, place + len(word))
    return False
