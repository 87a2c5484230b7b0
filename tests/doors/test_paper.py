"""A run on paper: all of it as text, in two languages, on as many pages as it needs."""

import io
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
import pytest
from pypdf import PdfReader
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE
from openward.doors.account import account_of
from openward.doors.faces import CHINESE, LATIN, Faces, faces_of
from openward.doors.lettering import Lettering
from openward.doors.outline import outline
from openward.doors.paper import Printing, paper
from openward.doors.proposals import body_of

ORDERS = ["clarithromycin 500 mg oral twice daily", "ibuprofen 400 mg oral three times daily"]


def embedding():
    """Faces of this machine that a PDF holds."""
    faces = faces_of("")
    if faces == Faces():
        pytest.skip("this machine has no TrueType face with Chinese (scripts/test-services.sh installs one)")
    return faces


@pytest.fixture(scope="module")
def review(house):
    return house.ward.run("prescription-review", {"orders": ORDERS}, patient="p1", language="zh")


def printed(house, run, language="en", faces=None, made=None, **more):
    account = account_of(house.ward, HOUSE, run, language)
    blocks = outline(body_of(run), run.language)
    printing = Printing(language, faces or faces_of(""), made or house.ward.clock.now())
    return paper(account, printing, blocks, **{"patient": "Li Wei", **more})


def fonts_of(pdf):
    """Each font of a PDF by name, with whether the file holds it."""
    held = {}
    for page in PdfReader(io.BytesIO(pdf)).pages:
        for font in page["/Resources"]["/Font"].get_object().values():
            told = font.get_object()
            below = told["/DescendantFonts"][0].get_object() if "/DescendantFonts" in told else told
            described = below.get("/FontDescriptor", {})
            held[told["/BaseFont"]] = "/FontFile2" in (described and described.get_object())
    return held


def text_of(pdf):
    pages = PdfReader(io.BytesIO(pdf)).pages
    return [re.sub(r"\s+", " ", page.extract_text()) for page in pages]


def test_it_says_what_was_found_on_what_evidence_and_what_was_not_checked(house, review):
    text = "".join(text_of(printed(house, review)))
    assert "Prescription review" in text
    assert "not validated here" in text
    assert "Proposed; not signed" in text
    assert "From what was given: Orders, line 1" in text
    assert "Is every order accounted for?" in text
    assert review.id in text
    assert review.proposal_digest in text


def test_it_is_in_chinese_where_the_reader_is(house, review):
    text = "".join(text_of(printed(house, review, "zh"))).replace(" ", "")
    for words in (
        "处方审核",
        "本院尚未验证",
        "患者：LiWei(p1)",
        "每条医嘱是否都已处理？",
        "来自录入内容：医嘱第1行",
        "克拉霉素",
    ):
        assert words in text


def test_units_greek_letters_and_signs_are_right(house):
    report = "Creatinine 208 umol/L (45-84)\nWBC 12.1 10*9/L (3.5-9.5)\nTSH 3.1 uIU/mL (0.4-4.0)"
    pdf = printed(house, house.ward.run("lab-report", {"text": report, "sex": "female"}))
    assert len(text_of(pdf)) >= 1
    signs = "µmol/L ≥ 30 ≤ 5 β → 1.73 m² ×10⁹ ± 中 H₂O"
    for faces in (Faces(), faces_of("")):
        marked = Lettering(faces).marked(signs)
        assert marked.startswith("µmol/L ≥ 30 ≤ 5 β → 1.73 m² ×10<super>9</super> ± <font")
    failed = msgspec.structs.replace(house.ward.run("triage", {"complaint": "cough"}), chart_version=signs)
    assert "µmol/L ≥ 30 ≤ 5 β → 1.73 m² ×109 ± 中 H2O" in "".join(text_of(printed(house, failed)))


def test_a_long_run_goes_on_over_pages_each_with_run_patient_and_number(house):
    many = [f"{drug} {n} mg oral once daily" for n in range(1, 9) for drug in ("warfarin", "aspirin", "digoxin")]
    run = house.ward.run("prescription-review", {"orders": many}, patient="p1")
    pages = text_of(printed(house, run))
    assert len(pages) > 3
    for number, page in enumerate(pages, 1):
        assert run.id in page
        assert f"page {number} of {len(pages)}" in page
        assert "Li Wei (p1)" in page


def test_a_signature_stands_on_it_with_who_when_why_and_what_was_changed(house):
    ward = house.ward
    run = ward.run("prescription-review", {"orders": ORDERS}, patient="p1")
    person = ward.access.identify(house.session())
    _, showing = ward.desk.show(run.id, person)
    body = body_of(run)
    body["orders"][0]["drug"] = "azithromycin 500 mg"
    decision = ward.desk.decide(
        run.id, showing=showing.id, digest=showing.digest, choice="amend", reason="no interaction",
        amended=msgspec.json.encode(body), actor=person, passphrase=PASSPHRASE, door="console",
    )  # fmt: skip
    text = "".join(text_of(printed(house, run)))
    assert "Amended and accepted by Test pharmacist (pharmacist)" in text
    assert "Reason: no interaction" in text
    assert "Orders, line 1, Drug: clarithromycin 500 mg oral twice daily → azithromycin 500 mg" in text
    assert "Signature valid" in text
    assert decision.signature in text.replace(" ", "")


