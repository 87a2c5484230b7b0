"""What a tool gave, as a talker is told it, and as plain text that sentences are judged against."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from openward.checks.guards import Origin, Words, on_words
from openward.domain.agent import ToolFinding, ToolResult
from openward.domain.evidence import Evidence, RunEvidence
from openward.domain.proposal import Finding, Language, NotChecked, Proposal
from openward.domain.run import Run
from openward.harness.agents.sections import View
from openward.harness.agents.supposing import said_of

MOST_BYTES: Final = 24_000
MOST_TEXT: Final = 60_000
_LONGEST: Final = 2000
# How much of a body is kept, from all of it to its bones: items of a list, characters of a text, lists within lists.
_PRUNING: Final = ((200, 4000, 9), (200, 4000, 2), (200, 4000, 1), (40, 1000, 1), (12, 300, 1), (4, 120, 1))
_SENTENCE: Final = 60
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?")
_encode: Final = msgspec.json.Encoder().encode


class Place(msgspec.Struct, frozen=True):
    """A part of a tool's text, and what it stands for."""

    start: int
    end: int
    evidence: Evidence


class Used(msgspec.Struct, frozen=True, kw_only=True):
    """One call that was made: what the talker is told, the plain text of it, and what its parts stand for.

    `findings` are those of the run; `seen` is what a guard makes of the words; `supposed`
    is what the talker brought up by itself, so that nothing of it is a fact; `blocked` names the guard that stopped
    the call.
    """

    result: ToolResult
    text: str
    places: tuple[Place, ...] = ()
    run: str | None = None
    service: str = ""
    findings: tuple[Finding, ...] = ()
    not_checked: tuple[NotChecked, ...] = ()
    seen: Words | None = None
    supposed: tuple[str, ...] = ()
    blocked: str = ""


def failed(tool: str, number: int, why: str, *, blocked: str = "") -> Used:
    """A call that gave nothing, and why; `blocked` names the guard that stopped it."""
    return Used(result=ToolResult(tool=tool, mark=str(number), failed=why), text=why, blocked=blocked)


def of_run(run: Run, number: int) -> Used:
    """What a service said in a run; findings that a check holds back are left out and named as not checked."""
    if run.failure is not None or run.proposal is None:
        return failed(run.service, number, run.failure.message if run.failure else "it gave no proposal")
    proposal = msgspec.json.decode(run.proposal, type=Proposal[Any])
    held = {v.finding: f"{v.check}: {v.reason}" for v in run.verdicts if v.outcome == "hold"}
    if None in held:
        return failed(run.service, number, f"a check holds its answer back ({held[None]})")
    findings = tuple(f for f in proposal.findings if f.id not in held)
    not_checked = (
        *proposal.not_checked,
        *(
            NotChecked(code="held", what=f.headline, why=held[f.id], needed="")
            for f in proposal.findings
            if f.id in held
        ),
    )
    told = tuple(
        ToolFinding(mark=f"{number}.{at}", severity=f.severity, headline=f.headline, why=f.why, advice=f.advice)
        for at, f in enumerate(findings, 1)
    )
    result = ToolResult(
        tool=run.service, mark=str(number), summary=proposal.summary, findings=told, body=proposal.body,
        not_checked=tuple(f"{one.what}: {one.why}" for one in not_checked),
    )  # fmt: skip
    text, places = _text_of(result, [RunEvidence(run.id, run.service, f.id) for f in findings])
    return Used(
        result=bounded(result), text=text, places=places, run=run.id, service=run.service, findings=findings,
        not_checked=not_checked,
    )  # fmt: skip


def of_view(shown: View, number: int) -> Used:
    """A section of the chart."""
    body: dict[str, Any] = {"section": shown.section, "state": shown.state, "rows": [row.told() for row in shown.rows]}
    if shown.denied:
        body["none of"] = list(shown.denied)
    result = ToolResult(tool="chart", mark=str(number), summary=shown.summary, body=body, cut=shown.cut)
    rows = [row.words() for row in shown.rows]
    text, places = _joined([shown.summary], rows, [row.source for row in shown.rows], [])
    return Used(result=bounded(result), text=text, places=places)


def of_words(tool: str, number: int, text: str, *, states: bool = True, cut: bool = False) -> Used:
    """Plain words: what a stranger's tool said, or a file of a skill, which instructs and states nothing."""
    result = ToolResult(tool=tool, mark=str(number), body=text, cut=cut)
    return Used(result=bounded(result), text=text if states else "")


def supposing(used: Used, words: tuple[str, ...], language: Language) -> Used:
    """The same, resting on what nobody said: the talker is told so."""
    if not words or used.result.failed:
        return used
    gap = NotChecked(code="supposed", what=used.result.tool, why=said_of(words, language), needed="")
    result = msgspec.structs.replace(used.result, not_checked=(*used.result.not_checked, f"{gap.what}: {gap.why}"))
    return msgspec.structs.replace(used, supposed=words, result=result, not_checked=(*used.not_checked, gap))


