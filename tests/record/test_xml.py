"""FHIR XML in and out: what it says, what is refused, and that nothing changes on the way there and back."""

import json

import pytest
from fhir.resources.R4B import get_fhir_model_class
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.record.fhir import PUBLIC, UUIDS, empty_record, ids, read, refused, taken, the_one

from openward.domain.errors import RecordError
from openward.domain.resource import Incoming
from openward.record.elements import NUMBERS, elements_of
from openward.record.intake import Refused
from openward.record.reading import read_path
from openward.record.xml import NotFhirXmlError, to_json
from openward.record.xml_writing import to_xml

PATIENT = b"""<?xml version="1.0" encoding="UTF-8"?>
<!-- one of our own -->
<Patient xmlns="http://hl7.org/fhir" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
    xsi:schemaLocation="http://hl7.org/fhir patient.xsd">
  <id value="p1"/>
  <text><status value="generated"/>
    <div xmlns="http://www.w3.org/1999/xhtml">Ada &amp; <b xml:lang="en">others</b> &lt;1</div></text>
  <contained><Organization><id value="o"/><active value="false"/></Organization></contained>
  <extension url="urn:qaly"><valueDecimal value="1.50"/></extension>
  <identifier id="i1"><system value="urn:x"/><value value="12&#10;3"/></identifier>
  <active value="true"/>
  <name><family value="Beispiel"><extension url="urn:own"><valueString value="von"/></extension></family>
    <given value="Ada"/><given><extension url="urn:why"><valueCode value="masked"/></extension></given>
    <given value="Eva" id="g3"/></name>
  <birthDate value="1980">
    <extension url="urn:time"><valueDateTime value="1980-01-01T00:00:00Z"/></extension></birthDate>
  <multipleBirthInteger value="2"/>
  <contact><relationship><coding><code value="N"/></coding></relationship></contact>
  <managingOrganization><reference value="#o"/></managingOrganization>
</Patient>
"""

AS_JSON = {
    "resourceType": "Patient",
    "id": "p1",
    "text": {
        "status": "generated",
        "div": '<div xmlns="http://www.w3.org/1999/xhtml">Ada &amp; <b xml:lang="en">others</b> &lt;1</div>',
    },
    "contained": [{"resourceType": "Organization", "id": "o", "active": False}],
    "extension": [{"url": "urn:qaly", "valueDecimal": 1.5}],
    "identifier": [{"id": "i1", "system": "urn:x", "value": "12\n3"}],
    "active": True,
    "name": [
        {
            "family": "Beispiel",
            "_family": {"extension": [{"url": "urn:own", "valueString": "von"}]},
            "given": ["Ada", None, "Eva"],
            "_given": [None, {"extension": [{"url": "urn:why", "valueCode": "masked"}]}, {"id": "g3"}],
        }
    ],
    "birthDate": "1980",
    "_birthDate": {"extension": [{"url": "urn:time", "valueDateTime": "1980-01-01T00:00:00Z"}]},
    "multipleBirthInteger": 2,
    "contact": [{"relationship": [{"coding": [{"code": "N"}]}]}],
    "managingOrganization": {"reference": "#o"},
}


def fhir(inner: str, type: str = "Patient") -> bytes:
    return f'<{type} xmlns="http://hl7.org/fhir">{inner}</{type}>'.encode()


def test_every_part_of_a_resource_is_converted():
    assert json.loads(to_json(PATIENT)) == AS_JSON


def test_decimals_keep_their_digits():
    assert b'"valueDecimal":1.50' in to_json(PATIENT)
    assert b'"valueDecimal":1.50e-3' in to_json(PATIENT.replace(b"1.50", b"1.50e-3"))


def test_the_body_of_what_came_as_xml_is_the_json_made_of_it():
    found = the_one(PATIENT, "p.xml")
    assert (found.type, found.id, found.body, found.source) == ("Patient", "p1", to_json(PATIENT), "p.xml")


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-1"])
def test_the_encoding_that_the_xml_declares_is_obeyed(encoding):
    xml = f'<?xml version="1.0" encoding="{encoding}"?>' + fhir('<name><family value="Ågren"/></name>').decode()
    assert json.loads(to_json(xml.encode(encoding)))["name"][0]["family"] == "Ågren"


def test_another_prefix_is_the_same_namespace():
    xml = b'<f:Patient xmlns:f="http://hl7.org/fhir"><f:gender value="female"/></f:Patient>'
    assert json.loads(to_json(xml)) == {"resourceType": "Patient", "gender": "female"}


def bundle(*entries: str, type: str = "transaction") -> bytes:
    whole = "".join(f"<entry>{e}</entry>" for e in entries)
    return fhir(f'<id value="b"/><type value="{type}"/><total value="2"/>{whole}', "Bundle")


