"""What must not be missed with this complaint, kept in view whatever its rank, and the findings that say so."""

from collections.abc import Mapping, Sequence
from typing import Final

from openward.domain.code import Code
from openward.domain.evidence import Evidence
from openward.domain.headline import fit
from openward.domain.proposal import SEVERITIES, Certainty, Finding, Language, Severity
from openward.domain.share import fits
from openward.domain.text import Text
from openward.knowledge import tables
from openward.knowledge.conditions import CONDITIONS, LEADS, LINKS, Lead
from openward.services.differential_diagnosis.facts import Facts
from openward.services.differential_diagnosis.proposal import SYSTEM, Candidate, InView
from openward.services.differential_diagnosis.ranking import Known, Ranking, is_open
from openward.services.differential_diagnosis.weighing import Model

RULES_OUT: Final = 3
WARNED: Final = 5
# A choice of presentation, no clinical limit: what has less of the share than this, and is not alone so, is named in
# one warning together, so that the likely stand out. Nothing is left out for it.
LEAST_ALONE: Final = 0.05
TOGETHER: Final = "must-not-miss/together"
KNOWN: Final = "already-known"
_MOST_REASONS: Final = 3
# A finding whose absence makes a condition at least this much less likely is worth naming to rule it out.
_TELLING: Final = 0.5
_PROBABLE: Final = 0.5
_MILDER: Final[dict[Severity, Severity]] = {"critical": "high"}


def in_view(model: Model, ranking: Ranking, facts: Facts, language: Language) -> tuple[InView, ...]:
    """Every condition that must not be missed with one of the complaints and is possible in this person."""
    present = ranking.known.present
    named: dict[int, Lead] = {}
    for lead in model.base.leads:
        if lead.complaint in present or lead.complaint in facts.present:
            for id in lead.must_not_miss:
                named.setdefault(model.at[id], lead)
    ranks = {i: rank for rank, i in enumerate(ranking.order, 1)}
    possible = sorted((ranks[i], i) for i in named if i in ranks)
    return tuple(_viewed(model, ranking, (rank, i, named[i]), language) for rank, i in possible)


def _viewed(model: Model, ranking: Ranking, place: tuple[int, int, Lead], language: Language) -> InView:
    rank, i, lead = place
    condition = model.conditions[i]
    return InView(
        id=condition.id,
        name=condition.name.in_(language),
        because=model.name(lead.complaint, language),
        rank=rank,
        share=round(ranking.shares[i], 4),
        severity=condition.severity,
        icd10=condition.icd10,
        rules_out=tuple(model.name(f, language) for f in rules_out(model, i, ranking.known)),
        row=lead.id,
    )


def rules_out(model: Model, i: int, known: Known) -> tuple[str, ...]:
    """The open findings whose absence would make a condition least likely, tests and signs before words."""
    found = []
    for finding, link in model.links[i].items():
        if not is_open(model, known, finding):
            continue
        left = link.lr_neg if link.lr_neg is not None else 1 - model.likely[finding][i]
        if left <= _TELLING:
            found.append((model.words.get(finding).kind not in {"result", "sign", "vital"}, left, finding))
    return tuple(finding for _, _, finding in sorted(found)[:RULES_OUT])


def warnings(
    found: tuple[Candidate, ...], viewed: tuple[InView, ...], facts: Facts, language: Language
) -> tuple[Finding, ...]:
    """A finding for each leading candidate that must not be missed, the gravest first; one for all unlikely ones."""
    views = {view.id: view for view in viewed}
    grave = [c for c in found if c.must_not_miss][:WARNED]
    grave.sort(key=lambda c: (SEVERITIES.index(c.severity or "info"), c.rank))
    unlikely = [c for c in grave if (c.share or 0) < LEAST_ALONE]
    if len(unlikely) < 2:  # noqa: PLR2004 - one alone is named by itself
        return tuple(_warning(c, views[c.id], facts, language) for c in grave)
    alone = (_warning(c, views[c.id], facts, language) for c in grave if c not in unlikely)
    return (*alone, _warned_together(unlikely, views, facts, language))


def _warned_together(
    unlikely: Sequence[Candidate], views: Mapping[str, InView], facts: Facts, language: Language
) -> Finding:
    comma, seen = _COMMA.in_(language), [views[c.id] for c in unlikely]
    looked = comma.join(dict.fromkeys(name for view in seen for name in view.rules_out[:1]))
    named = comma.join(c.name for c in unlikely)
    complaints = comma.join(dict.fromkeys(view.because for view in seen))
    return Finding(
        id=TOGETHER,
        code=Code(SYSTEM, "must-not-miss", _CODE.in_(language)),
        severity=_MILDER.get(unlikely[0].severity or "info", unlikely[0].severity or "info"),
        present="passive",
        headline=fit(_TOGETHER.in_(language).format(names=comma.join(c.name for c in unlikely))),
        why=_LESS_LIKELY.in_(language).format(complaints=complaints, names=named),
        advice=_CHECK.in_(language).format(findings=looked) if looked else _EXAMINE.in_(language),
        evidence=tuple(dict.fromkeys(e for c in unlikely for e in _evidence(c, views[c.id], facts))),
        certainty="possible",
        about=tuple(dict.fromkeys(u.place for u in facts.understood)),
    )


