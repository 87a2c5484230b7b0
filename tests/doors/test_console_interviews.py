"""The link to an interview: made for nobody who is not there, and a number that is none is asked for once more."""

import re

import httpx
import pytest

INVITE = "/console/interviews/triage"
REFUSED = {"en": "This number cannot be used", "zh-CN": "无法使用这个数值"}


@pytest.fixture(scope="module")
def clinician(address, house):
    cookies = {"openward_session": house.session()}
    with httpx.Client(base_url=address, cookies=cookies, follow_redirects=True, timeout=60) as client:
        yield client


def invitations(house):
    return [entry for entry in house.ward.stores.trail.entries() if b'"interview.invite"' in bytes(entry.event)]


def link(clinician):
    return re.search(r"/i/[\w.~-]+", clinician.post(INVITE).text)[0]


def test_no_link_is_made_for_a_patient_who_is_not_in_the_record(clinician, house):
    before = invitations(house)
    told = clinician.post(INVITE, data={"patient": "nobody-here"})
    assert told.status_code == 404
    assert "/i/" not in told.text
    assert invitations(house) == before


def test_a_link_that_is_refused_leaves_no_interview_behind(clinician, house):
    before = invitations(house)
    assert clinician.post(INVITE, headers={"Host": "evil.example"}).status_code == 421
    assert invitations(house) == before
    assert clinician.post(INVITE, data={"patient": "p1"}).status_code == 200
    assert len(invitations(house)) == len(before) + 1


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_a_number_that_is_none_is_refused_in_words_and_asked_for_again(clinician, language):
    here, said = link(clinician), {"Accept-Language": language}
    page = clinician.post(here, data={"complaint": "cough"}, headers=said).text
    while 'name="kind" value="number"' not in page:
        assert 'name="question"' in page
        page = clinician.post(here, data={"value": "no", "kind": "yes-no"}, headers=said).text
    asked = re.search(r'name="question" value="([^"]+)"', page)[1]
    for words in ("nan", "inf", "-1", "many"):
        again = clinician.post(here, data={"question": asked, "kind": "number", "value": words}, headers=said)
        assert REFUSED[language] in again.text
        assert f'name="question" value="{asked}"' in again.text
        assert ">nan<" not in again.text
    after = clinician.post(here, data={"question": asked, "kind": "number", "value": "3"}, headers=said).text
    assert REFUSED[language] not in after
    assert f'name="question" value="{asked}"' not in after


@pytest.mark.parametrize(("language", "said"), [("en", "Question 1 of at most 12"), ("zh-CN", "第 1 题（最多 12 题）")])
def test_who_answers_knows_how_many_questions_there_are_at_most(clinician, language, said):
    page = clinician.post(link(clinician), data={"complaint": "cough"}, headers={"Accept-Language": language}).text
    assert said in page


def test_the_page_of_a_link_names_the_patient_by_name(clinician):
    page = clinician.post(INVITE, data={"patient": "p1"}).text
    assert re.search(r'<p class="big">Synthetic Example', page)


def test_the_last_page_for_thoughts_of_suicide_names_company_and_a_help_line(clinician):
    page = clinician.post(
        link(clinician), data={"complaint": "最近不想活了"}, headers={"Accept-Language": "zh-CN"}
    ).text
    assert all(words in page for words in ("不要独处", "12356", "再次拨打120", "想死的念头"))
    assert "几天内没有好转" not in page