def test_hostile_words_stay_words(house):
    run = house.ward.run("prescription-review", {"orders": ['<b>warfarin</b> <img src="x"> & 5 mg']}, patient="p1")
    assert "<b>warfarin</b>" in "".join(text_of(printed(house, run, patient="<script>alert(1)</script>")))


def test_a_run_that_failed_says_why_and_the_same_run_gives_the_same_paper(house, review):
    from openward.domain.run import Failure

    failed = msgspec.structs.replace(review, status="failed", proposal=None, failure=Failure("X", "no evidence held"))
    made = house.ward.clock.now()
    pdf = printed(house, failed, made=made)
    assert "Failed: no evidence held" in "".join(text_of(pdf))
    assert pdf == printed(house, failed, made=made)


def test_the_terminal_writes_it_too_and_the_trail_notes_it(house, review, tmp_path):
    file, home = tmp_path / "run.pdf", str(house.ward.settings.home)
    command = [sys.executable, "-m", "openward", "--home", home, "runs", review.id, "--pdf", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert review.id in done.stdout
    assert "处方审核" in "".join(text_of(file.read_bytes())).replace(" ", "")
    entries = house.ward.stores.trail.entries(limit=10**6)
    assert b'"run.export"' in bytes(entries[-1].event)


def test_the_file_says_what_it_is_when_it_was_printed_and_in_which_language(house, review):
    made = house.ward.clock.now()
    file = PdfReader(io.BytesIO(printed(house, review, "zh", made=made)))
    assert file.metadata.subject == "处方审核"
    assert abs((file.metadata.creation_date - made).total_seconds()) < 2
    assert file.trailer["/Root"]["/Lang"] == "zh-CN"


def test_it_names_when_the_patient_was_born_and_who_ran_it(house, review):
    text = "".join(text_of(printed(house, review, born="1950-03-02")))
    assert "Li Wei (p1), born 2 Mar 1950" in text
    assert "by the ward itself" in text
    asked = msgspec.structs.replace(review, actor="interview-01M7")
    assert "by an interview with the patient" in "".join(text_of(printed(house, asked)))
    person = msgspec.structs.replace(review, actor=house.pharmacist)
    assert "by Test pharmacist" in "".join(text_of(printed(house, person)))


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_file_holds_every_face_that_it_is_written_in(house, review, language):
    pdf = printed(house, review, language, faces=embedding())
    fonts = fonts_of(pdf)
    assert len(fonts) >= 3
    assert all(fonts.values()), fonts
    assert all(re.match("/[A-Z0-9]{6}[+]", name) for name in fonts), "a part of each face, not all of it"
    assert len(pdf) < 600_000
    assert "克拉霉素" in "".join(text_of(pdf))


def test_without_such_a_face_readers_need_the_chinese_one_by_name(house, review):
    pdf = printed(house, review, "zh", faces=faces_of("", places=["/nowhere/none.ttf"]))
    assert not any(fonts_of(pdf).values())
    assert {"/Helvetica", "/Helvetica-Bold", "/STSong-Light"} <= fonts_of(pdf).keys()
    assert "克拉霉素" in "".join(text_of(pdf)).replace(" ", "")


def test_the_face_that_the_ward_was_told_comes_first(house, review, tmp_path):
    source = next(Path(place) for place in CHINESE if Path(place).is_file()) if embedding() else None
    own = tmp_path / f"own{source.suffix}"
    own.write_bytes(source.read_bytes())
    assert faces_of(str(own)).chinese not in {faces_of("").chinese, Faces().chinese}
    assert all(fonts_of(printed(house, review, "zh", faces=faces_of(str(own)))).values())


def test_files_that_are_no_such_faces_are_passed_over(tmp_path):
    for name, held in {
        "cff.otf": b"OTTO" + bytes(60),
        "torn.ttf": bytes.fromhex("00010000"),
        "text.ttf": b"no",
    }.items():
        (tmp_path / name).write_bytes(held)
    places = [str(path) for path in tmp_path.iterdir()]
    latin = next(plain for plain, bold in LATIN if Path(plain).is_file())
    assert faces_of("", places=[*places, latin]) == Faces()


def test_papers_written_at_the_same_time_do_not_mix(house, review):
    faces, made = embedding(), house.ward.clock.now()
    alone = {language: printed(house, review, language, faces=faces, made=made) for language in ("en", "zh")}
    with ThreadPoolExecutor(4) as pool:
        many = list(pool.map(lambda n: printed(house, review, ("en", "zh")[n % 2], faces=faces, made=made), range(6)))
    assert many == [alone["en"], alone["zh"]] * 3
