"""HL7 v2 messages: types of values, escapes, notes, specimens, status, other delimiters."""

import math
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.code import LOINC
from openward.domain.errors import InputError
from openward.services.lab_report.reading import read_hl7

SEGMENTS = (
    r"MSH|^~\&|LIS|LAB|EHR|HOSP|20261120101200+0800||ORU^R01^ORU_R01|1|P|2.5.1",
    "PID|1||X^^^H||TEST^PERSON||19681120|M",
    "OBR|1|||24323-8^CMP^LN|||20261120073500+0800",
    "OBX|1|NM|2160-0^Creatinine^LN^CREA^肌酐^L||212|umol/L^umol/L^UCUM|57-97|H|||F|||20261120073500+0800",
    "NTE|1|L|repeated\\T\\confirmed",
    "NTE|2|L|called \\E\\ at 10:20",
    "OBX|2|SN|10839-9^Troponin I^LN||<^0.01|ng/mL|<0.04||||F",
    "OBX|3|ST|^Potassium||5.9 H|mmol/L|3.5-5.3||||P",
    "OBX|4|CWE|5196-1^HBsAg^LN||260385009^Negative^SCT||Negative|N|||F",
    "OBX|5|TX|^Comment||first line~second \\.br\\line||||||F",
    "OBX|6|NM|2823-3^Potassium^LN||5.9|mmol/L|3.5-5.3|H|||X",
    "OBX|7|SN|^ANA titre||^1^:^320||||||F",
    "SPM|1|||UR^Urine^HL70487|||||||||||||20261120070000",
    "OBX|8|NM|2955-3^Sodium urine^LN||23|mmol/L|||||C",
    "ZZZ|local",
    "garbage",
)  # fmt: skip
MESSAGE = "\r".join(SEGMENTS)
EAST = timezone(timedelta(hours=8))


@pytest.fixture
def panel():
    return read_hl7(MESSAGE)


def test_a_number_is_read_with_all_that_belongs_to_it(panel):
    found = panel.results[0]
    assert (found.name, found.code, found.system, found.value, found.unit) == (
        "Creatinine",
        "2160-0",
        LOINC,
        212,
        "umol/L",
    )
    assert (found.low, found.high, found.flag, found.status) == (57, 97, "H", "final")
    assert found.taken == datetime(2026, 11, 20, 7, 35, tzinfo=EAST)
    assert found.comment == "repeated&confirmed\ncalled \\ at 10:20"


def test_the_types_of_values_are_read(panel):
    by_name = {r.name: r for r in panel.results}
    assert (by_name["Troponin I"].comparator, by_name["Troponin I"].value) == ("<", 0.01)
    assert (by_name["Potassium"].value, by_name["Potassium"].flag, by_name["Potassium"].status) == (
        5.9,
        "H",
        "preliminary",
    )
    assert (by_name["HBsAg"].text, by_name["HBsAg"].interval_text) == ("Negative", "Negative")
    assert by_name["Comment"].text == "first line\nsecond \nline"
    assert by_name["ANA titre"].text == "1:320"


def test_the_specimen_and_its_time_go_to_what_follows(panel):
    found = panel.results[-1]
    assert (found.specimen, found.taken, found.status) == (
        "Urine",
        datetime.fromisoformat("2026-11-20T07:00"),
        "corrected",
    )


def test_what_is_void_or_unknown_comes_back(panel):
    assert [(u.place, u.why) for u in panel.unread] == [
        ("OBX 6 (segment 11)", "the result cannot be obtained"),
        ("segment 15", "a segment that this reader does not use"),
        ("segment 16", "no segment of HL7 v2"),
    ]


def test_the_person_is_read(panel):
    assert panel.person.sex == "male"
    assert panel.person.age_days == (date(2026, 11, 20) - date(1968, 11, 20)).days


def test_a_message_may_name_its_own_delimiters():
    message = "MSH*:%!$*LIS\rOBX*1*NM*2951-2:Sodium:LN**140*mmol/L*136-145"
    assert [(r.name, r.value) for r in read_hl7(message).results] == [("Sodium", 140)]


@pytest.mark.parametrize("number", ["nan", "inf", "1_0", "9" * 400])
def test_what_only_looks_like_a_number_is_words(number):
    for value in (number, f"^{number}"):
        panel = read_hl7(f"MSH|^~\\&|LAB\rOBX|1|SN|^Sodium||{value}|mmol/L\rOBX|2|NM|^Sodium||{value}|mmol/L")
        assert all(r.value is None or math.isfinite(r.value) for r in panel.results)


def test_several_messages_with_block_marks_are_read():
    assert len(read_hl7("\x0b" + MESSAGE + "\r\x1c\r\x0b" + MESSAGE + "\x1c\r").results) == 14


@pytest.mark.parametrize("message", ["", "PID|1", "MSH", "MSH|||||", "MSHaaaaa|"])
def test_what_is_no_message_is_refused(message):
    with pytest.raises(InputError, match="hl7"):
        read_hl7(message)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_no_message_makes_the_reader_fail_in_another_way(text):
    panel = read_hl7("MSH|^~\\&|LAB\r" + text)
    assert all(r.value is not None or r.text for r in panel.results)
    panel = read_hl7("MSH|^~\\&|LAB\rOBX|1|NM|^Sodium||" + text)
    assert len(panel.results) + len(panel.unread) >= 1