URN = f"urn:uuid:{UUIDS[0]}"
NAMED = f'<fullUrl value="{URN}"/><resource><Patient><gender value="female"/></Patient></resource>'
OBSERVED = (
    '<resource><Observation><id value="o1"/><status value="final"/><code><text value="x"/></code>'
    f'<subject><reference value="{URN}"/></subject></Observation></resource>'
)


def test_a_bundle_in_xml_is_read_entry_by_entry_with_its_references():
    found = taken(bundle(OBSERVED, NAMED), "b.xml")
    assert ids(found) == ["Observation/o1", f"Patient/{UUIDS[0]}"]
    assert [r.source for r in found] == ["b.xml[0]", "b.xml[1]"]
    assert found[0].patient == UUIDS[0]


def test_a_history_in_xml_gives_the_oldest_first():
    newer = OBSERVED.replace("final", "amended")
    found = taken(bundle(newer, OBSERVED, type="history"), "b.xml")
    assert [json.loads(r.body)["status"] for r in found] == ["final", "amended"]


def test_one_wrong_entry_in_xml_is_set_apart_and_the_others_are_read():
    found = read(bundle(NAMED, OBSERVED.replace("<status", "<phase"), OBSERVED), "b.xml")
    assert [type(r) for r in found] == [Refused, Incoming, Incoming]
    wrong = found[0]
    assert isinstance(wrong, Refused)
    assert (wrong.source, b"phase" in wrong.body) == ("b.xml[1]", True)
    assert wrong.reason == "Bundle.entry.resource.Observation: an element stands here that FHIR R4 does not have"


def test_a_large_bundle_in_xml_is_read_from_a_map(monkeypatch):
    from openward.record import files

    monkeypatch.setattr(files, "_IN_MEMORY", 10)
    assert len(taken(bundle(NAMED, OBSERVED), "b.xml")) == 2


