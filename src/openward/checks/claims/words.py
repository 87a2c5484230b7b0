"""Words that mean the same when a note and a talk speak of the same: `belly` and `abdomen`, `hurts` and `pain`."""

from collections.abc import Iterator
from typing import Final

from openward.knowledge.suggest import distance
from openward.language.prose import Prose, stem

_GROUPS: Final = (
    "pain hurt hurts hurting ache aches aching sore soreness tender tenderness discomfort painful nontender killing",
    "swell swelling swollen edema oedema puffy puffiness", "red redness erythema erythematous",
    "tired fatigue fatigued exhausted tiredness", "abdomen belly stomach abdominal tummy",
    "blood bleed bleeding bloody",
    "swallow swallowing dysphagia", "breath breathing breathe dyspnea", "nose nasal nostril",
    "throat pharynx pharyngeal",
    "surgery surgical operation operative postoperative postoperatively", "bruise bruising ecchymosis bruised",
    "weak weakness", "numb numbness", "high elevated elevate raised increased increase up elevation",
    "low decreased decrease reduced reduce limited", "gallbladder cholecystectomy", "appendix appendectomy",
    "uterus hysterectomy womb", "tonsil tonsils tonsillectomy tonsillar", "ovary ovaries oophorectomy ovarian",
    "node nodes lymphadenectomy", "polyp polyps polypectomy", "kidney renal kidneys", "heart cardiac",
    "lung lungs pulmonary",
    "liver hepatic", "reflux gerd heartburn", "ekg ecg electrocardiogram", "vagina vaginal",
    "urine urinate urinary urination pee peeing", "itch itching itchy pruritus pruritic", "sweat sweating sweaty",
    "anxiety anxious", "depression depressed", "vaccine vaccination vaccines shot vaccinated",
    "tingling paresthesia tingly",
    "dizzy dizziness lightheaded lightheadedness", "vomit vomiting throwing emesis", "nausea nauseous nauseated",
    "痛 疼", "热 烧", "肿 胀", "呕 吐", "泻 拉", "差 坏", "力 劲",
    "difficulty difficult hard trouble struggle struggling", "distended nondistended distention distension",
    "back spine lumbar", "leg legs extremity extremities", "fracture broken break fractured broke",
)  # fmt: skip
_SAME: Final = {stem(word): group.split()[0] for group in _GROUPS for word in group.split()}
_EMPTY: Final = frozenset(
    stem(word)
    for word in (  # noqa: SIM905
        "the a an of in on at to with and or for her his their my your is are was were be been being some any by "
        "from as that "
        "this these those it its he she they we i you patient patients has have had having do does did not no nor "
        "but if then "
        "than so there here when while which who whom what how will would can could should may might must shall "
        "today now "
        "also very more most much many few other another all both each per mr mrs ms dr reports report reported "
        "denies denied "
        "states stated endorses notes noted medical reasoning treatment additional testing education counseling "
        "plan continue "
        "continued start started take taking taken takes use used using left right day days week weeks month months "
        "year "
        "years hour hours daily once twice times time mg about after before during over under up down out into "
        "since until "
        "okay yeah um uh right like know just going gon na get got one two three well good think see mean really "
        "let need "
        "evaluation presents presented history old female male due prior past recent recently current currently "
        "further "
        "appreciate appreciated acid colored colour color"
    ).split()
)
# Greek and Latin words by the plain words that a talk has for them.
_PARTS: Final = {
    "dysuria": "pain urine", "odynophagia": "pain swallow", "hematuria": "blood urine", "haematuria": "blood urine",
    "melena": "stool black", "hematochezia": "blood stool", "hematemesis": "blood vomit", "hemoptysis": "blood cough",
    "rhinorrhea": "nose run", "otalgia": "ear pain", "arthralgia": "joint pain", "myalgia": "muscle pain",
    "thyromegaly": "thyroid", "hepatomegaly": "liver", "splenomegaly": "spleen", "epistaxis": "nose blood",
    "polyuria": "urine frequent", "nocturia": "urine night", "insomnia": "sleep", "syncope": "pass out",
    "photophobia": "light", "gastritis": "stomach", "rhinoplasty": "nose job", "mastectomy": "breast surgery",
}  # fmt: skip
_MEANING: Final = {stem(word): tuple(meant_of) for word, meant_of in ((w, p.split()) for w, p in _PARTS.items())}
_SHORT: Final = 2
_MISHEARD: Final = 7
_EDITS: Final = 2


def meant(stemmed: str) -> str:
    """One word for all words of a group; any other word as it is."""
    return _SAME.get(stemmed, stemmed)


def carries(stemmed: str) -> bool:
    """Whether a stem says what a sentence is about."""
    return stemmed not in _EMPTY and (len(stemmed) > _SHORT or stemmed > "\u3400") and not stemmed[0].isdigit()


def content(text: str) -> Iterator[str]:
    """The stems that carry the meaning of some words, one for each group."""
    for stemmed in Prose(text).stems:
        if carries(stemmed):
            yield from (meant(stem(part)) for part in _MEANING.get(stemmed, (stemmed,)))


def like(one: str, other: str) -> bool:
    """Whether two long words differ by what a transcript mishears: two letters, and not the first."""
    if min(len(one), len(other)) < _MISHEARD or one[0] != other[0] or abs(len(one) - len(other)) > _EDITS:
        return False
    return distance(one, other, _EDITS) <= _EDITS
