import re
from openward.domain.code import Concept
from openward.domain.evidence import InputEvidence
from openward.record.chart import Measure
from openward.services.prescription_review.drugs import DoseInUse, DrugInUse
from openward.services.prescription_review.naming import resolved
from openward.services.prescription_review.routes import way_in_words

N = {"once": 1, "twice": 2, "three": 3}


def drug_of_sentence(text, path, place):
    route, given = way_in_words(text)
    m = re.search(r"([\d.]+) ?(mg|g|ug|mcg)\b", text)
    f = re.search(r"(once|twice|three times) (?:daily|a day)", text)
    h = re.search(r"every (\d+) ?h", text)
    am = Measure(float(m[1]), m[2]) if m else None
    per = float(N[f[1].split()[0]]) if f else 24 / float(h[1]) if h else None
    daily = Measure(am.value * per, am.unit) if am and per else None
    return DrugInUse(
        label=text,
        ingredients=resolved(Concept(text=text)).ids,
        route=route,
        given=given,
        is_order=True,
        order=place,
        current=None,
        reference=path,
        evidence=(InputEvidence(path, text),),
        dose=DoseInUse(amount=am, per_day=per, daily=daily, interval_h=24 / per if per else None),
    )