BOMB = b"""<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><Patient xmlns="http://hl7.org/fhir"><id value="&c;"/></Patient>"""
OUTSIDE = b"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>
<Patient xmlns="http://hl7.org/fhir"><id value="&e;"/></Patient>"""
DTD = b'<!DOCTYPE Patient SYSTEM "http://example.org/x.dtd"><Patient xmlns="http://hl7.org/fhir"/>'


@pytest.mark.parametrize(
    ("xml", "word"),
    [
        (BOMB, "document type"),
        (OUTSIDE, "document type"),
        (DTD, "document type"),
        (PATIENT[:-20], "malformed"),
        (b"<", "malformed"),
        (b"<Patient/>", "not of http://hl7.org/fhir"),
        (fhir('<gender value="&nbsp;"/>'), "malformed"),
        (fhir("", "Moon"), "no resource type"),
        (fhir("", "Coding"), "no resource type"),
        (fhir("<moon/>"), "does not have"),
        (fhir('<gender code="x"/>'), "attribute"),
        (fhir("loose text"), "text stands"),
        (fhir("<active value='1'/>"), "'true' or 'false'"),
        (fhir("<multipleBirthInteger value='+2'/>"), "not a number"),
        (fhir("<multipleBirthInteger value='NaN'/>"), "not a number"),
        (fhir("<gender value='male'/><gender value='female'/>"), "more than once"),
        (fhir("<contained><Patient/><Patient/></contained>"), "not one resource"),
        (fhir("<text><div xmlns='urn:x'/></text>"), "not of"),
        (fhir("<text><div xmlns='http://www.w3.org/1999/xhtml'><x xmlns='urn:x'/></div></text>"), "no XHTML"),
        (b"<a>" * 5000, "deep"),
        (b'<?xml version="1.0" encoding="x-none"?><a/>', "encoding"),
    ],
)
def test_hostile_or_wrong_xml_is_set_apart_whole(xml, word):
    (found,) = refused(xml, "x.xml")
    assert (found.source, found.body) == ("x.xml", xml)
    assert word in found.reason
    assert "passwd" not in found.reason


def test_what_the_views_refuse_is_set_apart_as_json():
    (found,) = refused(fhir('<id value="not legal"/>'), "x.xml")
    assert (found.reason[:6], json.loads(found.body)) == ("the id", {"resourceType": "Patient", "id": "not legal"})


@given(st.binary(max_size=200))
def test_any_bytes_after_an_angle_bracket_raise_nothing(data):
    for found in read(b"<" + data, "x.xml"):
        assert isinstance(found, Incoming | Refused)


@given(st.data())
def test_xml_broken_anywhere_raises_nothing(data):
    at = data.draw(st.integers(0, len(PATIENT) - 1))
    broken = PATIENT[:at] + data.draw(st.binary(max_size=2)) + PATIENT[at + data.draw(st.integers(0, 2)) :]
    for found in read(broken, "x.xml"):
        assert isinstance(found, Incoming | Refused)


# Out.


def test_xml_goes_out_as_it_would_come_in():
    assert json.loads(to_json(to_xml(to_json(PATIENT)))) == AS_JSON
    assert b'<valueDecimal value="1.50"' in to_xml(to_json(PATIENT))


def test_elements_go_out_in_the_order_of_the_specification():
    xml = to_xml(b'{"gender":"female","active":true,"id":"p","resourceType":"Patient"}')
    assert xml.index(b"<id") < xml.index(b"<active") < xml.index(b"<gender")


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'{"resourceType":"Moon"}',
        b'{"resourceType":"Patient","moon":1}',
        b'{"resourceType":"Patient","active":"true"}',
        b'{"resourceType":"Patient","gender":1}',
        b'{"resourceType":"Patient","multipleBirthInteger":"2"}',
        b'{"resourceType":"Patient","name":{}}',
        b'{"resourceType":"Patient","gender":["male"]}',
        b'{"resourceType":"Patient","contact":[1]}',
        b'{"resourceType":"Patient","_gender":1}',
        b'{"resourceType":"Patient","gender":"\\u0001"}',
        b'{"resourceType":"Patient","text":{"div":"<x"}}',
        b'{"resourceType":"Patient","text":{"div":"<!DOCTYPE a [<!ENTITY b \\"c\\">]><div>&b;</div>"}}',
        b'{"resourceType":"Patient","contained":[{}]}',
        b'{"resourceType":"Patient","x":' + b"[" * 50_000,
    ],
)
def test_what_has_no_place_in_xml_is_an_error(body):
    with pytest.raises(RecordError):
        to_xml(body)


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff"), min_size=1, max_size=8
)
DECIMALS = st.decimals(allow_nan=False, allow_infinity=False, places=2, min_value=-999, max_value=999)


def primitives(type: str) -> st.SearchStrategy[object]:
    if type == "boolean":
        return st.booleans()
    if type == "decimal":
        return DECIMALS.map(float)
    return st.integers(0, 999) if type in NUMBERS else TEXT


@st.composite
def members(draw, type: str, depth: int) -> dict[str, object]:
    made: dict[str, object] = {}
    known = elements_of(type)
    for name in draw(st.lists(st.sampled_from(sorted(known)), max_size=5, unique=True)):
        element = known[name]
        if element.primitive:
            value = primitives(element.type)
        elif depth and element.type not in {"xhtml", "Resource"}:
            value = members(element.type, depth - 1).filter(bool)
        else:
            continue
        made[name] = draw(st.lists(value, min_size=1, max_size=2) if element.many else value)
        if element.primitive and not element.attribute and not element.many and draw(st.booleans()):
            made[f"_{name}"] = {"extension": [{"url": "urn:x", "valueString": draw(TEXT)}]}
    return made


@settings(max_examples=150, deadline=None)
@given(
    st.data(),
    st.sampled_from(["Patient", "Observation", "MedicationRequest", "Claim", "Bundle", "Questionnaire", "Task"]),
)
def test_any_resource_goes_out_as_xml_and_comes_back_the_same(data, type):
    made = {"resourceType": type, **data.draw(members(type, 3))}
    assert json.loads(to_json(to_xml(json.dumps(made).encode()))) == made


@pytest.mark.skipif(not PUBLIC.is_dir(), reason=f"the public cases are not at {PUBLIC}")
def test_real_resources_survive_xml_and_another_library_reads_them_alike():
    seen: dict[str, int] = {}
    for path in sorted(PUBLIC.glob("*.json.gz"))[:5]:
        for found in read_path(path):
            assert isinstance(found, Incoming)
            seen[found.type] = seen.get(found.type, 0) + 1
            if seen[found.type] > 25:
                continue
            back = json.loads(to_json(to_xml(found.body)))
            wanted = json.loads(found.body)
            assert {k: v for k, v in back.items() if k != "text"} == {k: v for k, v in wanted.items() if k != "text"}
            if seen[found.type] <= 3:
                get_fhir_model_class(found.type).model_validate(back)
    assert len(seen) > 15


def test_another_library_finds_our_conversion_right():
    model = get_fhir_model_class("Patient").model_validate(json.loads(to_json(PATIENT)))
    assert model.name[0].given == ["Ada", None, "Eva"]
    assert str(model.extension[0].valueDecimal) == "1.5"


def test_an_import_of_xml_is_counted_like_any_other():
    report = empty_record().import_bytes("b.xml", bundle(NAMED, OBSERVED))
    assert (report.resources, report.refused, report.assigned) == (2, 0, 1)


def test_to_json_wants_one_resource():
    with pytest.raises(NotFhirXmlError):
        to_json(b"")
