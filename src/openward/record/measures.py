"""What was last measured of what dosing depends on: body size, kidney, liver, clotting.

Each table lists LOINC codes (LOINC 2.81; names shortened) of one quantity, whatever its unit; the unit stands on the
reading as recorded. Reviewed 2026-11-21.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from openward.domain.code import LOINC
from openward.record.chart import Chart, Reading

Codes = dict[str, str]
_VOID: Final = frozenset({"entered-in-error", "cancelled"})

WEIGHT: Final[Codes] = {
    "29463-7": "Body weight",
    "3141-9": "Body weight measured",
    "8350-1": "Body weight measured with clothes",
    "8351-9": "Body weight measured without clothes",
    "8335-2": "Body weight estimated",
    "3142-7": "Body weight stated",
}
HEIGHT: Final[Codes] = {
    "8302-2": "Body height",
    "3137-7": "Body height measured",
    "8308-9": "Body height standing",
    "8306-3": "Body height lying",
    "8301-4": "Body height estimated",
    "3138-5": "Body height stated",
}
CREATININE: Final[Codes] = {
    "2160-0": "Creatinine, mass concentration, serum or plasma",
    "38483-4": "Creatinine, mass concentration, blood",
    "14682-9": "Creatinine, substance concentration, serum or plasma",
    "59826-8": "Creatinine, substance concentration, blood",
    "77140-2": "Creatinine, substance concentration, serum, plasma or blood",
}
EGFR: Final[Codes] = {
    "98979-8": "eGFR, creatinine, CKD-EPI 2021",
    "98980-6": "eGFR, creatinine and cystatin C, CKD-EPI 2021",
    "62238-1": "eGFR, creatinine, CKD-EPI",
    "88293-6": "eGFR, creatinine, CKD-EPI, black",
    "88294-4": "eGFR, creatinine, CKD-EPI, not black",
    "33914-3": "eGFR, MDRD",
    "48642-3": "eGFR, MDRD, not black",
    "48643-1": "eGFR, MDRD, black",
    "50044-7": "eGFR, MDRD, female",
    "77147-7": "eGFR, MDRD, serum, plasma or blood",
    "69405-9": "eGFR, method not stated",
}
CREATININE_CLEARANCE: Final[Codes] = {
    "35591-7": "Creatinine clearance predicted by Cockcroft-Gault",
    "2164-2": "Creatinine clearance, 24 h urine",
    "2163-4": "Creatinine clearance, urine, duration not stated",
}
ALT: Final[Codes] = {
    "1742-6": "Alanine aminotransferase",
    "1743-4": "Alanine aminotransferase, with pyridoxal phosphate",
    "1744-2": "Alanine aminotransferase, without pyridoxal phosphate",
}
AST: Final[Codes] = {
    "1920-8": "Aspartate aminotransferase",
    "30239-8": "Aspartate aminotransferase, with pyridoxal phosphate",
    "88112-8": "Aspartate aminotransferase, without pyridoxal phosphate",
}
BILIRUBIN: Final[Codes] = {
    "1975-2": "Bilirubin total, mass concentration, serum or plasma",
    "14631-6": "Bilirubin total, substance concentration, serum or plasma",
    "42719-5": "Bilirubin total, mass concentration, blood",
}
ALBUMIN: Final[Codes] = {
    "1751-7": "Albumin, mass concentration, serum or plasma",
    "61151-7": "Albumin, bromocresol green",
    "61152-5": "Albumin, bromocresol purple",
    "54347-0": "Albumin, substance concentration, serum or plasma",
}
INR: Final[Codes] = {
    "6301-6": "INR, platelet poor plasma",
    "34714-6": "INR, blood",
    "38875-1": "INR, platelet poor plasma or blood",
    "46418-0": "INR, capillary blood",
}
PLATELETS: Final[Codes] = {
    "777-3": "Platelets, automated count",
    "26515-7": "Platelets, blood",
    "778-1": "Platelets, manual count",
}

NAMED: Final[dict[str, Codes]] = {
    "weight": WEIGHT,
    "height": HEIGHT,
    "creatinine": CREATININE,
    "egfr": EGFR,
    "creatinine_clearance": CREATININE_CLEARANCE,
    "alt": ALT,
    "ast": AST,
    "bilirubin": BILIRUBIN,
    "albumin": ALBUMIN,
    "inr": INR,
    "platelets": PLATELETS,
}
_NAME: Final = {code: name for name, codes in NAMED.items() for code in codes}


def newest(readings: Iterable[Reading], as_of: datetime) -> dict[str, Reading]:
    """The newest dated quantity of each measure by its name (`weight`, `creatinine`, …), in one pass."""
    found: dict[str, Reading] = {}
    for reading in readings:
        if reading.at is None or reading.at > as_of or reading.measure is None or reading.status in _VOID:
            continue
        name = next((_NAME[c.code] for c in reading.concept.coding if c.system == LOINC and c.code in _NAME), None)
        held = found.get(name) if name else None
        if name and (held is None or held.at is None or reading.at > held.at):
            found[name] = reading
    return {name: found[name] for name in NAMED if name in found}


def latest(chart: Chart, codes: Codes, as_of: datetime) -> Reading | None:
    """The newest quantity with one of the codes that was measured by a moment; one without a date only if no other.

    Raises:
        ServiceError: the service may not see observations.
    """
    found = (r for r in chart.readings(*codes) if r.measure is not None)
    return next((r for r in found if r.at is None or r.at <= as_of), None)


def latest_weight(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest body weight."""
    return latest(chart, WEIGHT, as_of)


def latest_height(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest body height."""
    return latest(chart, HEIGHT, as_of)


def latest_creatinine(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest creatinine of serum, plasma or blood."""
    return latest(chart, CREATININE, as_of)


def latest_egfr(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest estimated glomerular filtration rate that a laboratory reported, by whatever equation."""
    return latest(chart, EGFR, as_of)


def latest_creatinine_clearance(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest reported creatinine clearance."""
    return latest(chart, CREATININE_CLEARANCE, as_of)


def latest_alt(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest alanine aminotransferase."""
    return latest(chart, ALT, as_of)


def latest_ast(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest aspartate aminotransferase."""
    return latest(chart, AST, as_of)


def latest_bilirubin(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest total bilirubin."""
    return latest(chart, BILIRUBIN, as_of)


def latest_albumin(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest albumin of serum or plasma."""
    return latest(chart, ALBUMIN, as_of)


def latest_inr(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest international normalised ratio."""
    return latest(chart, INR, as_of)


def latest_platelets(chart: Chart, as_of: datetime) -> Reading | None:
    """The newest platelet count."""
    return latest(chart, PLATELETS, as_of)
