"""The desk by keys alone: accept, amend, reject, two persons, several at once, time that runs out, a lost session."""

import json

import httpx
import msgspec
import pytest
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.wards import PASSPHRASE, a_house, bearer, served

from openward.access.access import HOUSE
from openward.doors.cli.template import write_service
from openward.review.signature import genuine

__all__ = ["browser", "page"]
TALK = """Doctor: What brings you in today?
Patient: I have had a cough and a fever for three days.
Doctor: Any chest pain?
Patient: No chest pain.
"""


def planted(home, name, **card):
    """A service whose card says who signs it."""
    path = write_service(name, home / "services") / "card.toml"
    text = path.read_text()
    for key, value in card.items():
        told = [line for line in text.splitlines() if line.startswith(f"{key} = ")]
        text = text.replace(told[0], f'{key} = "{value}"') if told else f'{key} = "{value}"\n{text}'
    path.write_text(text)


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    home = tmp_path_factory.mktemp("home")
    planted(home, "double-check", risk="drives", signs="pharmacist", countersigns="pharmacist")
    planted(home, "quiet-note", risk="informs", signs="clinician")
    with a_house(home, showing_minutes=10) as opened:
        for id, name, role in (("c.second", "Second Person", "pharmacist"), ("e.nurse", "Nurse", "nurse")):
            opened.ward.access.add_person(HOUSE, id=id, name=name, role=role, passphrase=PASSPHRASE)
        yield opened


@pytest.fixture(scope="module")
def address(house):
    with served(house.ward) as url:
        yield url


def review(house, drug="amoxicillin"):
    return house.ward.run("prescription-review", {"orders": [f"{drug} 500 mg oral three times daily"]}, patient="p1")


def decision(house, run):
    found = house.ward.stores.runs.decision(run.id)
    assert found is None or genuine(found, house.ward.signer.verify)
    return found


def press(page, *keys):
    for key in keys:
        page.keyboard.press(key)


def sign(page):
    """Types the passphrase where the focus is, and signs."""
    assert page.evaluate("document.activeElement.name") == "passphrase"
    page.keyboard.type(PASSPHRASE)
    page.keyboard.press("Enter")
    page.locator("[data-done]").wait_for()


def of(run):
    return f"[data-decision][data-run='{run.id}']"


def test_one_key_the_passphrase_and_the_next_one_opens(page, house):
    older, newer = review(house), review(house, "doxycycline")
    sign_in(page, house.pharmacist)
    page.goto("/console/desk")
    assert page.locator("[data-queue] [aria-current]").get_attribute("data-run") == older.id
    assert "Synthetic Example" in page.locator("[data-queue] [aria-current]").inner_text()
    picture(page, "desk")
    press(page, "a")
    sign(page)
    assert decision(house, older).choice == "accept"
    page.locator(of(newer)).wait_for()
    assert "Accepted and signed. 1 left." in page.locator("[data-done]").inner_text()


def test_the_decision_is_in_view_while_the_proposal_is_read(browser, address, house):
    run = review(house, "clarithromycin")
    for window in ({"width": 1280, "height": 860}, {"width": 390, "height": 844}):
        page = browser.new_context(base_url=address, locale="en", viewport=window).new_page()
        sign_in(page, house.pharmacist)
        page.goto(f"/console/desk?run={run.id}")
        for where in ("0", "document.body.scrollHeight / 2"):
            page.evaluate(f"scrollTo(0, {where})")
            place = page.get_by_role("radio", name="Accept").bounding_box()
            assert 0 < place["y"] < window["height"] - 20
        page.context.close()


@pytest.mark.parametrize("size", [(640, 430), (1280, 600), (320, 640), (390, 844)])
def test_the_decision_leaves_the_window_to_the_proposal_and_hides_no_focus(browser, address, house, size):
    run, (width, height) = review(house, "clarithromycin"), size
    page = browser.new_context(base_url=address, locale="en", viewport={"width": width, "height": height}).new_page()
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    page.keyboard.press("r")
    page.locator(".decision .pick").first.wait_for()
    bar = page.locator(".decision").bounding_box()
    assert bar["height"] <= 0.31 * height
    assert page.evaluate("document.documentElement.scrollWidth") == width
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("e")
    field = page.locator(":focus").bounding_box()
    assert field["y"] + field["height"] <= page.locator(".decision").bounding_box()["y"]
    page.context.close()


