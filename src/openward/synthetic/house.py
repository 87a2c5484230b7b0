"""The hospital around the patients: one organisation, a ward and two doctors for each specialty, written once."""

from collections.abc import Iterator
from typing import Final

from openward.synthetic.catalogue import Json, load_catalogue
from openward.synthetic.story import BACKGROUND, SPECIALTIES

META: Final[Json] = {
    "tag": [
        {
            "system": "http://terminology.hl7.org/CodeSystem/v3-ActReason",
            "code": "HTEST",
            "display": "test health data",
        },
        {"system": "urn:openward:synthetic", "code": "synthetic", "display": "synthetic data, not a real person"},
    ]
}
ORGANIZATION: Final = "demo-hospital"
NAME_EN: Final = "Example Hospital (synthetic)"
NAME_ZH: Final = "示例医院（合成数据）"
DOCTORS_EACH: Final = 2


def _place(specialty: str) -> str:
    return "primary-care" if specialty == BACKGROUND else specialty


def doctor(specialty: str, number: int) -> Json:
    """A reference to the doctor of a specialty who sees patient `number`."""
    return {"reference": f"Practitioner/demo-doctor-{_place(specialty)}-{number % DOCTORS_EACH + 1}"}


def ward(specialty: str) -> Json:
    """A reference to the ward of a specialty."""
    return {"reference": f"Location/demo-ward-{_place(specialty)}"}


def house() -> Iterator[Json]:
    """The resources that all patients share."""
    people = load_catalogue().people
    yield {
        "resourceType": "Organization", "id": ORGANIZATION, "meta": META, "active": True,
        "name": NAME_EN, "alias": [NAME_ZH],
    }  # fmt: skip
    for index, specialty in enumerate(SPECIALTIES):
        words = people.specialties[specialty]
        yield {
            "resourceType": "Location", "id": f"demo-ward-{specialty}", "meta": META, "status": "active",
            "name": f"{words.en} (synthetic)", "alias": [words.zh], "mode": "instance",
            "managingOrganization": {"reference": f"Organization/{ORGANIZATION}"},
        }  # fmt: skip
        for which in range(DOCTORS_EACH):
            at = index * DOCTORS_EACH + which
            yield {
                "resourceType": "Practitioner", "id": f"demo-doctor-{specialty}-{which + 1}", "meta": META,
                "active": True,
                "name": [
                    {"use": "official", "text": f"Dr {people.doctors_en[at]}", "family": people.doctors_en[at]},
                    {"use": "usual", "text": f"{people.doctors_zh[at]}医生"},
                ],
            }  # fmt: skip
