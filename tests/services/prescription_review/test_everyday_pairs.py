"""Pairs that every ward writes, each with how loudly it should be told, judged from practice and labelling.

"quiet" is nothing or an entry in the log, "passive" a note beside the order, "interrupt" a stop before signing.
"""

import pytest

from openward.domain.code import Concept
from openward.domain.proposal import Finding
from openward.knowledge import interactions as knowledge
from openward.services.prescription_review import interactions
from openward.services.prescription_review.drugs import DrugInUse, Given, Route
from openward.services.prescription_review.naming import resolved

RULES = knowledge.load()
LOUDEST = ("interrupt", "passive")

EVERYDAY = [
    ("paracetamol", "amoxicillin", "quiet"),
    ("metformin", "lisinopril", "quiet"),
    ("aspirin", "atorvastatin", "quiet"),
    ("omeprazole", "amlodipine", "quiet"),
    ("bisoprolol", "ramipril", "quiet"),
    ("furosemide", "spironolactone", "quiet"),
    ("sertraline", "lisinopril", "quiet"),
    ("ramipril", "hydrochlorothiazide", "quiet"),
    ("lisinopril", "furosemide", "quiet"),
    ("amlodipine", "valsartan", "quiet"),
    ("amlodipine", "atorvastatin", "quiet"),
    ("bisoprolol", "amlodipine", "quiet"),
    ("bisoprolol", "aspirin", "quiet"),
    ("ramipril", "aspirin", "quiet"),
    ("furosemide", "aspirin", "quiet"),
    ("metoprolol", "atorvastatin", "quiet"),
    ("metformin", "sitagliptin", "quiet"),
    ("metformin", "empagliflozin", "quiet"),
    ("metformin", "insulin glargine", "quiet"),
    ("losartan", "metformin", "quiet"),
    ("levothyroxine", "amlodipine", "quiet"),
    ("levothyroxine", "omeprazole", "quiet"),
    ("paracetamol", "ibuprofen", "quiet"),
    ("paracetamol", "morphine", "quiet"),
    ("paracetamol", "ondansetron", "quiet"),
    ("paracetamol", "warfarin", "quiet"),
    ("pantoprazole", "clopidogrel", "quiet"),
    ("pantoprazole", "apixaban", "quiet"),
    ("pantoprazole", "enoxaparin", "quiet"),
    ("ceftriaxone", "azithromycin", "quiet"),
    ("amoxicillin", "clavulanic acid", "quiet"),
    ("rosuvastatin", "ezetimibe", "quiet"),
    ("allopurinol", "amlodipine", "quiet"),
    ("prednisolone", "omeprazole", "quiet"),
    ("folic acid", "methotrexate", "quiet"),
    ("tamsulosin", "finasteride", "quiet"),
    ("sumatriptan", "sertraline", "quiet"),
    ("hydrocortisone", "levothyroxine", "quiet"),
    ("prednisolone", "apixaban", "quiet"),
    ("simvastatin", "ciprofloxacin", "quiet"),
    ("rosuvastatin", "calcium carbonate", "quiet"),
    ("aspirin", "clopidogrel", "passive"),
    ("prednisolone", "warfarin", "passive"),
    ("amlodipine", "clarithromycin", "passive"),
    ("sildenafil", "erythromycin", "passive"),
    ("aspirin", "enoxaparin", "passive"),
    ("bisoprolol", "digoxin", "passive"),
    ("lisinopril", "spironolactone", "passive"),
    ("lisinopril", "ibuprofen", "passive"),
    ("amoxicillin", "warfarin", "passive"),
    ("levothyroxine", "calcium carbonate", "passive"),
    ("sertraline", "ibuprofen", "passive"),
    ("simvastatin", "amlodipine", "passive"),
    ("desmopressin", "hydrocortisone", "passive"),
    ("vericiguat", "isosorbide mononitrate", "passive"),
    ("tacrolimus", "prednisolone", "passive"),
]

