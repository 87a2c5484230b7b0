"""A clinician talks with agents: points with evidence, steps, what is held, stop and retry, keys, two languages."""

import pytest
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.models_server import rule, running
from tests.wards import PASSPHRASE, a_house, served

__all__ = ["browser", "page"]
REVIEW = ("prescription-review", {"orders": ["amiodarone 200 mg oral once daily"]})
LIE = "Give warfarin 50 mg."


@pytest.fixture(scope="module")
def models():
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def house(models, tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    models.registered(home, "scripted")
    with a_house(home) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(house):
    with served(house.ward) as url:
        yield url


@pytest.fixture(autouse=True)
def without_a_model(models):
    """Unless a test says otherwise the model fails, and the embedded talker answers."""
    models.script(rule(status=400))


def ask(page, text):
    page.get_by_label("Your question").fill(text)
    page.keyboard.press("Enter")


def answered(page):
    page.locator("details.turn[open] .foot").wait_for()
    return page.locator("details.turn[open]").last


def beside(page, house, person=None):
    sign_in(page, person or house.clinician)
    page.goto("/console/patients/p1?panel=assistant")


def test_an_answer_has_its_points_with_chips_that_light_up_in_the_chart(page, house):
    beside(page, house)
    ask(page, "Give me a summary of this patient")
    turn = answered(page)
    assert "Medications" in turn.inner_text()
    chip = turn.locator("a[data-lights='MedicationRequest/p1-m1']").first
    assert "Warfarin" in chip.inner_text()
    assert "MedicationRequest" not in chip.inner_text(), "the reference stands in the title"
    assert "MedicationRequest/p1-m1" in chip.get_attribute("title")
    chip.hover()
    assert "lit" in (page.locator("[id='MedicationRequest/p1-m1']").first.get_attribute("class") or "")
    picture(page, "assistant")


def test_the_steps_are_one_line_that_opens_and_the_run_is_one_click_away(page, house):
    beside(page, house)
    ask(page, "Check the drugs for interactions.")
    turn = answered(page)
    line = turn.locator("details.steps summary")
    assert "Prescription review" in line.inner_text()
    line.click()
    assert turn.locator("details.steps li").count() > 1
    assert "No large model" in turn.inner_text()
    turn.get_by_role("link", name="How this came about").click()
    page.wait_for_url("**/console/runs/run-*")
    assert page.locator("[data-answer]").count() == 1


def test_of_a_long_answer_three_points_are_shown_and_the_rest_is_folded(page, house):
    beside(page, house)
    page.locator("select[name=agent]").select_option("ward-round-brief")
    ask(page, "brief")
    turn = answered(page)
    visible = turn.locator(".point:visible")
    folded = turn.locator("details.more")
    assert folded.count() > 0
    assert visible.count() < turn.locator(".point").count()
    before = visible.count()
    folded.first.locator("summary").click()
    assert visible.count() > before


def test_a_sentence_that_nothing_supports_is_shown_as_held_with_the_reason(page, house, models):
    models.script(
        rule(role="user", calls=[REVIEW]),
        rule(role="tool", say=f"Amiodarone raises warfarin [1.1]. {LIE}"),
    )
    beside(page, house)
    ask(page, "Can she have amiodarone 200 mg once daily?")
    turn = answered(page)
    held = turn.locator("details.held")
    assert held.count() >= 1
    assert "Held back" in held.first.inner_text()
    assert "supports it" in held.first.inner_text()
    assert LIE not in turn.locator(".point").all_inner_texts()
    assert "the model scripted" in turn.inner_text()
    picture(page, "assistant-held")


def test_who_stops_is_told_so_keeps_the_question_and_can_ask_again(page, house, models):
    models.script(rule(role="user", calls=[REVIEW], pause=30.0))
    beside(page, house)
    ask(page, "Is a slow question answered?")
    page.get_by_role("button", name="Stop").click()
    turn = page.locator("details.turn").last
    turn.get_by_text("You stopped it").wait_for()
    assert "Is a slow question answered?" in turn.inner_text()
    assert page.get_by_role("button", name="Ask", exact=True).is_visible()
    models.script(rule(say="Good morning to you."))
    turn.get_by_role("button", name="Ask again").click()
    answered(page)
    assert "You stopped it" not in turn.inner_text()


def test_a_lost_connection_is_told_and_nothing_is_lost(page, house):
    beside(page, house)
    page.route("**/console/assistant/*/ask", lambda route: route.abort())
    ask(page, "What is the INR?")
    turn = page.locator("details.turn").last
    turn.get_by_text("The connection was lost").wait_for()
    page.unroute("**/console/assistant/*/ask")
    turn.get_by_role("button", name="Ask again").click()
    answered(page)
    assert page.locator("details.turn").count() == 1


def test_a_session_that_ended_leads_to_sign_in_and_back(page, house):
    beside(page, house)
    page.context.clear_cookies()
    ask(page, "What is the INR?")
    page.locator(".turn").get_by_text("Your session has ended").wait_for()
    assert "next=" in page.locator(".turn a.button").get_attribute("href")


def test_enter_chooses_a_word_while_an_input_method_composes_and_sends_afterwards(page, house):
    beside(page, house)
    box = page.get_by_label("Your question")
    box.fill("这位病人")
    box.evaluate(
        "(box) => box.dispatchEvent(new KeyboardEvent('keydown',"
        " { key: 'Enter', isComposing: true, bubbles: true, cancelable: true }))"
    )
    assert page.locator("details.turn").count() == 0
    box.press("Shift+Enter")
    assert page.locator("details.turn").count() == 0
    box.press("Control+Enter")
    assert page.locator("details.turn").count() == 1


def test_the_next_question_folds_the_last_and_suggestions_are_not_repeated(page, house):
    beside(page, house)
    first = page.locator("[data-tries] button").first
    asked = first.inner_text()
    first.click()
    answered(page)
    assert asked not in page.locator("[data-tries] button").all_inner_texts()
    ask(page, "Any allergies?")
    answered(page)
    assert page.locator("details.turn[open]").count() == 1
    assert page.locator("[role=status][data-status]").inner_text().startswith("The answer is there")
    assert page.locator("[role=log]").get_attribute("aria-live") == "off", "an answer is told once, not by its words"


def test_an_answer_is_copied_as_text(page, house):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    beside(page, house)
    ask(page, "Any allergies?")
    answered(page).get_by_role("button", name="Copy").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert "enicillin" in page.evaluate("navigator.clipboard.readText()")


def test_an_agent_is_chosen_as_a_card_and_a_patient_by_name(page, house):
    sign_in(page, house.clinician)
    page.goto("/console/assistant?agent=handover")
    assert "needs a chart" in page.locator("main").inner_text()
    page.get_by_role("searchbox", name="Find a patient").press_sequentially("synth")
    page.locator("#people a").first.click()
    page.wait_for_url("**/console/assistant?agent=handover&patient=p1")
    assert page.locator("select[name=agent]").input_value() == "handover"
    page.get_by_role("link", name="Ward assistant").click()
    assert page.locator("select[name=agent]").input_value() == "ward-assistant"
    ask(page, "Any allergies?")
    assert "enicillin" in answered(page).inner_text()


def test_hostile_words_of_a_person_and_of_a_model_stay_words(page, house, models):
    hostile = "<img src=x onerror='window.pwned = 1'>"
    models.script(rule(say=f"Hello {hostile}"))
    beside(page, house)
    ask(page, hostile)
    answered(page)
    assert hostile in page.locator("details.turn summary").first.inner_text()
    assert page.evaluate("window.pwned") is None
    assert page.locator("details.turn img").count() == 0


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_the_pages_of_the_assistant_are_accessible_and_fit(browser, address, house, locale, scheme, width):
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.clinician)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    page.goto("/console/assistant?patient=p1")
    page.locator("#question").fill("Any allergies?" if locale == "en" else "有没有过敏？")
    page.keyboard.press("Enter")
    page.locator(".foot").wait_for()
    picture(page, f"assistant-{locale}-{scheme}")
    assert serious(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    words = page.locator("main").inner_text()
    assert ("未使用大模型" if locale == "zh-CN" else "No large model") in words
    context.close()
