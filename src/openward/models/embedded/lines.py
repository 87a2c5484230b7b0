"""Lines of an answer: words as a tool gave them, each sentence with the mark that cites it."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import msgspec

from openward.domain.agent import ToolFinding
from openward.domain.notation import written
from openward.domain.proposal import Language
from openward.language.passages import sentences
from openward.models.embedded.phrases import SEVERITIES

_END: Final = re.compile(r"[.!?。！？;；:：…]+[\"”’)]*$")
_FIELD: Final = re.compile(r"\{([\w.|-]+)\}")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")
# Codes of UCUM that people write otherwise.
_CODE: Final = re.compile(
    r"(?<![^\s(\d–-])(?:10\*\d+/[A-Za-z]+|[a-z]{0,2}\[(?:Hg|H2O|[Ii]U|degF|lb_av|in_i|ft_i)\](?:/[A-Za-z]+)*|"
    r"mL/min/\{1\.73_m2\}|u(?:mol|g|kat)(?:/[A-Za-z]+)*|Cel)(?![\w\]])"
)
_ANNOTATED: Final = re.compile(r" ?\{[A-Za-z_ ]+\}")
_OPTIONAL: Final = re.compile(r"<([^<>]*)>")
_SPACE: Final = re.compile(r"[ \t]*\n[ \t\n]*")


class Line(msgspec.Struct, frozen=True):
    """One line, as it may be shown, and how much it matters (0 most)."""

    text: str
    rank: int = 9


def cited(text: str, mark: str) -> str:
    """A text of a tool in one line, each sentence with its mark."""
    plain = readable(_SPACE.sub(" ", text.strip()))
    chinese = bool(_CHINESE.search(plain))
    parts = [plain[one.start : one.end] for one in sentences(plain)]
    return ("" if chinese else " ").join(_marked(part, mark, "。" if chinese else ".") for part in parts)


def readable(text: str) -> str:
    """A text with moments and units as people write them."""
    told = _MOMENT.sub(r"\1 \2", text)
    return _ANNOTATED.sub("", _CODE.sub(lambda found: written(found.group()), told))


def _marked(sentence: str, mark: str, stop: str) -> str:
    end = _END.search(sentence)
    closing = end.group() if end else stop
    return f"{sentence[: end.start()] if end else sentence} [{mark}]{closing}"


def of_finding(finding: ToolFinding, language: Language) -> Line:
    """A finding: how severe, what, why, what to do."""
    severity = SEVERITIES.get(finding.severity)
    stop = "。" if language == "zh" else ". "
    head = f"{severity.in_(language)}{stop}" if severity else ""
    told = [head + cited(finding.headline, finding.mark)]
    told += [cited(finding.why, finding.mark)] if finding.why else []
    told += [f"→ {cited(finding.advice, finding.mark)}"] if finding.advice else []
    return Line(
        ("" if language == "zh" else " ").join(told), list(SEVERITIES).index(finding.severity) if severity else 9
    )


def of_item(item: Any, mark: str, form: str | None) -> Iterator[Line]:
    """An item of a body: by its form, a plain value as it is, of anything else its plain fields."""
    if isinstance(item, Mapping):
        told = (
            filled(form, item)
            if form
            else ", ".join(f"{key}: {shown(value)}" for key, value in item.items() if shown(value))
        )
    else:
        told = filled(form, {"value": item}) if form else shown(item)
    if told.strip():
        yield Line(headed(told, mark) if form and "\n" in form else cited(told, mark))


def headed(told: str, mark: str) -> str:
    """A text below its heading, which is the first line."""
    head, _, rest = told.partition("\n")
    return f"{head}\n  {cited(rest, mark)}"


def filled(form: str, item: Mapping[str, Any]) -> str:
    """A form with the fields of an item; what stands between `<` and `>` is left out when a field has nothing."""
    kept = _OPTIONAL.sub(
        lambda found: found[1] if all(shown(field(item, f)) for f in _FIELD.findall(found[1])) else "", form
    )
    if any(not shown(field(item, name)) for name in _FIELD.findall(kept)):
        return ""
    return _FIELD.sub(lambda found: shown(field(item, found[1])), kept)


def field(item: Any, path: str) -> Any:
    """What stands at a path inside an item, None when there is nothing; `a|b` is the first that has something."""
    for one in path.split("|"):
        found = item
        for name in one.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        if found is not None:
            return found
    return None


def shown(value: Any) -> str:
    """A plain value in words; empty for what is none."""
    if isinstance(value, bool) or value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, list):
        return ", ".join(word for one in value if (word := shown(one)))
    return str(value)