CLASSIC = [
    ("warfarin", "ibuprofen", "interrupt"),
    ("warfarin", "metronidazole", "interrupt"),
    ("warfarin", "sulfamethoxazole", "interrupt"),
    ("warfarin", "fluconazole", "interrupt"),
    ("warfarin", "amiodarone", "interrupt"),
    ("warfarin", "capecitabine", "interrupt"),
    ("warfarin", "rivaroxaban", "interrupt"),
    ("apixaban", "enoxaparin", "interrupt"),
    ("rivaroxaban", "rifampicin", "interrupt"),
    ("dabigatran", "ketoconazole", "interrupt"),
    ("clopidogrel", "omeprazole", "interrupt"),
    ("clopidogrel", "ticagrelor", "interrupt"),
    ("domperidone", "fluconazole", "interrupt"),
    ("simvastatin", "clarithromycin", "interrupt"),
    ("simvastatin", "ciclosporin", "interrupt"),
    ("atorvastatin", "fusidic acid", "interrupt"),
    ("colchicine", "clarithromycin", "interrupt"),
    ("tacrolimus", "voriconazole", "interrupt"),
    ("sirolimus", "posaconazole", "interrupt"),
    ("azathioprine", "allopurinol", "interrupt"),
    ("methotrexate", "trimethoprim", "interrupt"),
    ("fluorouracil", "brivudine", "interrupt"),
    ("phenelzine", "sertraline", "interrupt"),
    ("linezolid", "sertraline", "interrupt"),
    ("phenelzine", "pethidine", "interrupt"),
    ("sildenafil", "nitroglycerin", "interrupt"),
    ("riociguat", "nitroglycerin", "interrupt"),
    ("bisoprolol", "verapamil", "interrupt"),
    ("digoxin", "amiodarone", "interrupt"),
    ("ivabradine", "clarithromycin", "interrupt"),
    ("haloperidol", "amiodarone", "interrupt"),
    ("spironolactone", "potassium chloride", "interrupt"),
    ("spironolactone", "trimethoprim", "interrupt"),
    ("enalapril", "sacubitril", "interrupt"),
    ("lithium", "ibuprofen", "interrupt"),
    ("lithium", "hydrochlorothiazide", "interrupt"),
    ("lithium", "lisinopril", "interrupt"),
    ("valproic acid", "meropenem", "interrupt"),
    ("valproic acid", "lamotrigine", "interrupt"),
    ("carbamazepine", "clarithromycin", "interrupt"),
    ("carbamazepine", "ethinylestradiol", "interrupt"),
    ("clozapine", "carbamazepine", "interrupt"),
    ("theophylline", "ciprofloxacin", "interrupt"),
    ("tizanidine", "ciprofloxacin", "interrupt"),
    ("ergotamine", "clarithromycin", "interrupt"),
    ("triazolam", "itraconazole", "interrupt"),
    ("levodopa", "haloperidol", "interrupt"),
    ("tamoxifen", "paroxetine", "interrupt"),
    ("repaglinide", "gemfibrozil", "interrupt"),
    ("darunavir", "rifampicin", "interrupt"),
    ("naltrexone", "morphine", "interrupt"),
    ("isotretinoin", "doxycycline", "interrupt"),
    ("gentamicin", "vancomycin", "passive"),
    ("gentamicin", "furosemide", "passive"),
    ("morphine", "lorazepam", "passive"),
    ("tramadol", "sertraline", "passive"),
    ("ramipril", "trimethoprim", "passive"),
    ("warfarin", "aspirin", "passive"),
    ("methotrexate", "ibuprofen", "passive"),
    ("ciprofloxacin", "magnesium hydroxide", "passive"),
]

OVERCALLED_IF_LOUD = [
    ("linezolid", "fentanyl"),
    ("tedizolid", "sertraline"),
    ("carbamazepine", "conjugated estrogens"),
    ("sugammadex", "levonorgestrel"),
    ("famotidine", "rilpivirine"),
    ("deferiprone", "deferoxamine"),
    ("dronedarone", "apixaban"),
    ("tacrolimus", "dabigatran"),
    ("ciprofloxacin", "pirfenidone"),
]


def order(name: str, place: int, route: Route = "systemic", given: Given | None = None) -> DrugInUse:
    return DrugInUse(
        label=name,
        ingredients=resolved(Concept(text=name)).ids,
        route=route,
        given=given,
        is_order=True,
        order=place,
        current=None,
        reference=f"orders[{place}]",
        evidence=(),
        source=None,
        draft=False,
    )


def told(*drugs: DrugInUse) -> tuple[Finding, ...]:
    assert all(drug.ingredients for drug in drugs), [drug.label for drug in drugs]
    return interactions.review(drugs, RULES, "en").findings


def loudness(found: tuple[Finding, ...]) -> str:
    presents = {finding.present for finding in found}
    return next((loud for loud in LOUDEST if loud in presents), "quiet")


@pytest.mark.parametrize(("first", "second", "expected"), EVERYDAY)
def test_everyday_pairs_do_not_interrupt(first, second, expected):
    assert loudness(told(order(first, 0), order(second, 1))) == expected


@pytest.mark.parametrize(("first", "second", "expected"), CLASSIC)
def test_classic_pairs_are_told_as_loudly_as_they_deserve(first, second, expected):
    assert loudness(told(order(first, 0), order(second, 1))) == expected


@pytest.mark.parametrize(("first", "second"), OVERCALLED_IF_LOUD)
def test_pairs_that_labelling_allows_with_a_dose_or_an_interval_do_not_interrupt(first, second):
    assert loudness(told(order(first, 0), order(second, 1))) != "interrupt"


def test_ketoconazole_on_the_skin_does_not_interrupt_warfarin():
    assert loudness(told(order("ketoconazole", 0, route="topical"), order("warfarin", 1))) == "quiet"


def test_nose_drops_beside_a_tricyclic_do_not_interrupt():
    assert loudness(told(order("xylometazoline", 0, route="nasal"), order("amitriptyline", 1))) == "quiet"


def test_inhaled_salmeterol_beside_ritonavir_is_shown():
    assert loudness(told(order("salmeterol", 0, route="inhaled"), order("ritonavir", 1))) == "passive"


def test_efavirenz_is_said_to_lower_voriconazole():
    (found,) = [f for f in told(order("efavirenz", 0), order("voriconazole", 1)) if f.present == "interrupt"]
    assert found.headline.startswith("efavirenz lowers voriconazole")


def test_sglt2_inhibitors_are_said_to_lower_lithium():
    assert {f.code.code for f in told(order("empagliflozin", 0), order("lithium", 1))} == {"interaction-exposure-down"}


def test_no_advice_recommends_the_drug_that_it_forbids():
    (found,) = [f for f in told(order("rifabutin", 0), order("darunavir", 1)) if f.present == "interrupt"]
    assert "150 mg" in found.advice
    assert "Do not combine" not in found.advice
