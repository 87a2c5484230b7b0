"""Answers one question about a rare disease: ranked diseases, each with its reasons, and what to look for next."""

import hashlib
from typing import Final

import msgspec

from openward.domain.code import Code
from openward.domain.evidence import Evidence, InputEvidence
from openward.domain.proposal import HEADLINE_WORDS, Examined, Finding, MadeBy, NotChecked, Proposal
from openward.domain.text import Text
from openward.harness.service import Context
from openward.knowledge import hpo_rows
from openward.record.chart import Chart
from openward.services.differential_diagnosis.proposal import SYSTEM, Candidate, DifferentialDiagnosis
from openward.services.differential_diagnosis.rare.asking import next_findings
from openward.services.differential_diagnosis.rare.atlas import Atlas, atlas
from openward.services.differential_diagnosis.rare.explaining import Shown, candidate
from openward.services.differential_diagnosis.rare.question import RareQuestion
from openward.services.differential_diagnosis.rare.ranking import View, rank
from openward.services.differential_diagnosis.rare.understanding import Taken, take

SERVICE: Final = "differential-diagnosis"
VERSION: Final = "0.1.0"
_LEADING: Final = 3
_SHOWN_REASONS: Final = 5
_AROUND: Final = 5  # words of the headline beside the name, its "…" included
_ONTOLOGY: Final = "hp"
_NOTHING: Final = Text(
    "No phenotype term was understood: no disease is ranked.", "未能识别任何表型术语，未给出疾病排序。"
)
_NONE_LEFT: Final = Text("No disease is left by panel and inheritance.", "在所给基因组合与遗传方式下没有候选疾病。")
_RANKING: Final = Text("Rare diseases", "罕见病")
_NEEDED: Final = Text(
    "At least one current HPO id or phenotype in words, and a panel or inheritance that leaves a disease.",
    "至少一个现行HPO编号或表型描述，且所给基因组合或遗传方式下须有疾病。",
)
_FIRST: Final = Text("First by phenotype: {names}. No probability is stated.", "按表型排在前列：{names}。未给出概率。")
_COMMA: Final = Text("; ", "；")
_HEADLINE: Final = Text("Place {rank} by phenotype: {name}", "表型排序第{rank}位：{name}")
_CODE: Final = Text("Candidate by phenotype", "表型候选诊断")
_WHY: Final = Text("Speaking for it: {for_it}. Not explained: {open}.", "支持：{for_it}。未能解释：{open}。")
_ADVICE: Final = Text(
    "A ranking of what to consider; confirm by examination and molecular test.",
    "仅为供考虑的排序；请通过检查和分子检测确认。",
)
_EXAMINED: Final = Text("diseases of OMIM and DECIPHER with HPO annotations", "有HPO注释的OMIM和DECIPHER疾病")


def answer(question: RareQuestion, chart: Chart | None, context: Context) -> Proposal[DifferentialDiagnosis]:
    """The rare diseases that explain the findings best.

    Raises:
        KnowledgeError: the ontology or its annotations cannot be read.
    """
    held = atlas()
    taken = take(held, question, chart, context)
    if not taken.asked.present or taken.asked.among == frozenset():
        said = _NOTHING if not taken.asked.present else _NONE_LEFT
        body = DifferentialDiagnosis(kind="rare", covered=False, understood=taken.understood)
        gap = NotChecked(
            code="not-covered",
            what=_RANKING.in_(context.language),
            why=said.in_(context.language),
            needed=_NEEDED.in_(context.language),
            about=("rare",),
        )
        taken = msgspec.structs.replace(taken, not_checked=(gap, *taken.not_checked))
        return _proposal(held, taken, (said.in_(context.language), body, ()), context)
    ranked = rank(held, taken.asked)
    shown = Shown(held, taken.asked, View(held, taken.asked), context.language)
    found = tuple(candidate(shown, r, place) for place, r in enumerate(ranked[: question.limit], 1))
    body = DifferentialDiagnosis(
        kind="rare",
        covered=True,
        understood=taken.understood,
        candidates=found,
        next_findings=next_findings(shown, ranked),
    )
    names = _COMMA.in_(context.language).join(c.name for c in found[:_LEADING])
    findings = tuple(_finding(c, taken, context) for c in found[:_LEADING])
    return _proposal(held, taken, (_FIRST.in_(context.language).format(names=names), body, findings), context)


def _proposal(
    held: Atlas, taken: Taken, said: tuple[str, DifferentialDiagnosis, tuple[Finding, ...]], context: Context
) -> Proposal[DifferentialDiagnosis]:
    summary, body, findings = said
    examined = len(held.diseases) if taken.asked.among is None else len(taken.asked.among)
    return Proposal(
        summary=summary,
        body=body,
        findings=findings,
        not_checked=taken.not_checked,
        examined=(Examined(what=_EXAMINED.in_(context.language), count=examined),),
        language=context.language,
        made_by=MadeBy(
            service=SERVICE,
            service_version=VERSION,
            knowledge={hpo_rows.NAME: held.version, _ONTOLOGY: held.terms.version},
        ),
    )


def _finding(candidate: Candidate, taken: Taken, context: Context) -> Finding:
    language = context.language
    places = {u.finding: u for u in taken.understood}
    cited = [r for r in candidate.speaks_for if r.basis == "cited" and r.finding in places][:_SHOWN_REASONS]
    evidence: list[Evidence] = []
    for reason in cited:
        said = places[reason.finding]
        place = InputEvidence(path=said.place, value=said.quote if said.origin == "given" else None)
        evidence += [place] if place not in evidence else []
        if reason.row is not None:
            evidence.append(hpo_rows.table().evidence(reason.row))
    evidence = evidence or [InputEvidence(path=u.place) for u in taken.understood[:1]]
    names = {u.finding: u.name for u in taken.understood}
    comma = _COMMA.in_(language)
    return Finding(
        id=hashlib.sha256(f"rare:{candidate.id}".encode()).hexdigest()[:16],
        code=Code(SYSTEM, "rare-candidate", _CODE.in_(language)),
        severity="info",
        present="passive",
        headline=_headline(candidate, context),
        why=_WHY.in_(language).format(
            for_it=comma.join(r.name for r in cited) or "—",
            open=comma.join(names.get(id, id) for id in candidate.unexplained) or "—",
        ),
        advice=_ADVICE.in_(language),
        evidence=tuple(evidence),
        certainty="possible",
        about=(candidate.id,),
    )


def _headline(candidate: Candidate, context: Context) -> str:
    """The name, cut to the words that a headline may have."""
    words = candidate.name.split()
    room = HEADLINE_WORDS - _AROUND
    name = " ".join(words[:room]) + (" …" if len(words) > room else "")
    return _HEADLINE.in_(context.language).format(rank=candidate.rank, name=name)[:200]
