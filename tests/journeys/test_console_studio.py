"""A person who does not code makes an agent: switches, tries, compares, publishes, shares, rolls back, retires."""

import pytest
from tests.journeys.browsing import browser, page, picture, serious, sign_in
from tests.wards import PASSPHRASE

from openward.access.access import HOUSE

__all__ = ["browser", "page"]
ADMIN = "s.admin"


@pytest.fixture(scope="module", autouse=True)
def administrator(house):
    house.ward.access.add_person(HOUSE, id=ADMIN, name="Admin", role="administrator", passphrase=PASSPHRASE)


def keep(page):
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_text("The draft is kept").wait_for()


def press(page, name):
    page.get_by_role("button", name=name, exact=True).click()
    page.wait_for_load_state()


def test_an_agent_is_made_switched_tried_and_published(page, house):
    sign_in(page, ADMIN)
    page.goto("/console/studio")
    page.get_by_label("New agent (id)").fill("my-brief")
    page.get_by_label("Begin").select_option("ward-round-brief")
    press(page, "Make a draft")
    page.wait_for_url("**/console/studio/my-brief")
    page.get_by_role("switch", name="Literature search").check()
    page.locator("input[name='title.en']").fill("My own brief")
    assert page.get_by_text("Changes are not kept yet").is_visible()
    keep(page)
    assert "literature" in house.ward.studio.manifest("my-brief").tools
    assert house.ward.studio.manifest("my-brief").title.en == "My own brief"
    assert house.ward.studio.manifest("my-brief").guide.parts, "what the form does not show stays"
    press(page, "Try the draft")
    page.get_by_role("heading", name="The gate lets it pass").wait_for()
    assert page.locator(".cases li").count() >= 3
    picture(page, "studio-tried")
    press(page, "Publish")
    page.get_by_text("0.1.0 answers now").wait_for()
    assert "my-brief" in house.ward.services


def test_a_new_version_is_compared_published_rolled_back_and_retired(page, house):
    house.ward.studio.clone("ward-round-brief", "next-brief", HOUSE)
    house.ward.studio.publish("next-brief", HOUSE)
    sign_in(page, ADMIN)
    page.goto("/console/studio/next-brief")
    assert "0.1.0 was published already" in page.locator("#gate").inner_text()
    page.locator("input[name=version]").fill("0.2.0")
    page.get_by_role("switch", name="Literature search").check()
    keep(page)
    page.get_by_role("link", name="Compare versions").click()
    assert "+ Literature search and citation check" in page.locator(".changes").inner_text()
    page.get_by_label("Questions").fill("Brief me for this patient")
    page.get_by_label("Find a patient").fill("synth")
    page.get_by_role("button", name="Synthetic Example").press("Enter")
    page.get_by_role("button", name="Without a patient").wait_for()
    assert page.get_by_label("Questions").input_value() == "Brief me for this patient", "what was typed stays"
    assert "p1" not in page.url
    assert page.locator(":focus").inner_text() == "Ask both"
    page.keyboard.press("Enter")
    page.locator(".side .answer").nth(1).wait_for()
    picture(page, "studio-compared")
    page.goto("/console/studio/next-brief")
    press(page, "Publish")
    page.get_by_text("0.2.0 answers now").wait_for()
    page.goto("/console/studio/next-brief")
    press(page, "Let it answer again")
    page.wait_for_url("**#versions")
    assert house.ward.services["next-brief"].card.version == "0.1.0"
    press(page, "Retire")
    assert "next-brief" not in house.ward.services


def test_a_draft_is_talked_to_before_anybody_else_can_and_no_run_is_kept(page, house):
    house.ward.studio.new("drug-help", HOUSE)
    runs = len(house.ward.stores.runs.list(limit=1000))
    sign_in(page, ADMIN)
    page.goto("/console/studio/drug-help")
    page.get_by_label("Your question").fill("Check warfarin 5 mg daily and ibuprofen 400 mg three times a day.")
    page.keyboard.press("Enter")
    page.locator(".foot").wait_for()
    assert "warfarin" in page.locator(".answer").inner_text().lower()
    assert page.get_by_role("link", name="How this came about").count() == 0
    assert len(house.ward.stores.runs.list(limit=1000)) == runs
    assert "drug-help" not in house.ward.services


def test_what_is_wrong_stands_at_its_field_and_nothing_written_is_lost(page, house):
    house.ward.studio.new("wrong-one", HOUSE)
    sign_in(page, ADMIN)
    page.goto("/console/studio/wrong-one")
    page.locator("input[name='title.zh']").fill("")
    page.locator("input[name='title.en']").fill("A new title")
    page.locator("form.drafting").evaluate("(form) => { form.noValidate = true; }")
    page.locator("input[name=steps]").fill("900")
    page.get_by_role("button", name="Keep the draft").click()
    page.get_by_text("what is marked needs another look").wait_for()
    assert page.locator("#fault-title").inner_text() == "Write it in both languages."
    assert page.locator("#fault-steps").inner_text() == "From 1 to 30."
    assert page.locator("input[name='title.en']").input_value() == "A new title"
    assert house.ward.studio.manifest("wrong-one").title.zh != ""