def read(used: Used, origin: Origin) -> Used:
    """The same as a model may see it: without what a guard holds back, and tainted by where it comes from."""
    plain = msgspec.to_builtins(used.result)
    seen = on_words("\n".join(_texts(plain)), origin)
    if not seen.attacked:
        return msgspec.structs.replace(used, seen=seen)
    result = msgspec.convert(_cleaned(plain, origin), ToolResult)
    if not used.text:
        return msgspec.structs.replace(used, seen=seen, result=result)
    cited = [RunEvidence(used.run, used.service, f.id) if used.run else None for f in used.findings]
    text, places = _text_of(result, cited)
    return msgspec.structs.replace(used, seen=seen, result=result, text=text, places=places)


def _texts(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for one in data.values():
            yield from _texts(one)
    elif isinstance(data, list):
        for one in data:
            yield from _texts(one)


def _cleaned(data: Any, origin: Origin) -> Any:
    if isinstance(data, str):
        return on_words(data, origin).text
    if isinstance(data, dict):
        return {key: _cleaned(one, origin) for key, one in data.items()}
    return [_cleaned(one, origin) for one in data] if isinstance(data, list) else data


def told(used: Used) -> str:
    """The result as the text of a tool's message."""
    return _encode(used.result).decode()


def bounded(result: ToolResult) -> ToolResult:
    """A result that is not too long to be told: first its body is cut, then its findings, the last ones first."""
    if len(_encode(result)) <= MOST_BYTES:
        return result
    for items, characters, deep in _PRUNING:
        smaller = msgspec.structs.replace(result, body=_pruned(result.body, items, characters, deep), cut=True)
        if len(_encode(smaller)) <= MOST_BYTES:
            return smaller
    bare = msgspec.structs.replace(
        result, body=None, cut=True, summary=result.summary[:_LONGEST], not_checked=result.not_checked[:20]
    )
    while bare.findings and len(_encode(bare)) > MOST_BYTES:
        bare = msgspec.structs.replace(bare, findings=bare.findings[: len(bare.findings) // 2])
    return bare


def _pruned(data: Any, items: int, characters: int, deep: int) -> Any:
    if isinstance(data, str):
        return data if len(data) <= characters else f"{data[:characters]}…"
    if isinstance(data, list):
        return [_pruned(one, items, characters, deep - 1) for one in data[:items]] if deep else []
    if isinstance(data, dict):
        return {key: _pruned(one, items, characters, deep) for key, one in list(data.items())[: items * 4]}
    return data


def _text_of(result: ToolResult, evidence: Sequence[Evidence | None]) -> tuple[str, tuple[Place, ...]]:
    """All that a result says, line by line, and the places of its findings."""
    heads = [
        " ".join(part for part in (f"{finding.headline}.", finding.why, finding.advice) if part)
        for finding in result.findings
    ]
    return _joined([result.summary], heads, evidence, [*result.not_checked, *_lines(result.body)])


def _joined(
    before: list[str], lines: list[str], evidence: Sequence[Evidence | None], after: list[str]
) -> tuple[str, tuple[Place, ...]]:
    """Lines as one text that is not too long to be judged by, and the places of those that stand for something."""
    text = "\n".join(before)
    places: list[Place] = []
    for line, stands_for in zip(lines, evidence, strict=False):
        text += "\n"
        if stands_for is not None and len(text) + len(line) <= MOST_TEXT:
            places.append(Place(len(text), len(text) + len(line), stands_for))
        text += line
    return "\n".join((text, *after))[:MOST_TEXT], tuple(places)


def _lines(data: Any, name: str = "") -> Iterator[str]:
    """The values of plain data, a line for each thing that has values of its own."""
    if isinstance(data, dict):
        plain = [f"{key.replace('_', ' ')} {_shown(one)}" for key, one in data.items() if _is_plain(one)]
        if plain:
            yield f"{name}: {', '.join(plain)}" if name else ", ".join(plain)
        whose = data.get("name")
        for key, one in data.items():
            if not _is_plain(one):
                yield from _lines(one, f"{whose if isinstance(whose, str) else ''} {key.replace('_', ' ')}".strip())
    elif isinstance(data, list):
        for one in data:
            yield from _lines(one, name)
    elif data is not None:
        yield f"{name}: {_shown(data)}" if name and not _is_text(data) else _shown(data)


def _shown(data: Any) -> str:
    """A value as people write it: a moment with a blank for its T, to the minute."""
    return _MOMENT.sub(r"\1 \2", str(data))


def _is_plain(data: Any) -> bool:
    """Whether it fits into a line; texts stand for themselves."""
    return data is not None and not isinstance(data, dict | list) and not _is_text(data)


def _is_text(data: Any) -> bool:
    """Whether it is prose and no value: several lines, or as long as a sentence."""
    return isinstance(data, str) and ("\n" in data or len(data) > _SENTENCE)