def test_at_four_times_the_size_the_decision_stands_below_and_comes_when_it_is_chosen(browser, address, house):
    run = review(house, "clarithromycin")
    page = browser.new_context(base_url=address, locale="en", viewport={"width": 320, "height": 256}).new_page()
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    page.locator("[data-decision]").wait_for()
    assert page.locator("[data-decision]").bounding_box()["y"] > 256
    page.keyboard.press("a")
    field = page.locator("[name=passphrase]:focus").bounding_box()
    assert 0 <= field["y"] <= 256 - field["height"]
    page.context.close()


def test_a_reason_is_one_key_and_the_queue_is_walked_without_reading_it_anew(page, house):
    review(house, "warfarin"), review(house, "ibuprofen")
    sign_in(page, house.pharmacist)
    page.goto("/console/desk")
    queue = page.locator("[data-queue] a[data-run]").evaluate_all("all => all.map((one) => one.dataset.run)")
    first, second = (house.ward.stores.runs.get(run) for run in queue[:2])
    read = len(house.ward.trail.entries(what="queue.read", limit=1000))
    press(page, "j")
    page.locator(of(second)).wait_for()
    assert page.url.endswith(f"run={second.id}")
    press(page, "k")
    page.locator(of(first)).wait_for()
    assert len(house.ward.trail.entries(what="queue.read", limit=1000)) == read
    press(page, "r", "2")
    sign(page)
    told = decision(house, first)
    assert (told.choice, told.reason) == ("reject", "The patient tolerated it before")
    page.locator(of(second)).wait_for()


def test_the_gravest_is_first_then_who_waits_longest(page, house):
    fine, grave = review(house, "metformin"), review(house, "clarithromycin")
    later = review(house, "clarithromycin")
    sign_in(page, house.pharmacist)
    page.goto("/console/desk?service=prescription-review")
    queue = page.locator("[data-queue] a[data-run]").evaluate_all("all => all.map((one) => one.dataset.run)")
    assert queue.index(grave.id) < queue.index(later.id) < queue.index(fine.id)
    assert "Gravest first" in page.locator(".queue-order").inner_text()


def test_escape_takes_a_choice_back(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "a", "Escape")
    assert not page.get_by_label("Your passphrase").is_visible()
    assert page.evaluate("document.activeElement.value") == "accept"
    press(page, "r")
    page.get_by_placeholder("Why (required)").fill("no need")
    press(page, "Tab")
    sign(page)
    assert decision(house, run).reason == "no need"


