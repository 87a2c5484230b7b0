"""From what was sent to the atlas's numbers: ids of today, yesterday and never, words, the person, the panel."""

from typing import Final, Literal

import msgspec

from openward.domain.proposal import Language, NotChecked
from openward.domain.text import Text
from openward.harness.service import Context
from openward.knowledge.hpo_words import lexicon
from openward.language.person import person
from openward.record.chart import Chart
from openward.services.differential_diagnosis.proposal import State, Understood
from openward.services.differential_diagnosis.rare.atlas import Atlas
from openward.services.differential_diagnosis.rare.explaining import name_of
from openward.services.differential_diagnosis.rare.question import RareQuestion
from openward.services.differential_diagnosis.rare.ranking import Asked
from openward.services.differential_diagnosis.rare.suiting import Person, inheritances

_UNKNOWN: Final = (
    Text("{count} phenotype term(s)", "{count}个表型术语"),
    Text("The id is not in the ontology of {version}.", "{version}版本体中没有该编号。"),
    Text("A current HPO id (HP: and seven digits).", "请提供现行的HPO编号（HP:加七位数字）。"),
)
_RETIRED: Final = (
    Text("Retired phenotype term", "已停用的表型术语"),
    Text("The release of {version} names no single successor.", "{version}版没有指定唯一的替代术语。"),
    Text("One of: {advised}.", "可选：{advised}。"),
)
_GENES: Final = (
    Text("{count} gene(s) of the panel", "基因组合中的{count}个基因"),
    Text("No disease of the annotations has this gene symbol.", "注释中没有疾病使用该基因符号。"),
    Text("The approved gene symbol.", "请提供批准的基因符号。"),
)
_GENOTYPE: Final = (
    Text("The genome", "基因组"),
    Text("Phenotype only: no variant was looked at.", "仅依据表型，未分析任何变异。"),
    Text("A molecular test, where a candidate is taken up.", "如采纳候选诊断，请进行分子检测。"),
)
_SEXES: Final[dict[str, Literal["female", "male"]]] = {"female": "female", "male": "male"}
_DAYS_A_YEAR: Final = 365.25
Words = tuple[Text, Text, Text]


class Taken(msgspec.Struct, frozen=True):
    """The question as understood, and what could not be."""

    asked: Asked
    understood: tuple[Understood, ...]
    not_checked: tuple[NotChecked, ...]


def take(atlas: Atlas, question: RareQuestion, chart: Chart | None, context: Context) -> Taken:
    """Reads one question."""
    language = context.language
    given = _given(atlas, question, language)
    spoken = _spoken(atlas, question, language)
    understood = _once((*given, *spoken))
    index = atlas.terms.index
    asked = Asked(
        tuple(index[u.finding] for u in understood if u.state == "present"),
        tuple(index[u.finding] for u in understood if u.state == "absent"),
        _person(question, chart, context),
        _among(atlas, question),
        frozenset(question.exclude_references),
    )
    return Taken(asked, understood, _gaps(atlas, question, language))


def _given(atlas: Atlas, question: RareQuestion, language: Language) -> list[Understood]:
    sides: tuple[tuple[State, str, tuple[str, ...]], ...] = (
        ("present", "present", question.present),
        ("absent", "excluded", question.excluded),
    )
    return [
        Understood(
            finding=atlas.terms.ids[number],
            name=name_of(atlas, number, language),
            state=state,
            origin="given",
            place=f"rare.{field}[{place}]",
            quote=id,
        )
        for state, field, ids in sides
        for place, id in enumerate(ids)
        if (number := atlas.terms.index.get(id)) is not None
    ]


def _spoken(atlas: Atlas, question: RareQuestion, language: Language) -> list[Understood]:
    """What the text says of this patient for certain, now or in the past."""
    if not question.text:
        return []
    return [
        Understood(
            finding=mention.term,
            name=name_of(atlas, atlas.terms.index[mention.term], language),
            state="present" if mention.assertion == "present" else "absent",
            origin="text",
            place="rare.text",
            quote=question.text[mention.start : mention.end],
            start=mention.start,
            end=mention.end,
            past=mention.when == "past",
        )
        for mention in lexicon().mentions(question.text)
        if mention.subject == "patient" and mention.assertion in {"present", "absent"}
    ]


def _once(found: tuple[Understood, ...]) -> tuple[Understood, ...]:
    """Each finding once: what was given goes before what was read, and present before absent."""
    kept: dict[str, Understood] = {}
    for said in sorted(found, key=lambda u: (u.origin != "given", u.state != "present")):
        kept.setdefault(said.finding, said)
    return tuple(kept.values())


def _person(question: RareQuestion, chart: Chart | None, context: Context) -> Person:
    """Age and sex as given, else as the text says, else as the chart does."""
    said = person(question.text or "")
    known = chart.demographics if chart is not None else None
    age, sex = question.age, question.sex or said.sex
    if age is None and said.age_days is not None:
        age = said.age_days / _DAYS_A_YEAR
    if age is None and known is not None:
        age = known.age_at(context.now)
    if sex is None and known is not None and known.gender in _SEXES:
        sex = _SEXES[known.gender]
    return Person(age, question.onset, sex)


def _among(atlas: Atlas, question: RareQuestion) -> frozenset[int] | None:
    """The diseases that panel and inheritance leave, None where neither is given."""
    if not question.genes and not question.inheritance:
        return None
    panel, wanted = frozenset(question.genes), set(question.inheritance)
    return frozenset(
        number
        for number, disease in enumerate(atlas.diseases)
        if (not panel or panel.intersection(atlas.genes.get(disease.id, ())))
        and (not wanted or not (known := inheritances(atlas.terms, disease)) or known & wanted)
    )


def _gaps(atlas: Atlas, question: RareQuestion, language: Language) -> tuple[NotChecked, ...]:
    version = atlas.terms.version
    gaps = [_gap("genotype", _GENOTYPE, language, ())]
    unknown: list[str] = []
    for field, ids in (("present", question.present), ("excluded", question.excluded)):
        for place, id in enumerate(ids):
            where = f"rare.{field}[{place}]"
            if id in atlas.terms.advised and id not in atlas.terms.index:
                advised = ", ".join(atlas.terms.advised[id]) or "—"
                gaps.append(_gap("retired-term", _RETIRED, language, (where,), version=version, advised=advised))
            elif id not in atlas.terms.index:
                unknown.append(where)
    if unknown:
        gaps.append(_gap("unknown-term", _UNKNOWN, language, tuple(unknown), count=len(unknown), version=version))
    known = {gene for genes in atlas.genes.values() for gene in genes} if question.genes else set()
    if strange := [f"rare.genes[{i}]" for i, gene in enumerate(question.genes) if gene not in known]:
        gaps.append(_gap("unknown-gene", _GENES, language, tuple(strange[:50]), count=len(strange)))
    return tuple(gaps)


def _gap(code: str, words: Words, language: Language, about: tuple[str, ...], **values: object) -> NotChecked:
    what, why, needed = (text.in_(language).format(**values) for text in words)
    return NotChecked(code=code, what=what, why=why, needed=needed, about=about)
