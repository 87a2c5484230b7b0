"""What tells who a patient is does not leave the house, and comes back whole."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.model import ChatRequest, Message, ToolCall
from openward.models.masking import Masking, Uncovering

WHO = ("张三丰", "José García", "John van der Berg", "MRN-0012345", "13800138000")


@pytest.mark.parametrize(
    "text",
    [
        "张三丰", "张 三 丰", "张·三丰", "三丰", "张先生", "张某某",
        "José García", "jose garcia", "JOSE", "Garcia", "García, José",
        "Berg", "john", "John van der Berg",
        "MRN-0012345", "MRN 0012345", "mrn0012345", "MRN-00 12345",
        "138 0013 8000", "138-0013-8000", "１３８００１３８０００",
    ],
)  # fmt: skip
def test_what_is_known_of_a_patient_is_covered_however_it_is_written(text):
    masking = Masking(WHO)
    whole = f"Seen today: {text}. BP 145/90."
    covered = masking.cover(whole)
    left = covered.replace("先生", "").replace("某某", "")
    assert text.split("先")[0].split("某")[0] not in left
    assert "BP 145/90" in covered
    assert masking.uncover(covered) == whole


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example.com", "https://hospital.example/p/17?x=1", "+86 138 0013 8000", "(0311) 555-1234", "555-123-4567",
        "11010119900307123X", "123-45-6789", "住院号：A-30918", "MRN: 4711",
        "Mr. Smith", "Dr Ann Jones", "姓名：王小明",
        "2026-03-02", "2026年3月2日", "3 March 2026", "Mar 3, 2026", "03/02/2026", "patient name: Ada Byron", "床号 12",
    ],
)  # fmt: skip
def test_what_has_a_form_is_covered_without_being_known(text):
    masking = Masking()
    covered = masking.cover(f"x {text} y")
    assert masking.places == 1
    assert covered != f"x {text} y"
    assert masking.uncover(covered) == f"x {text} y"


@pytest.mark.parametrize(
    "text",
    [
        "BP 145/90, Na 141 mmol/L, K 5.9, WBC 5.2 ×10⁹/L, 12.5 mg/kg, 37.2 °C, SpO2 96 %",
        "INR 2-3, 0.9 % NaCl 1000 mL, heparin 100000 IU, 1234567.8 copies/mL, range 135-145",
        "血压 145/90 mmHg，血钾 5.9，3 天前，2 型糖尿病，张力性头痛，入院第 3 天",
        "age 67, in 2024, T4N1M0, HbA1c 7.1, ICD-10 I21.4, grade 3/6, L4-L5, 5-10-15",
    ],
)
def test_what_medicine_needs_stays(text):
    assert Masking(("李四", "Nora Ash")).cover(text) == text


def test_the_same_person_keeps_one_mark_and_two_keep_two():
    masking = Masking(("Ann", "Eve"))
    assert masking.cover("Ann met Eve; Ann left.") == "[WHO_1] met [WHO_2]; [WHO_1] left."


def test_a_name_inside_of_a_word_is_no_name():
    assert Masking(("Ann", "Al")).cover("He cannot take aluminium; Anne can.") == "He cannot take aluminium; Anne can."


def test_arguments_of_tools_are_covered_and_stay_json():
    call = ToolCall(id="1", name="find", arguments='{"name":"Ann \\"Nan\\" Lee","n":[1,{"who":"Ann"}]}')
    request = ChatRequest(messages=(Message(role="assistant", tool_calls=(call,)),))
    masking = Masking(("Ann", "Lee"))
    covered = masking.cover_request(request).messages[0].tool_calls[0]
    assert "Ann" not in covered.arguments
    assert msgspec.json.decode(covered.arguments)["n"][0] == 1
    assert msgspec.json.decode(masking.uncover_call(covered).arguments) == msgspec.json.decode(call.arguments)


@pytest.mark.parametrize("text", ["Sm\u200bith", "Ｓｍｉｔｈ", "smi\u00adth"])
def test_what_hides_a_name_is_seen(text):
    masking = Masking(("Adam Smith",))
    asked = ChatRequest(messages=(Message(role="user", text=f"{text} is ill"),))
    assert masking.tells(masking.cover_request(asked))
    assert not masking.tells(ChatRequest(messages=(Message(role="user", text="smithy"),)))


def test_a_name_in_a_description_of_a_tool_or_in_a_schema_is_seen():
    asked = ChatRequest(messages=(), schema={"description": "about\nSmith"})
    assert Masking(("Smith",)).tells(asked)


@given(st.text(), st.lists(st.text(min_size=2, max_size=12), max_size=4))
def test_masking_is_undone_whole(text, identifiers):
    masking = Masking(identifiers)
    covered = masking.cover(text)
    if "[" not in text:
        assert masking.uncover(covered) == text


@given(st.text(alphabet="ab []_WHO12", max_size=60), st.data())
def test_a_stream_is_uncovered_as_the_whole_is(text, data):
    masking = Masking(("Ann",))
    covered = masking.cover("Ann ") + text
    cuts = sorted(data.draw(st.lists(st.integers(0, len(covered)), max_size=8)))
    uncovering = Uncovering(masking)
    pieces = [covered[a:b] for a, b in zip([0, *cuts], [*cuts, len(covered)], strict=True)]
    shown = "".join(uncovering.add(piece) for piece in pieces) + uncovering.end()
    assert shown == masking.uncover(covered)