def test_what_is_chosen_shows_in_words_and_a_mark_and_not_by_its_background_alone(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    for key, name in (("a", "accept"), ("e", "amend"), ("r", "reject")):
        page.locator("[data-heading]").focus()
        press(page, key)
        assert page.locator(".sign button[name=step]").inner_text().startswith(f"Sign: {name}")
        marks = page.locator(".decision .choice").evaluate_all(
            "all => all.filter((one) => getComputedStyle(one, '::before').content.includes('✓'))"
            ".map((one) => one.querySelector('input').value)"
        )
        assert marks == [name]


def test_after_a_wrong_passphrase_its_field_has_the_focus_and_says_what_is_wrong(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "r", "1")
    page.keyboard.type("not the one")
    press(page, "Enter")
    page.locator("#desk-problem").wait_for()
    field = page.locator("[name=passphrase]:focus")
    field.wait_for()
    assert (field.get_attribute("aria-invalid"), field.get_attribute("aria-describedby")) == ("true", "desk-problem")
    assert field.input_value() == ""
    assert "not the one" not in page.content()
    sign(page)
    assert decision(house, run).choice == "reject"


def test_a_reason_that_lacks_is_told_before_the_passphrase_is_sent(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "r")
    chips = page.locator(".decision .pick").all()
    room = page.locator(".decision").bounding_box()
    for chip in chips:
        box = chip.bounding_box()
        assert box["x"] + box["width"] <= room["x"] + room["width"]
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    press(page, "Enter")
    reason = page.locator("[name=reason]:focus")
    reason.wait_for()
    assert reason.evaluate("field => field.validationMessage") == "To amend or reject, say why."
    assert page.get_by_label("Your passphrase").input_value() == PASSPHRASE
    reason.fill("no need")
    press(page, "Tab", "Enter")
    page.locator("[data-done]").wait_for()
    assert decision(house, run).reason == "no need"


def test_without_script_a_lacking_reason_is_told_at_its_field(browser, address, house):
    run = review(house)
    page = browser.new_context(base_url=address, locale="en", java_script_enabled=False).new_page()
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    page.get_by_role("radio", name="Reject").check()
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_label("Your passphrase").press("Enter")
    assert "say why" in page.get_by_role("alert").inner_text()
    assert page.locator("[name=reason]").get_attribute("aria-invalid") == "true"
    page.context.close()


def test_who_cannot_read_the_proposal_gets_it_in_their_language(browser, address, house):
    run = house.ward.run("prescription-review", {}, patient="p1", language="en")
    page = browser.new_context(base_url=address, locale="zh-CN").new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(house.pharmacist)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("input[name=passphrase]").press("Enter")
    page.wait_for_url("**/console")
    page.goto(f"/console/desk?run={run.id}")
    page.locator(".desk-tongue").get_by_role("button", name="用中文重新运行").click()
    page.get_by_text("已用中文重新运行").wait_for()
    made = house.ward.stores.runs.get(page.locator("[data-decision]").get_attribute("data-run"))
    assert (made.language, made.service, made.patient, made.actor) == ("zh", run.service, "p1", house.pharmacist)
    assert page.locator(".desk-tongue").count() == 0
    assert decision(house, run) is None
    typed = review(house)
    page.goto(f"/console/desk?run={typed.id}")
    assert "service=prescription-review" in page.get_by_role("link", name="用中文重新填写").get_attribute("href")
    page.context.close()


def test_an_amendment_is_made_in_place_and_its_difference_seen_before_it_is_signed(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    route = page.get_by_label("Route")
    was = route.input_value()
    route.fill("by tube")
    page.locator("[data-difference] ins", has_text="by tube").wait_for()
    assert "Route" in page.locator("[data-difference] dt").first.inner_text()
    assert was in page.locator("[data-difference] del").first.inner_text()
    assert "not checked again" in page.locator("[data-difference] dt").last.inner_text()
    picture(page, "desk-amend")
    page.get_by_placeholder("Why (required)").fill("cannot swallow")
    page.get_by_label("Your passphrase").focus()
    sign(page)
    kept = decision(house, run)
    assert [(c.op, c.path) for c in kept.changes] == [
        ("replace", "/orders/0/route"), ("remove", "/doses/0"), ("add", "/not_checked_again/0"),
    ]  # fmt: skip
    assert kept.changes[0].value == "by tube"


def test_items_are_added_and_taken_out(page, house):
    run = house.ward.run(
        "prescription-review", {"orders": ["aspirin 100 mg oral daily", "metformin 500 mg oral daily"]}, patient="p1"
    )
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    page.get_by_label("Take this out").first.check()
    page.get_by_role("button", name="Add").click()
    page.get_by_label("Drug").nth(2).fill("bisoprolol 2.5 mg")
    page.locator("[data-difference] ins", has_text="bisoprolol").first.wait_for()
    page.get_by_placeholder("Why (required)").fill("exchanged")
    page.get_by_label("Your passphrase").focus()
    sign(page)
    body = msgspec.json.decode(decision(house, run).amended)
    orders = body["orders"]
    assert [order["drug"] for order in orders][1:] == ["bisoprolol 2.5 mg"]
    assert len(orders) == 2
    assert not any(part["reference"] == "orders[0]" for dose in body["doses"] for part in dose["given_as"])
    assert body["not_checked_again"] == ["bisoprolol 2.5 mg"]
    page.goto(f"/console/runs/{run.id}")
    assert "not checked again" in page.locator(".run-amended").inner_text().casefold()
    assert "bisoprolol" in page.locator(".run-amended").inner_text()
    assert "before the amendment" in page.locator(".run-before").inner_text()


def test_a_note_is_amended_as_prose_and_its_whole_text_follows(page, house):
    run = house.ward.run("clinical-note", {"dialogue": TALK}, patient="p1")
    sign_in(page, house.clinician)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    field = page.locator("[data-parts] textarea").first
    field.fill(field.input_value() + " Lungs are clear.")
    page.locator("[data-difference] ins", has_text="Lungs are clear.").first.wait_for()
    page.get_by_placeholder("Why (required)").fill("examined")
    page.get_by_label("Your passphrase").focus()
    sign(page)
    assert "Lungs are clear." in msgspec.json.decode(decision(house, run).amended)["draft"]


def test_another_level_of_a_triage_brings_its_name(page, house):
    run = house.ward.run("triage", {"complaint": "sore throat for two days, no fever"}, patient="p1")
    sign_in(page, "e.nurse")
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    page.get_by_label("Level").select_option("urgent")
    page.locator("[data-difference] ins", has_text="Urgent, today").wait_for()
    page.get_by_placeholder("Why (required)").fill("looks ill")
    page.get_by_label("Your passphrase").focus()
    sign(page)
    body = msgspec.json.decode(decision(house, run).amended)
    assert (body["level"], body["level_name"]) == ("urgent", "Urgent, today")


def test_an_agents_letter_is_amended_as_text(page, house):
    said = {"messages": [{"role": "user", "text": "Write the discharge letter."}]}
    run = house.ward.run("discharge-letter", said, patient="p1")
    sign_in(page, house.clinician)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    field = page.locator("[data-parts] textarea").first
    field.fill(field.input_value() + "\nSeen on the ward round.")
    page.locator("[data-difference] ins", has_text="Seen on the ward round.").wait_for()
    page.get_by_placeholder("Why (required)").fill("added")
    page.get_by_label("Your passphrase").focus()
    sign(page)
    assert "Seen on the ward round." in msgspec.json.decode(decision(house, run).amended)["text"]


def test_without_script_the_difference_is_shown_first_and_nothing_typed_is_lost(browser, address, house):
    run = review(house)
    page = browser.new_context(base_url=address, locale="en", java_script_enabled=False).new_page()
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    page.get_by_role("radio", name="Amend").check()
    page.get_by_label("Route").fill("by tube")
    page.get_by_placeholder("Why (required)").fill("cannot swallow")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.locator(".sign").get_by_role("button", name="Sign").click()
    assert "Look at it, then sign" in page.get_by_role("alert").inner_text()
    assert page.locator("[data-difference] ins").first.inner_text() == "by tube"
    assert page.get_by_label("Route").input_value() == "by tube"
    assert page.get_by_placeholder("Why (required)").input_value() == "cannot swallow"
    assert page.get_by_label("Your passphrase").input_value() == ""
    page.get_by_label("Your passphrase").fill("wrong")
    page.locator(".sign").get_by_role("button", name="Sign").click()
    assert "passphrase is missing or wrong" in page.get_by_role("alert").inner_text()
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.get_by_label("Your passphrase").press("Enter")
    assert "Amended and signed" in page.locator("[data-done]").inner_text()
    assert decision(house, run).choice == "amend"
    page.context.close()


def test_a_showing_that_ran_out_is_shown_anew_with_one_key_and_all_that_was_typed(page, house):
    run = review(house)
    page.clock.install()
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    assert "min" in page.locator("[data-left-words]").inner_text()
    before = page.locator("input[name=showing]").input_value()
    press(page, "r")
    page.get_by_placeholder("Why (required)").fill("not now")
    page.clock.fast_forward(11 * 60 * 1000)
    page.get_by_text("Shown too long ago").wait_for()
    press(page, "Escape", "s")
    page.locator("[data-typed]").wait_for(state="attached")
    assert page.locator("input[name=showing]").input_value() != before
    assert page.get_by_placeholder("Why (required)").input_value() == "not now"


def test_who_comes_second_is_told_who_decided_and_gets_the_next_one(browser, address, house):
    review(house, "doxycycline")
    contested = review(house, "cefuroxime")
    pages = []
    for person in (house.pharmacist, "c.second"):
        page = browser.new_context(base_url=address, locale="en").new_page()
        sign_in(page, person)
        page.goto(f"/console/desk?run={contested.id}")
        pages.append(page)
    following = pages[1].locator("[data-decision] [name=following]").input_value()
    press(pages[0], "a")
    sign(pages[0])
    press(pages[1], "r", "1")
    pages[1].keyboard.type(PASSPHRASE)
    press(pages[1], "Enter")
    told = pages[1].get_by_role("alert")
    told.wait_for()
    assert "Test pharmacist accepted this at" in told.inner_text()
    assert "Your decision was not taken" in told.inner_text()
    assert following not in {"", contested.id}
    assert pages[1].locator("[data-decision]").get_attribute("data-run") == following
    assert decision(house, contested).person == house.pharmacist
    for page in pages:
        page.context.close()


def test_a_session_that_ended_comes_back_to_what_was_typed_without_the_passphrase(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "r")
    page.get_by_placeholder("Why (required)").fill("a long thought")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    page.context.clear_cookies()
    press(page, "Enter")
    page.wait_for_url("**/console/sign-in?next=*")
    assert PASSPHRASE not in page.evaluate("JSON.stringify(sessionStorage)")
    page.get_by_label("Your id").fill(house.pharmacist)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator("[data-typed]").wait_for(state="attached")
    assert page.get_by_placeholder("Why (required)").input_value() == "a long thought"
    assert page.get_by_label("Your passphrase").input_value() == ""
    assert page.evaluate("sessionStorage.length") == 0
    assert decision(house, run) is None


def test_what_another_person_typed_is_not_brought_back(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "r")
    page.get_by_placeholder("Why (required)").fill("a private thought")
    page.get_by_label("Your passphrase").fill("any")
    page.context.clear_cookies()
    press(page, "Enter")
    page.wait_for_url("**/console/sign-in?next=*")
    page.get_by_label("Your id").fill("c.second")
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.locator(of(run)).wait_for()
    assert page.get_by_placeholder("Why (required)").input_value() == ""
    page.wait_for_function("sessionStorage.length === 0")
    assert page.get_by_placeholder("Why (required)").input_value() == ""


def test_two_persons_agree_to_the_same_amended_bytes(browser, address, house):
    run = house.ward.run("double-check", {}, patient="p1")
    pages = {}
    for person in (house.pharmacist, "c.second"):
        pages[person] = browser.new_context(base_url=address, locale="en").new_page()
        sign_in(pages[person], person)
    first, second = pages.values()
    first.goto(f"/console/desk?run={run.id}")
    press(first, "e")
    first.get_by_label("Recorded").fill("7")
    first.locator("[data-difference] ins", has_text="7").wait_for()
    first.get_by_placeholder("Why (required)").fill("counted by hand")
    first.get_by_label("Your passphrase").focus()
    sign(first)
    assert "waits for another person" in first.locator("[data-done]").inner_text()
    assert decision(house, run) is None
    first.goto(f"/console/desk?run={run.id}")
    assert "You signed this first" in first.get_by_role("alert").inner_text()
    assert first.locator("[data-decision]").count() == 0
    second.goto("/console/desk")
    assert "second signature" in second.locator(f"[data-queue] [data-run='{run.id}']").inner_text()
    second.goto(f"/console/desk?run={run.id}")
    told = second.locator(".desk-first").inner_text()
    assert "counted by hand" in told
    assert "7" in second.locator(".desk-first ins").inner_text()
    assert second.get_by_role("radio", name="Amend").count() == 0
    picture(second, "desk-second")
    press(second, "a")
    sign(second)
    kept = decision(house, run)
    assert (kept.choice, kept.person, kept.first.person) == ("amend", "c.second", house.pharmacist)
    for one in pages.values():
        one.context.close()


def test_the_second_person_is_asked_for_over_http_too(house, address):
    run = house.ward.run("double-check", {}, patient="p1")
    choices = {"choice": "accept", "passphrase": PASSPHRASE}
    for person in (house.pharmacist, "c.second"):
        with httpx.Client(base_url=address, headers=bearer(house.session(person)), timeout=30) as client:
            shown = client.post(f"/v1/runs/{run.id}/showing").json()
            named = {"showing": shown["showing"]["id"], "digest": shown["showing"]["digest"]}
            answer = client.post(f"/v1/runs/{run.id}/decision", json=choices | named)
            assert answer.status_code == 201, answer.text
            assert client.post(f"/v1/runs/{run.id}/showing").status_code == 409
            detail = client.get(f"/v1/runs/{run.id}").json()
        if person == house.pharmacist:
            assert (answer.json()["awaits"], detail["decision"]) == ("pharmacist", None)
            assert detail["first"]["person"] == person
    assert detail["decision"]["first"]["person"] == house.pharmacist
    assert detail["first"] is None


def test_what_only_informs_is_signed_together_each_for_itself(page, house):
    runs = [house.ward.run("quiet-note", {}, patient="p1") for _ in range(3)]
    sign_in(page, house.clinician)
    page.goto("/console/desk")
    page.get_by_role("link", name="Several at once: Quiet note").click()
    assert page.locator(".several-one").count() == 3
    assert page.get_by_role("checkbox", checked=True).count() == 0
    page.get_by_role("button", name="Tick all").click()
    page.get_by_role("checkbox").last.uncheck()
    page.get_by_text("2 ticked").wait_for()
    page.get_by_role("radio", name="Accept").check()
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    picture(page, "desk-together")
    page.keyboard.press("Enter")
    page.get_by_text("2 signed.").wait_for()
    kept = [decision(house, run) for run in runs]
    assert [one is not None for one in kept] == [False, True, True]
    assert len({one.showing for one in kept if one}) == 2


def test_what_drives_care_is_not_offered_together_and_refused_when_asked(house, address, page):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto("/console/desk")
    assert page.get_by_role("link", name="Several at once").count() == 0
    shown = house.ward.desk.show(run.id, house.ward.access.identify(house.session()))[1]
    form = {
        f"pick/{run.id}": "on", f"showing/{run.id}": shown.id, f"digest/{run.id}": shown.digest, "choice": "accept",
        "passphrase": PASSPHRASE, "service": "prescription-review",
    }  # fmt: skip
    cookies = {"openward_session": house.session()}
    answer = httpx.post(f"{address}/console/desk/together", data=form, cookies=cookies, headers={"Origin": address})
    assert answer.status_code == 409
    assert decision(house, run) is None


def test_the_queue_of_one_service(page, house):
    review(house)
    house.ward.run("double-check", {}, patient="p1")
    sign_in(page, house.pharmacist)
    page.goto("/console/desk")
    page.locator("[data-filter] select").select_option("double-check")
    page.wait_for_url("**/console/desk?service=double-check")
    titles = page.locator("[data-queue] a").all_inner_texts()
    assert titles
    assert all("Double check" in told for told in titles)
    page.goto("/console/desk?service=nothing")
    assert "other services may" in page.locator("main").inner_text()


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_the_desk_in_each_state_is_accessible_and_fits(browser, address, house, locale, scheme, width):
    house.ward.run("quiet-note", {}, patient="p1")
    runs = {house.pharmacist: review(house), house.clinician: house.ward.run("clinical-note", {"dialogue": TALK})}
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    faults, page = {}, context.new_page()
    for person, run in runs.items():
        context.clear_cookies()
        page.goto("/console/sign-in")
        page.locator("input[name=person]").fill(person)
        page.locator("input[name=passphrase]").fill(PASSPHRASE)
        page.locator("input[name=passphrase]").press("Enter")
        page.wait_for_url("**/console")
        for choice in ("", "a", "e", "r"):
            page.goto(f"/console/desk?run={run.id}")
            page.keyboard.press(choice or "Shift")
            picture(page, f"desk-{person}-{choice}-{locale}")
            faults[person, choice] = serious(page), page.evaluate("document.documentElement.scrollWidth") > width
    page.goto("/console/desk/together?service=quiet-note")
    faults["together"] = serious(page), page.evaluate("document.documentElement.scrollWidth") > width
    context.close()
    assert {at: found for at, found in faults.items() if found != ([], False)} == {}


def test_hostile_text_is_only_text_in_form_and_difference(page, house):
    hostile = "</textarea><img src=x onerror='window.pwned = 1'>"
    run = house.ward.run("clinical-note", {"dialogue": f"Patient: I have a cough {hostile}.\n"}, patient="p1")
    sign_in(page, house.clinician)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    page.locator("[data-parts] textarea").first.fill(hostile)
    page.locator("[data-difference] ins").first.wait_for()
    assert page.evaluate("window.pwned") is None


def test_a_body_that_cannot_be_is_told_and_nothing_is_decided(page, house):
    run = review(house)
    sign_in(page, house.pharmacist)
    page.goto(f"/console/desk?run={run.id}")
    press(page, "e")
    page.get_by_text("For experts").click()
    field = page.get_by_label("For experts: the whole body as JSON")
    for text, told in (("{", "cannot be read"), ("{}", "does not fit"), (json.dumps({"orders": 1}), "does not fit")):
        field.fill(text)
        page.locator("[data-difference]", has_text=told).wait_for()
    page.get_by_placeholder("Why (required)").fill("x")
    page.get_by_label("Your passphrase").fill(PASSPHRASE)
    press(page, "Enter")
    page.get_by_role("alert").first.wait_for()
    assert decision(house, run) is None
