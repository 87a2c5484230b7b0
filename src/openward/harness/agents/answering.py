"""Makes the proposal of an agent: what it says, what its tools found, and what nobody could look at."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from openward.domain.agent import Answer, Held, Sentence, Stopped
from openward.domain.evidence import RunEvidence
from openward.domain.guide import Guide
from openward.domain.proposal import SEVERITIES, Examined, Finding, Language, MadeBy, NotChecked, Proposal
from openward.domain.text import Text, fill
from openward.harness.agents.telling import Used
from openward.language.passages import sentences
from openward.models.embedded import own_sentences

_CARRIED: Final = frozenset({"critical", "high"})
_KNOWN: Final = frozenset({"critical", "high", "moderate"})
_MOST_NOT_CHECKED: Final = 100
_SUMMARY: Final[dict[Stopped, Text]] = {
    "answered": Text("Answered.", "已回答。"),
    "emergency": Text("Stopped: what was said may be an emergency.", "已中止：所述情况可能是急症。"),
    "refused": Text("Refused by a guard.", "被安全规则拒绝。"),
    "steps": Text("Not finished: the limit of steps was reached.", "未完成：已达步数上限。"),
    "budget": Text("Not finished: the budget of this run was used up.", "未完成：本次预算已用尽。"),
    "waiting": Text("Waits for a person to approve a call.", "等待人工批准一项调用。"),
}
_HELD: Final = Text(" {} of {:sentence is|sentences are} held back.", "{}/{} 句被扣下。")
_FAILED: Final = Text("the tool '{}' gave nothing", "工具“{}”没有给出结果")


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """How a run of an agent ended; `order` has what is shown and what is held as it was said."""

    text: str = ""
    sentences: tuple[Sentence, ...] = ()
    held: tuple[Held, ...] = ()
    order: tuple[Sentence | Held, ...] = ()
    stopped: Stopped = "answered"


def above(said: Said, below: tuple[Sentence, ...]) -> Said:
    """What was said, above sentences of the house."""
    if not below:
        return said
    text = "\n\n".join((said.text, *(one.text for one in below))).strip()
    return msgspec.structs.replace(
        said, text=text, sentences=(*said.sentences, *below), order=(*said.order, *below)
    )  # fmt: skip


def under(above: tuple[Sentence, ...], said: Said) -> Said:
    """What was said, below sentences of the house."""
    if not above:
        return said
    text = "\n\n".join((*(one.text for one in above), said.text)).strip()
    return msgspec.structs.replace(
        said, text=text, sentences=(*above, *said.sentences), order=(*above, *said.order)
    )  # fmt: skip


def own_words(guide: Guide, language: Language) -> frozenset[str]:
    """What the manifest says, which a person published, and what the talker says of itself: it needs no support."""
    held = (guide.name, guide.greeting, guide.closing, *(p.title for p in guide.parts), *(p.empty for p in guide.parts))
    texts = [text.in_(language) for text in held if text is not None]
    whole = [*texts, *own_sentences(guide.name, language)]
    return frozenset(text[s.start : s.end].strip() for text in whole for s in sentences(text))


def proposal(answer: Answer, used: Sequence[Used], language: Language, most: int) -> Proposal[Answer]:
    """The proposal around an answer; `most` is how many findings its card allows."""
    return Proposal(
        summary=_summary(answer, language), body=answer, findings=carried(used)[:most],
        not_checked=tuple(_not_checked(answer, used, language))[:_MOST_NOT_CHECKED],
        examined=(
            Examined(what="results of tools", count=sum(not one.result.failed for one in used)),
            Examined(what="sentences", count=len(answer.sentences) + len(answer.held)),
            Examined(what="steps", count=len(answer.steps)),
        ),
        made_by=MadeBy(service="", service_version="", model=answer.talker) if answer.talker else None,
    )  # fmt: skip


def known_so_far(used: Iterable[Used]) -> tuple[Sentence, ...]:
    """What tools found before a run was stopped, the most severe first."""
    found = [(f, one) for one in used for f in one.findings if f.severity in _KNOWN]
    found.sort(key=lambda pair: SEVERITIES.index(pair[0].severity))
    return tuple(
        Sentence(text=f"{f.headline}.", clinical=True, evidence=(RunEvidence(one.run or "", one.service, f.id),))
        for f, one in found
    )


def carried(used: Iterable[Used]) -> tuple[Finding, ...]:
    """The grave findings of the tools, each once, so that none is lost where the talker does not speak of it."""
    found: dict[str, Finding] = {}
    for one in used:
        for finding in one.findings:
            if finding.severity in _CARRIED and one.run is not None:
                cited = (RunEvidence(one.run, one.service, finding.id),)
                id = f"{one.service}.{finding.id}"
                found.setdefault(id, msgspec.structs.replace(finding, id=id, evidence=cited, about=(), suggestions=()))
    return tuple(sorted(found.values(), key=lambda f: SEVERITIES.index(f.severity)))


def _summary(answer: Answer, language: Language) -> str:
    said = _SUMMARY[answer.stopped].in_(language)
    if answer.held:
        said += fill(_HELD.in_(language), len(answer.held), len(answer.held) + len(answer.sentences))
    return said


def _not_checked(answer: Answer, used: Iterable[Used], language: Language) -> Iterator[NotChecked]:
    seen: set[tuple[str, str]] = set()
    for one in used:
        if one.result.failed:
            what = _FAILED.in_(language).format(one.result.tool)
            yield NotChecked(code="tool-failed", what=what, why=one.result.failed, needed="")
        for gap in one.not_checked:
            if (gap.what, gap.why) not in seen:
                seen.add((gap.what, gap.why))
                yield msgspec.structs.replace(gap, about=())
    if answer.stopped in {"steps", "budget"}:
        said = _SUMMARY[answer.stopped].in_(language)
        yield NotChecked(code=answer.stopped, what=said, why=said, needed="")