def test_the_gate_says_what_keeps_a_draft_back_before_it_is_tried(page, house):
    house.ward.studio.new("drafting-one", HOUSE)
    sign_in(page, ADMIN)
    page.goto("/console/studio/drafting-one")
    page.get_by_role("radio", name="drafts").check()
    keep(page)
    assert "must name the role that signs" in page.locator("#gate").inner_text()
    assert "must name the role that signs" in page.locator("#part-oversight .fault").inner_text()
    page.locator("select[name=signs]").select_option("pharmacist")
    keep(page)
    assert "Nothing speaks against it" in page.locator("#gate").inner_text()


def test_a_case_is_added_and_taken_away(page, house):
    house.ward.studio.new("cased-one", HOUSE)
    sign_in(page, ADMIN)
    page.goto("/console/studio/cased-one")
    page.locator("details.adding summary").click()
    page.get_by_label("What it shows").fill("Says the name of the drug")
    page.get_by_label("What is asked").fill("Check paracetamol 500 mg oral four times daily.")
    page.get_by_label("The answer must not say").fill("I promise\nno risk at all")
    press(page, "Add a case")
    page.get_by_text("Says the name of the drug").wait_for()
    name, case = house.ward.studio.cases("cased-one")[-1]
    assert case.expect == {"never": ["I promise", "no risk at all"]}
    page.locator("#cases li", has_text="Says the name of the drug").get_by_role("button", name="Take away").click()
    page.wait_for_url("**#cases")
    assert name not in dict(house.ward.studio.cases("cased-one"))


def test_a_page_is_shared_as_link_and_code_and_a_link_is_ended(browser, address, page, house):
    sign_in(page, ADMIN)
    page.goto("/console/studio/pre-consultation")
    page.get_by_label("Good for").select_option("7")
    press(page, "Share as a page")
    link = page.get_by_label("Link").first.input_value()
    page.locator("details.qr summary").first.click()
    assert page.locator(".qr svg").first.is_visible()
    stranger = browser.new_context(locale="en").new_page()
    assert stranger.goto(link).status == 200
    press(page, "End this link")
    assert page.get_by_label("Link").count() == 0
    assert stranger.goto(link).status == 404
    stranger.context.close()


def test_an_agent_that_needs_a_chart_cannot_be_shared_and_the_page_says_why(page):
    sign_in(page, ADMIN)
    page.goto("/console/studio/handover")
    press(page, "Share as a page")
    assert "cannot have a page" in page.get_by_role("alert").inner_text()


def test_a_wrong_manifest_is_told_with_its_line_and_nothing_is_lost(page, house):
    house.ward.studio.new("broken-one", HOUSE)
    sign_in(page, ADMIN)
    page.goto("/console/studio/broken-one")
    page.get_by_text("For experts: the manifest").click()
    written = page.get_by_label("Manifest").input_value().replace("roles:", "rolls:")
    page.get_by_label("Manifest").fill(written)
    press(page, "Keep the manifest")
    assert "line" in page.get_by_role("alert").first.inner_text()
    page.get_by_text("For experts: the manifest").click()
    assert page.get_by_label("Manifest").input_value() == written


def test_an_id_that_is_taken_is_told_on_the_page(page):
    sign_in(page, ADMIN)
    page.goto("/console/studio")
    page.get_by_label("New agent (id)").fill("handover")
    press(page, "Make a draft")
    assert "choose another id" in page.get_by_role("alert").inner_text()


def test_who_is_no_administrator_makes_and_tries_nothing(page, house, address):
    sign_in(page, house.clinician)
    assert page.goto("/console/studio").status == 403
    made = page.request.post(
        f"{address}/console/studio", form={"id": "sneaky", "source": ""}, headers={"Origin": address}
    )
    assert made.status == 403
    said = {"ask": {"messages": [{"role": "user", "text": "hello"}]}}
    asked = page.request.post(f"{address}/console/studio/handover/ask", data=said, headers={"Origin": address})
    assert asked.status == 403


def test_models_say_whether_they_are_ready(page):
    sign_in(page, ADMIN)
    page.goto("/console/models")
    page.locator(".states").get_by_text("ready").wait_for()
    assert "three steps" in page.locator("main").inner_text()
    picture(page, "models")


@pytest.mark.parametrize(("locale", "scheme", "width"), [("en", "light", 1280), ("zh-CN", "dark", 390)])
def test_the_studio_is_accessible_and_fits(browser, address, house, locale, scheme, width):
    if not any(one.id == "seen-one" for one in house.ward.studio.standings()):
        house.ward.studio.clone("ward-assistant", "seen-one", HOUSE)
        house.ward.studio.publish("seen-one", HOUSE)
    context = browser.new_context(
        base_url=address, locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844}, bypass_csp=True
    )
    page = context.new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(ADMIN)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    faults, widths = {}, {}
    for path in ("", "/seen-one", "/seen-one/compare", "/handover"):
        page.goto(f"/console/studio{path}")
        picture(page, f"studio{path.replace('/', '-')}-{locale}-{scheme}")
        faults[path], widths[path] = serious(page), page.evaluate("document.documentElement.scrollWidth")
    context.close()
    assert {path: found for path, found in faults.items() if found} == {}
    assert max(widths.values()) <= width