def already_known(found: tuple[Candidate, ...], facts: Facts, language: Language) -> tuple[Finding, ...]:
    """One finding for all candidates that are on the problem list already, with the entries that say so."""
    listed = [c for c in found if c.known is not None]
    if not listed:
        return ()
    comma = _COMMA.in_(language)
    return (
        Finding(
            id=KNOWN,
            code=Code(SYSTEM, "already-known", _KNOWN_CODE.in_(language)),
            severity="info",
            present="passive",
            headline=fit(_KNOWN.in_(language).format(names=comma.join(c.name for c in listed))),
            why=_KNOWN_WHY.in_(language).format(names=comma.join(_since(c, language) for c in listed)),
            advice=_KNOWN_ADVICE.in_(language),
            evidence=tuple(dict.fromkeys(facts.known[c.id].evidence for c in listed)),
            certainty="definite",
            about=tuple(dict.fromkeys(c.known.reference for c in listed if c.known)),
        ),
    )


def _since(candidate: Candidate, language: Language) -> str:
    """The name of a candidate with the days that the record says."""
    entry = candidate.known
    told = [] if entry is None else [(_RECORDED, entry.recorded), (_ONSET, entry.onset)]
    days = _COMMA.in_(language).join(words.in_(language).format(day=day) for words, day in told if day)
    return _IN_BRACKETS.in_(language).format(name=candidate.name, days=days) if days else candidate.name


def _warning(candidate: Candidate, view: InView, facts: Facts, language: Language) -> Finding:
    reasons = (_COMMA.in_(language)).join(r.name for r in candidate.speaks_for[:_MOST_REASONS])
    why = _WHY.in_(language).format(
        complaint=view.because, rank=candidate.rank, fits=fits(candidate.share or 0.0, language)
    )
    if reasons:
        why += _FOR.in_(language).format(reasons=reasons)
    looked = (_COMMA.in_(language)).join(view.rules_out)
    advice = _CHECK.in_(language).format(findings=looked) if looked else _EXAMINE.in_(language)
    certainty: Certainty = "probable" if (candidate.share or 0) >= _PROBABLE else "possible"
    return Finding(
        id=f"must-not-miss/{candidate.id}",
        code=Code(SYSTEM, "must-not-miss", _CODE.in_(language)),
        severity=candidate.severity or "info",
        present="passive",
        headline=_HEADLINE.in_(language).format(name=candidate.name),
        why=why,
        advice=advice,
        evidence=_evidence(candidate, view, facts),
        certainty=certainty,
        about=tuple(dict.fromkeys(u.place for u in facts.understood)),
    )


def _evidence(candidate: Candidate, view: InView, facts: Facts) -> tuple[Evidence, ...]:
    links = tables.find(LINKS)
    cited: list[Evidence] = [tables.find(LEADS).evidence(view.row)] if view.row else []
    cited.append(tables.find(CONDITIONS).evidence(candidate.id))
    for reason in candidate.speaks_for[:_MOST_REASONS]:
        if reason.row in links.index:
            cited.append(links.evidence(reason.row))
        cited.extend(facts.evidence.get(reason.finding, ()))
    return tuple(dict.fromkeys(cited))


_CODE: Final = Text("Must not be missed", "不可漏诊")
_HEADLINE: Final = Text("Do not miss: {name}", "不可漏诊：{name}")
_WHY: Final = Text(
    "With {complaint} it must not be missed; rank {rank} here, it {fits}.",
    "出现“{complaint}”时不可漏诊；此处排第 {rank} 位，{fits}。",
)
_FOR: Final = Text(" For it: {reasons}.", "支持点：{reasons}。")
_TOGETHER: Final = Text("Less likely, not to be missed: {names}", "可能性较低但不可漏诊：{names}")
_LESS_LIKELY: Final = Text(
    "With {complaints} they must not be missed; each fits little here: {names}.",
    "出现“{complaints}”时不可漏诊；此处各项符合均较少：{names}。",
)
_CHECK: Final = Text("Check: {findings}. Where absent, it is less likely.", "请核查：{findings}。若缺如则可能性降低。")
_EXAMINE: Final = Text(
    "Examine for it; none of the findings known to the service would rule it out alone.",
    "请针对性检查；本服务所知的单项所见均不足以排除。",
)
_KNOWN_CODE: Final = Text("Already on the problem list", "已在诊断列表中")
_KNOWN: Final = Text("Already on the problem list: {names}", "已在诊断列表中：{names}")
_KNOWN_WHY: Final = Text(
    "The record names it as not over: {names}. Its rank does not depend on that.",
    "病历记载且未结束：{names}。排序不受此影响。",
)
_KNOWN_ADVICE: Final = Text(
    "Ask whether the known illness explains what is new, or whether something comes with it.",
    "请判断已知疾病能否解释新出现的情况，或是否合并其他疾病。",
)
_RECORDED: Final = Text("on the list since {day}", "{day} 录入")
_ONSET: Final = Text("onset {day}", "{day} 起病")
_IN_BRACKETS: Final = Text("{name} ({days})", "{name}（{days}）")
_COMMA: Final = Text(", ", "、")
