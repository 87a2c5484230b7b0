"""Why a disease stands where it stands: each finding's weight, the annotation behind it, and what stays unexplained."""

from math import log
from typing import Final

import msgspec

from openward.domain.proposal import Language
from openward.domain.text import Text, fill
from openward.knowledge.hpo_search import label
from openward.services.differential_diagnosis.proposal import Candidate, Reason
from openward.services.differential_diagnosis.rare.atlas import PRIOR, Atlas
from openward.services.differential_diagnosis.rare.profiles import Closure, Profile, without
from openward.services.differential_diagnosis.rare.ranking import EXCLUSION, Asked, Ranked, View

_NOTES: Final = {
    "own": Text("on record: {told}", "有记录：{told}"),
    "broader": Text("only the broader “{name}” is on record", "仅记录了更宽泛的“{name}”"),
    "narrower": Text("the narrower “{name}” is on record", "记录了更具体的“{name}”"),
    "lent": Text("on record by Orphanet for {lender}", "Orphanet记录于{lender}"),
    "none": Text("not on record", "无记录"),
    "excluded": Text("on record ({told}), but absent", "有记录（{told}），但该患者没有"),
    "picture": Text("{percent} % of the disease's own picture is seen", "该病自身表现中有{percent}%可见"),
    "published": Text("{count:source describes|sources describe} it", "有{count}个来源描述该病"),
    "person": Text(
        "its usual onset or its inheritance does not suit age or sex", "常见起病年龄或遗传方式与年龄、性别不符"
    ),
}
_FAINT: Final = 1.0  # what is shared only through so broad a term leaves the finding unexplained
_CLASSES: Final = {
    "": Text("no frequency given", "未注明频率"),
    "HP:0040280": Text("obligate, 100 %", "必有，100%"),
    "HP:0040281": Text("very frequent, 80-99 %", "非常常见，80-99%"),
    "HP:0040282": Text("frequent, 30-79 %", "常见，30-79%"),
    "HP:0040283": Text("occasional, 5-29 %", "偶见，5-29%"),
    "HP:0040284": Text("very rare, 1-4 %", "非常罕见，1-4%"),
    "HP:0040285": Text("excluded, 0 %", "排除，0%"),
}
_PARTS: Final = {
    "picture": Text("Share of the disease's own picture", "该病自身表现的占比"),
    "published": Text("How well the disease is described", "该病被描述的程度"),
    "person": Text("Age and sex", "年龄与性别"),
}


class Shown(msgspec.Struct, frozen=True):
    """One question while it is explained."""

    atlas: Atlas
    asked: Asked
    view: View
    language: Language


def name_of(atlas: Atlas, term: int, language: Language) -> str:
    """The name of a finding, in Chinese where there is one."""
    return label(term, language) if language == "zh" else atlas.terms.names[term]


def candidate(shown: Shown, ranked: Ranked, rank: int) -> Candidate:
    """One disease in its place with its reasons; the weights of all reasons together are its score."""
    atlas, asked = shown.atlas, shown.asked
    disease = atlas.diseases[ranked.disease]
    touched = ranked.disease in atlas.touched(asked.left_out)
    held, closure = atlas.apart(ranked.disease, asked.left_out if touched else frozenset())
    reasons = [_reason(shown, ranked.disease, (held, closure), term) for term in asked.present]
    against = [_excluded(shown, ranked.disease, held, *missing) for missing in shown.view.missing(held)]
    parts = [
        _part("picture", ranked.picture, shown.language, percent=round(100 * shown.view.seen(held, atlas.whole(held)))),
        _part("published", PRIOR * held.prior(), shown.language, count=held.publications),
        _part("person", ranked.person, shown.language),
    ]
    everything = [*reasons, *against, *(part for part in parts if part.weight)]
    return Candidate(
        id=disease.id,
        name=disease.name,
        rank=rank,
        score=round(ranked.score, 3),
        speaks_for=tuple(sorted((r for r in everything if r.weight > 0), key=lambda r: -r.weight)),
        speaks_against=tuple(sorted((r for r in everything if r.weight <= 0), key=lambda r: r.weight)),
        unexplained=tuple(r.finding for r in reasons if r.row is None),
    )


def _reason(shown: Shown, disease: int, known: tuple[Profile, Closure], term: int) -> Reason:
    atlas, language = shown.atlas, shown.language
    held, closure = known
    weight, through = atlas.weigh(term, closure)
    note, row = _NOTES["none"].in_(language), None
    shown_by = term if term in closure else through
    if shown_by is not None and (shown_by == term or weight >= _FAINT):
        source = closure[shown_by][1]
        row, lender = _row_of(atlas, disease, held, source)
        if lender is not None:
            note = _NOTES["lent"].in_(language).format(lender=lender)
        elif shown_by != term:
            note = _NOTES["broader"].in_(language).format(name=name_of(atlas, shown_by, language))
        elif source != term:
            note = _NOTES["narrower"].in_(language).format(name=name_of(atlas, source, language))
        else:
            note = _NOTES["own"].in_(language).format(told=_told(shown, disease, source))
    name = name_of(atlas, term, language)
    return Reason(finding=atlas.terms.ids[term], name=name, weight=round(weight, 3), basis="cited", note=note, row=row)


def _row_of(atlas: Atlas, disease: int, held: Profile, source: int) -> tuple[str, str | None]:
    """The annotation behind a frequency, and who lent it where it is not the disease's own."""
    id, term = atlas.diseases[disease].id, atlas.terms.ids[source]
    if source in held.least:
        return f"{id}/{term}", None
    for lender in atlas.lenders.of(atlas.diseases[disease]):
        if any(row.term == source for row in lender.rows):
            return f"{lender.id}/{term}", lender.name
    return f"{id}/{term}", None


def _told(shown: Shown, disease: int, term: int) -> str:
    """How often a finding was seen, in the words of the annotations; "no frequency" where they give none."""
    rows = [row for row in shown.atlas.diseases[disease].rows if row.term == term and not row.absent]
    said = dict.fromkeys(row.frequency for row in without(rows, shown.asked.left_out))
    return ", ".join(_CLASSES[f].in_(shown.language) if f in _CLASSES else f for f in said)


def _excluded(shown: Shown, disease: int, held: Profile, term: int, least: float) -> Reason:
    below = shown.atlas.below(term).intersection(held.terms)
    source = max(sorted(below), key=held.least.__getitem__)
    return Reason(
        finding=shown.atlas.terms.ids[term],
        name=name_of(shown.atlas, term, shown.language),
        weight=round(EXCLUSION * log(1 - 0.99 * least), 3),
        basis="cited",
        note=_NOTES["excluded"].in_(shown.language).format(told=_told(shown, disease, source)),
        row=_row_of(shown.atlas, disease, held, source)[0],
    )


def _part(part: str, weight: float, language: Language, **numbers: int) -> Reason:
    note = fill(_NOTES[part].in_(language), **numbers)
    return Reason(finding=part, name=_PARTS[part].in_(language), weight=round(weight, 3), basis="expert", note=note)
