"""One analyte, and the kinds of specimen that it is measured in."""

import unicodedata
from typing import Final, Literal

import msgspec

Kind = Literal["blood", "serum", "plasma", "arterial", "venous", "capillary", "urine", "csf", "ascites", "pleural",
               "fluid", "stool", "sweat", "breath", "respiratory"]  # fmt: skip
BLOOD: Final[frozenset[Kind]] = frozenset({"blood", "serum", "plasma", "arterial", "venous", "capillary"})
_WORDS: Final[dict[str, Kind]] = {
    "blood": "blood", "whole blood": "blood", "bld": "blood", "wb": "blood", "edta": "blood", "edta blood": "blood",
    "全血": "blood", "血": "blood", "血液": "blood", "edta抗凝血": "blood", "抗凝血": "blood",
    "serum": "serum", "ser": "serum", "serum or plasma": "serum", "血清": "serum", "sst": "serum",
    "plasma": "plasma", "plas": "plasma", "ppp": "plasma", "血浆": "plasma", "枸橼酸钠抗凝血": "plasma",
    "arterial": "arterial", "arterial blood": "arterial", "blda": "arterial", "动脉血": "arterial",
    "venous": "venous", "venous blood": "venous", "bldv": "venous", "静脉血": "venous",
    "capillary": "capillary", "capillary blood": "capillary", "bldc": "capillary", "末梢血": "capillary",
    "毛细血管血": "capillary", "指血": "capillary", "指尖血": "capillary",
    "urine": "urine", "ur": "urine", "u": "urine", "24 hour urine": "urine", "spot urine": "urine", "尿": "urine",
    "尿液": "urine", "随机尿": "urine", "24小时尿": "urine", "24h尿": "urine", "晨尿": "urine", "中段尿": "urine",
    "csf": "csf", "cerebrospinal fluid": "csf", "cerebral spinal fluid": "csf", "脑脊液": "csf",
    "ascites": "ascites", "peritoneal fluid": "ascites", "ascitic fluid": "ascites", "prt": "ascites",
    "腹水": "ascites", "腹腔积液": "ascites", "腹腔液": "ascites",
    "pleural": "pleural", "pleural fluid": "pleural", "plr": "pleural", "胸水": "pleural", "胸腔积液": "pleural",
    "fluid": "fluid", "body fluid": "fluid", "fld": "fluid", "体液": "fluid", "积液": "fluid", "浆膜腔积液": "fluid",
    "stool": "stool", "feces": "stool", "faeces": "stool", "stl": "stool", "粪便": "stool", "粪": "stool",
    "大便": "stool", "sweat": "sweat", "汗液": "sweat", "breath": "breath", "呼气": "breath",
    "respiratory": "respiratory", "nasopharyngeal swab": "respiratory", "throat swab": "respiratory",
    "咽拭子": "respiratory", "鼻咽拭子": "respiratory", "sputum": "respiratory", "痰": "respiratory",
}  # fmt: skip


class Analyte(msgspec.Struct, frozen=True, kw_only=True):
    """What is measured, in which specimen, in which unit values of it are compared.

    `unit` is None where results are words. `molar_mass` (g/mol) and `valence` join mass, amount and charge where that
    has a meaning. Beyond `least` to `most` a value is taken for an error of writing or measuring.
    """

    id: str
    name_en: str
    name_zh: str
    group: str
    specimen: Kind
    unit: str | None = None
    units: tuple[str, ...] = ()
    molar_mass: float | None = None
    valence: int | None = None
    least: float | None = None
    most: float | None = None
    loinc: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def plausible(self, value: float) -> bool:
        """Whether a value in the canonical unit can be true of a living person."""
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)


def specimen_of(words: str | None) -> Kind | None:
    """The kind of specimen that some words name, None when they name none that is known."""
    text = " ".join(unicodedata.normalize("NFKC", words or "").casefold().split())
    if text in _WORDS:
        return _WORDS[text]
    return next((kind for word, kind in _WORDS.items() if len(word) > 2 and word in text), None)  # noqa: PLR2004


def fits(kind: Kind, given: Kind | None) -> bool:
    """Whether an analyte of one specimen may be meant when another was named; all kinds of blood count as one."""
    return given is None or kind == given or (kind in BLOOD and given in BLOOD)
