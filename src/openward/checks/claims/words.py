"""Words that mean the same when a note and a talk speak of the same thing: `belly` and `abdomen`, `hurts` and `pain`."""

from typing import Final

from openward.language.prose import stem

_GROUPS: Final = (
    "pain hurt hurts hurting ache aches aching sore soreness tender tenderness discomfort painful nontender killing",
    "swell swelling swollen edema oedema puffy puffiness", "red redness erythema erythematous",
    "tired fatigue fatigued exhausted tiredness", "abdomen belly stomach abdominal tummy", "blood bleed bleeding bloody",
    "swallow swallowing dysphagia", "breath breathing breathe dyspnea", "nose nasal nostril", "throat pharynx pharyngeal",
    "surgery surgical operation operative postoperative postoperatively", "bruise bruising ecchymosis bruised",
    "weak weakness", "numb numbness", "high elevated elevate raised increased increase up elevation",
    "low decreased decrease reduced reduce limited", "gallbladder cholecystectomy", "appendix appendectomy",
    "uterus hysterectomy womb", "tonsil tonsils tonsillectomy tonsillar", "ovary ovaries oophorectomy ovarian",
    "node nodes lymphadenectomy", "polyp polyps polypectomy", "kidney renal kidneys", "heart cardiac", "lung lungs pulmonary",
    "liver hepatic", "reflux gerd heartburn", "ekg ecg electrocardiogram", "vagina vaginal",
    "urine urinate urinary urination pee peeing", "itch itching itchy pruritus pruritic", "sweat sweating sweaty",
    "anxiety anxious", "depression depressed", "vaccine vaccination vaccines shot vaccinated", "tingling paresthesia tingly",
    "dizzy dizziness lightheaded lightheadedness", "vomit vomiting throwing emesis", "nausea nauseous nauseated",
    "chest thoracic", "back spine lumbar", "leg legs extremity extremities", "fracture broken break fractured broke",
)  # fmt: skip
_SAME: Final = {stem(word): group.split()[0] for group in _GROUPS for word in group.split()}


def meant(stemmed: str) -> str:
    """One word for all words of a group; any other word as it is."""
    return _SAME.get(stemmed, stemmed)
