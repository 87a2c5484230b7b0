"""The public cases whose label the paper contradicts: why, and by which row ids.

For nearly all of them the package `medcalc-bench`, given the row's own entities, arrives at the label, and its own
explanation names the step that departs from the paper.
"""

from typing import NamedTuple


class Dispute(NamedTuple):
    """What the label does, what the paper says, and the rows."""

    label: str
    paper: str
    ids: tuple[str, ...]


DISPUTES = (
    Dispute("adds the Glasgow Coma Scale instead of 15 less it, leukocytes per mm³ by limits in thousands (4 points for"
            " everybody), °C read as °F (4 points) in most rows",
            "Knaus 1985: 15 less the scale, leukocytes in thousands, rectal °C",
            ("868", "871", "872", "875", "876", "879", "882", "886", "887")),
    Dispute("an albumin of 17.1 g/dL, or of 3 mg/dL by a lost letter of the note, is taken as it stands",
            "no living person has it; we refuse the value", ("772", "780", "824")),
    Dispute("sodium of 137 mg/dL, a slip of the note, is converted from mass", "no plausible value; we refuse it",
            ("794",)),
    Dispute("mmol/L of calcium are rounded while they are converted (2.26 becomes 8.0 mg/dL, 2.6 becomes 12.0)",
            "1 mmol/L is 4.008 mg/dL", ("114", "117")),
    Dispute("the weighted yes-or-no factors are said to add points, but the sum keeps the number from before",
            "Caprini 2005: every factor with its weight", ("909", "910", "911", "913", "915", "916", "917", "919")),
    Dispute("1 point for any entry of diabetes (also none or by diet), tumour and liver disease, whatever its grade",
            "Charlson 1987: 0, 1 or 2; 2 or 6; 1 or 3", ("433", "434", "435", "436", "440", "442", "443", "445")),
    Dispute("ascites has no points where its word is in small letters; 3.0 mg/dL of bilirubin has 3 points",
            "Pugh 1973: each of the five parts has 1 to 3 points; 2 to 3 mg/dL is the middle",
            ("201", "203", "204", "209", "210", "213", "218")),
    Dispute("adds the days by which the cycle is shorter than 28",
            "ovulation is earlier in a shorter cycle, so the day of birth is too", ("930", "931", "937", "947")),
    Dispute("last period + 14 days, although the question gives the length of the cycle",
            "14 days before the next period is due", ("1009", "1010", "1012", "1013", "1015", "1017", "1024")),
    Dispute("the risk as a fraction, rounded to 0 or 1", "ATP III: the risk in per cent",
            ("552", "553", "554", "559", "565")),
    Dispute("adds the verbal response twice", "Teasdale 1974: eye + verbal + motor; one that cannot be tested has none",
            ("852", "854", "856", "859", "860", "865", "866")),
    Dispute("a woman with exactly 12.0 g/dL has 1 point", "Blatchford 2000: 10.0 to 11.9 g/dL", ("390", "399")),
    Dispute("mmol/L are rounded to thousandths of a mole while they are converted (4.75 mmol/L becomes 5)",
            "183.7 - 39.8 - 96.5 / 5 mg/dL", ("513",)),
    Dispute("20 where the logarithms give 22.9", "OPTN policy 9: 9.57 ln 3.16 + 3.78 ln 2.11 + 11.2 ln 1.26 + 6.43",
            ("343",)),
    Dispute("36.0 °C is read as °F, so that the temperature has 15 points", "Fine 1997: below 35 °C", ("831",)),
    Dispute("the row names the history of stroke twice, once yes, as its note does, and once no; the label takes"
            " the no",
            "Lee 1999: stroke or transient ischaemic attack in the history",
            ("240", "242", "249", "250", "251", "256", "259")),
    Dispute("1 point for any heart rate, or for leukocytes of 4.2 and 7.0 ×10⁹/L",
            "Bone 1992: above 90; above 12 or below 4",
            ("588", "598", "602", "606")),
    Dispute("the circulation has 2 points although norepinephrine and epinephrine run", "Vincent 1996: 3 points",
            ("892", "898", "900")),
)  # fmt: skip
IDS = {id for dispute in DISPUTES for id in dispute.ids}
# Not disputed, and still not answered: the person is 17, and the equation is for adults.
REFUSED = {"154"}
