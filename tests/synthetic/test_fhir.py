"""What is written is valid FHIR, judged by another people's models of it."""

from importlib import import_module

import orjson
from tests.synthetic.charts import AS_OF, SEED

from openward.synthetic import generate


def valid(resource: dict) -> bool:
    name = resource["resourceType"]
    model = getattr(import_module(f"fhir.resources.R4B.{name.lower()}"), name)
    return bool(model.model_validate_json(orjson.dumps(resource)))


def test_every_resource_of_every_story_is_valid(chart):
    assert all(valid(resource) for resource in chart.resources)


def test_the_hospital_itself_is_valid():
    assert all(valid(orjson.loads(body)) for body in generate(0, seed=SEED, as_of=AS_OF))


def test_every_concept_has_words_and_a_translation_into_the_other_language(chart):
    for resource in chart.of("Condition", "Procedure", "Immunization", "MedicationRequest", "MedicationStatement"):
        field = {"Immunization": "vaccineCode", "Condition": "code", "Procedure": "code"}
        concept = resource[field.get(resource["resourceType"], "medicationCodeableConcept")]
        other = concept["_text"]["extension"][0]["extension"]
        assert concept["text"]
        assert other[1]["valueString"]
        assert other[0]["valueCode"] != chart.filed.story.language
        chinese = concept["text"] if chart.filed.story.language == "zh" else other[1]["valueString"]
        assert any("\u4e00" <= c <= "\u9fff" for c in chinese), chinese


def test_names_are_given_in_both_languages(chart):
    texts = [n["text"] for n in chart.patient["name"]]
    assert len(texts) == 2
    assert sum(any("\u4e00" <= c <= "\u9fff" for c in t) for t in texts) == 1


def test_blood_pressure_is_one_observation_with_two_components(chart):
    for resource in chart.of("Observation"):
        codes = {c["code"] for c in resource["code"].get("coding", ())}
        if "85354-9" in codes:
            parts = {p["code"]["coding"][0]["code"]: p["valueQuantity"]["value"] for p in resource["component"]}
            assert set(parts) == {"8480-6", "8462-4"}
            assert parts["8462-4"] + 15 <= parts["8480-6"]


def test_every_quantity_has_a_ucum_code(chart):
    def walk(value):
        if isinstance(value, dict):
            if "value" in value and isinstance(value["value"], int | float):
                assert value["system"] == "http://unitsofmeasure.org"
                assert value["code"]
                assert value["unit"]
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk([r for r in chart.resources if r["resourceType"] != "Patient"])
