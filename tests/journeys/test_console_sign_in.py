"""A person signs in at the hospital's identity provider, signs after a fresh sign-in, and signs out, in a browser."""

import re
from datetime import timedelta

import httpx
import msgspec
import pytest
from playwright.sync_api import expect
from tests.identity_provider import CLIENT, SECRET, a_provider
from tests.journeys.browsing import browser, picture
from tests.wards import PASSPHRASE, a_house, free_port, served

__all__ = ["browser"]


@pytest.fixture(scope="module")
def provider():
    with a_provider() as opened:
        yield opened


@pytest.fixture(scope="module")
def house(tmp_path_factory, provider):
    home = tmp_path_factory.mktemp("home")
    (home / "secrets").mkdir(mode=0o700)
    (home / "secrets" / "oidc-client").write_text(SECRET)
    (home / "secrets" / "oidc-client").chmod(0o600)
    settings = {"oidc_issuer": provider.issuer, "oidc_client_id": CLIENT, "oidc_name": "Hospital ID"}
    with a_house(home, **settings) as opened:
        yield opened


@pytest.fixture(scope="module")
def address(house, provider):
    port = free_port()
    provider.back = f"http://127.0.0.1:{port}/console/sign-in/back"
    with served(house.ward, port=port) as url:
        yield url


@pytest.fixture(autouse=True)
def honest(provider):
    """Each test begins with a provider that is up and says the truth."""
    provider.twists, provider.says, provider.down = {}, {}, False


@pytest.fixture
def page(browser, address, provider):
    """A browser that may reach the ward and the provider only."""
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    outside = []

    def watch(route):
        if route.request.url.startswith((address, provider.issuer)):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", watch)
    yield context.new_page()
    context.close()
    assert outside == []


def go_to_provider(page):
    page.get_by_role("link", name="Sign in with Hospital ID").click()
    page.get_by_role("heading", name="Hospital ID").wait_for()


def at_provider(page, person):
    page.get_by_label("Name").fill(person)
    page.get_by_role("button", name="Let me in").click()


def sign_in(page, person, at="/console"):
    page.goto(at)
    go_to_provider(page)
    at_provider(page, person)


def session(page):
    return next(c for c in page.context.cookies() if c["name"] == "openward_session")


def words_of(page):
    return page.locator("main").inner_text()


def events(house, what):
    found = house.ward.trail.entries(limit=10_000)
    return [entry for entry in found if f'"{what}"'.encode() in bytes(entry.body)]


def test_from_the_provider_to_a_signature_and_out_again(page, house, address):
    run = house.ward.run("prescription-review", {"orders": ["clarithromycin 500 mg"]}, patient="p1").id
    sign_in(page, "ada", "/console/patients?q=syn")
    page.wait_for_url("**/console/patients?q=syn")
    assert "Ada Lin" in page.locator("header.bar").inner_text()
    assert page.locator("nav.rooms").get_by_role("link", name="Desk").count() == 1
    assert page.locator("nav.rooms").get_by_role("link", name="Studio").count() == 0
    cookie = session(page)
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/console")
    assert [c["name"] for c in page.context.cookies() if c["name"] == "openward_pending"] == []

    make_stale(house, cookie)
    page.goto(f"/console/desk?run={run}")
    page.locator("input[name=choice][value=reject]").check()
    page.locator("textarea[name=reason]").fill("INR is checked daily")
    page.get_by_role("link", name="Sign in again, then sign").click()
    page.get_by_role("heading", name="Hospital ID").wait_for()
    at_provider(page, "ada")
    page.wait_for_url("**/console/desk?run=*")
    assert session(page)["value"] != cookie["value"]
    picture(page, "desk-fresh")
    page.locator(".sign button[value=sign]").click()
    page.get_by_role("status").first.wait_for()
    decision = house.ward.stores.runs.decision(run)
    assert (decision.choice, decision.person) == ("reject", "oidc-ada")

    page.goto("/console")
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("heading", name="Signed out at the provider").wait_for()
    page.goto("/console/patients")
    assert page.url.startswith(f"{address}/console/sign-in")
    former = httpx.get(f"{address}/v1/services", headers={"Authorization": f"Bearer {cookie['value']}"})
    assert former.status_code == 401


def make_stale(house, cookie):
    """Lets the sign-in of a session lie ten minutes back."""
    store, name = house.ward.stores.access, cookie["value"].partition(".")[0]
    record = store.token(name)
    store.put_token(msgspec.structs.replace(record, confirmed_at=record.confirmed_at - timedelta(minutes=10)))


def test_a_fresh_sign_in_by_somebody_else_confirms_nothing(page, house):
    sign_in(page, "ada")
    page.wait_for_url("**/console")
    before = session(page)["value"]
    page.goto("/console/sign-in/again?next=/console/desk")
    at_provider(page, "ben")
    page.get_by_role("heading", name="This was not confirmed").wait_for()
    assert "Somebody else than you" in words_of(page)
    picture(page, "not-confirmed")
    assert session(page)["value"] == before
    page.get_by_role("link", name="Back without confirming").click()
    page.wait_for_url("**/console/desk")
    assert "Ada Lin" in page.locator("header.bar").inner_text()


@pytest.mark.parametrize(
    ("twist", "words"),
    [({"auth_time": None}, "does not say when you signed in"), ({"auth_time": 1_700_000_000}, "once more")],
)
def test_a_provider_that_does_not_ask_again_confirms_nothing(page, provider, twist, words):
    sign_in(page, "ada")
    page.wait_for_url("**/console")
    provider.twists = twist
    page.goto("/console/sign-in/again?next=/console/desk")
    at_provider(page, "ada")
    page.get_by_role("heading", name="This was not confirmed").wait_for()
    assert words in words_of(page)


def test_who_has_a_passphrase_here_confirms_with_that(page, house, provider):
    page.goto("/console")
    page.get_by_label("Your id").fill(house.pharmacist)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console")
    page.goto("/console/sign-in/again?next=/console/desk")
    assert page.url.endswith("/console/desk")


def test_the_second_time_the_provider_knows_the_person_already(page, house):
    sign_in(page, "ben")
    page.wait_for_url("**/console")
    page.context.clear_cookies(name="openward_session")
    page.goto("/console/patients")
    page.get_by_role("link", name="Sign in with Hospital ID").click()
    page.wait_for_url("**/console/patients")
    assert "Ben Wu" in page.locator("header.bar").inner_text()


def test_who_has_no_role_here_is_told_whom_to_ask(page):
    sign_in(page, "eve")
    page.get_by_role("alert").wait_for()
    assert "gives you no role in this ward" in words_of(page)
    assert [c for c in page.context.cookies() if c["name"] == "openward_session"] == []
    picture(page, "no-role")


def test_who_breaks_off_at_the_provider_comes_back_to_the_sign_in_page(page):
    sign_in(page, "nobody", "/console/patients")
    page.get_by_role("alert").wait_for()
    assert "was broken off" in words_of(page)
    assert "<b>" not in page.content()
    assert page.locator("main form input[name=next]").first.get_attribute("value") == "/console/patients"


@pytest.mark.parametrize(
    "twist",
    [{"nonce": "x" * 43}, {"nonce": None}, {"aud": "another"}, {"iss": "https://evil.example"}, {"exp": 1_700_000_000},
     {"aud": [CLIENT, "another"], "azp": "another"}, {"aud": [CLIENT, "another"]}, {"azp": "another"}],
    ids=str,
)  # fmt: skip
def test_an_id_token_of_another_sign_in_place_or_time_opens_nothing(page, provider, twist):
    provider.twists = twist
    sign_in(page, "ada")
    page.get_by_role("alert").wait_for()
    assert "could not be verified" in words_of(page)
    assert [c for c in page.context.cookies() if c["name"] == "openward_session"] == []


def test_a_provider_that_is_down_leaves_the_passphrase(page, house, provider):
    provider.down = True
    house.ward.sign_in._provider._found = None
    page.goto("/console/patients")
    page.get_by_role("link", name="Sign in with Hospital ID").click()
    page.get_by_role("alert").wait_for()
    assert "Hospital ID does not answer now" in words_of(page)
    picture(page, "provider-down")
    page.get_by_label("Your id").fill(house.pharmacist)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console/patients")


class TestStrangers:
    """What somebody makes up who is not the provider."""

    @pytest.mark.parametrize(
        ("says", "words"),
        [({"state": "x" * 43}, "not begun in this browser"), ({"state": None}, "not begun in this browser"),
         ({"iss": "https://evil.example"}, "could not be verified"), ({"iss": None}, "could not be verified"),
         ({"code": "invented"}, "could not be verified"), ({"code": None}, "could not be verified"),
         ({"code": None, "error": "server_error"}, "could not be verified")],
        ids=str,
    )  # fmt: skip
    def test_an_answer_that_is_not_the_providers_opens_nothing(self, page, provider, says, words):
        provider.says = says
        sign_in(page, "ada")
        page.get_by_role("alert").wait_for()
        assert words in words_of(page)
        assert [c for c in page.context.cookies() if c["name"] == "openward_session"] == []

    def test_an_answer_counts_once_and_in_one_browser_only(self, address):
        with httpx.Client() as browser:
            asked = browser.get(f"{address}/console/sign-in/elsewhere").headers["location"]
            word = browser.cookies["openward_pending"]
            back = httpx.post(asked, data={"person": "ada"}).headers["location"]
            held = {"openward_pending": word}
            for cookies in ({}, {"openward_pending": word[:-4] + "AAAA"}, {"openward_pending": "x.y"}):
                assert httpx.get(back, cookies=cookies).status_code == 401
            first, second = httpx.get(back, cookies=held), httpx.get(back, cookies=held)
        assert first.status_code == 200
        assert "openward_session=" in first.headers["set-cookie"]
        assert (second.status_code, "openward_session=" in second.headers["set-cookie"]) == (401, False)

    def test_a_code_of_another_sign_in_is_of_no_use(self, address):
        """Who brings the code of a sign-in of their own into another browser's lacks its verifier."""
        with httpx.Client() as ours, httpx.Client() as theirs:
            asked = [one.get(f"{address}/console/sign-in/elsewhere").headers["location"] for one in (ours, theirs)]
            backs = [httpx.post(one, data={"person": "ada"}).headers["location"] for one in asked]
            code = re.search("code=([^&]+)", backs[1])[1]
            answer = ours.get(re.sub("code=[^&]+", f"code={code}", backs[0]))
        assert answer.status_code == 401
        assert "openward_session" not in answer.headers["set-cookie"]

    @pytest.mark.parametrize(
        "next",
        ["https://evil.example/", "//evil.example", "/\\evil.example", "/console/../v1/services", "javascript:1"],
    )
    def test_nobody_is_led_out_of_the_console(self, page, address, next):
        page.goto(f"/console/sign-in?next={next}")
        go_to_provider(page)
        at_provider(page, "ada")
        page.wait_for_url("**/console")
        assert page.url == f"{address}/console"


def test_the_pending_sign_in_is_kept_from_scripts_and_other_paths(address):
    answer = httpx.get(f"{address}/console/sign-in/elsewhere?next=/console")
    told = answer.headers["set-cookie"]
    assert answer.status_code == 303
    for part in ("HttpOnly", "SameSite=lax", "Path=/console/sign-in", "Max-Age=600"):
        assert part in told
    asked = answer.headers["location"]
    for part in ("response_type=code", "code_challenge_method=S256", "state=", "nonce="):
        assert part in asked
    assert "verifier" not in asked
    assert "prompt" not in asked


class TestPassphrase:
    """The sign-in page itself: what is wrong stands beside the field, and nothing tells whether a person exists."""

    def give(self, page, person, passphrase):
        page.get_by_label("Your id").fill(person)
        page.get_by_label("Passphrase").fill(passphrase)
        page.get_by_role("button", name="Sign in").click()

    def test_what_is_missing_is_told_beside_its_field(self, page):
        page.goto("/console/sign-in")
        self.give(page, "", "")
        assert [a.inner_text() for a in page.get_by_role("alert").all()] == ["Enter your id.", "Enter your passphrase."]
        field = page.get_by_label("Your id")
        assert (field.get_attribute("aria-invalid"), field.get_attribute("aria-describedby")) == (
            "true",
            "person-fault",
        )
        self.give(page, "somebody", "")
        assert page.get_by_role("alert").inner_text() == "Enter your passphrase."
        assert field.input_value() == "somebody"

    def test_a_wrong_passphrase_and_an_unknown_person_look_alike(self, house, address):
        seen = []
        for person in (house.clinician, "no.such.person"):
            answer = httpx.post(f"{address}/console/sign-in", data={"person": person, "passphrase": "wrong"})
            seen.append((answer.status_code, answer.text.replace(person, "…")))
        assert seen[0] == seen[1]
        assert (seen[0][0], "do not fit" in seen[0][1]) == (401, True)

    def test_who_guesses_is_told_in_words_how_long_to_wait(self, page, house):
        now = house.ward.clock.now()
        for hours in range(11, -1, -1):
            house.ward.access._throttle.enter("sign-in guess", now - timedelta(hours=hours))
        page.goto("/console/sign-in")
        self.give(page, "guess", "wrong")
        assert re.match(r"Too many tries\. Wait \d minutes", page.get_by_role("alert").inner_text())

    def test_a_token_is_for_looking_around(self, page, house):
        page.goto("/console/sign-in")
        page.get_by_text("For engineers").click()
        page.get_by_role("button", name="Open with the token").click()
        assert page.get_by_role("alert").inner_text() == "Enter the token."
        page.get_by_label("API token").fill("token-x." + "y" * 43)
        page.get_by_role("button", name="Open with the token").click()
        assert "opens nothing" in page.get_by_role("alert").inner_text()
        page.get_by_label("API token").fill(house.program)
        page.get_by_role("button", name="Open with the token").click()
        page.wait_for_url("**/console")
        assert page.locator("nav.rooms").get_by_role("link", name="Desk").count() == 0

    def test_after_the_end_of_a_session_the_page_says_why_one_is_here(self, page, house):
        page.goto("/console/sign-in")
        self.give(page, house.clinician, PASSPHRASE)
        page.wait_for_url("**/console")
        house.ward.access.revoke(*_own(house, session(page)))
        page.goto("/console/patients")
        assert "after 30 minutes without use" in page.get_by_role("status").inner_text()
        picture(page, "session-ended")
        self.give(page, house.clinician, PASSPHRASE)
        page.wait_for_url("**/console/patients")

    def test_before_a_session_ends_the_page_asks_and_at_the_end_it_leaves(self, page, house):
        page.clock.install()
        page.goto("/console/sign-in")
        self.give(page, house.clinician, PASSPHRASE)
        page.wait_for_url("**/console")
        page.goto("/console/patients?q=syn")
        page.clock.run_for(28 * 60_000 + 15_000)
        page.get_by_role("dialog", name="Are you still there?").wait_for()
        with page.expect_response("**/console/sessions"):
            page.get_by_role("button", name="Stay signed in").click()
        page.clock.run_for(27 * 60_000)
        assert not page.get_by_role("dialog", name="Are you still there?").is_visible()
        page.clock.run_for(4 * 60_000)
        expect(page).to_have_url(re.compile(r"/console/sign-in\?next=%2Fconsole%2Fpatients%3Fq%3Dsyn"))

    def test_one_ends_a_forgotten_session_and_then_all(self, page, house, address):
        forgotten = house.session(house.clinician)
        page.goto("/console/sign-in")
        self.give(page, house.clinician, PASSPHRASE)
        page.wait_for_url("**/console")
        page.locator("header a.who").click()
        page.get_by_role("heading", name="Your sessions").wait_for()
        picture(page, "sessions")
        page.locator(f"button[value='{forgotten.partition('.')[0]}']").click()
        page.wait_for_url("**/console/sessions")
        assert page.locator(f"button[value='{forgotten.partition('.')[0]}']").count() == 0
        assert httpx.get(f"{address}/v1/services", headers={"Authorization": f"Bearer {forgotten}"}).status_code == 401
        page.get_by_role("button", name="Sign out everywhere").click()
        page.get_by_role("status").get_by_text("You are signed out.").wait_for()
        page.goto("/console")
        assert "/console/sign-in" in page.url

    def test_nobody_ends_the_session_of_another(self, house, address):
        other = house.session(house.pharmacist)
        with httpx.Client(base_url=address, cookies={"openward_session": house.session(house.clinician)}) as browser:
            browser.post("/console/sessions", data={"session": other.partition(".")[0]})
        assert house.ward.access.identify(other).id == house.pharmacist


def _own(house, cookie):
    actor = house.ward.access.identify(cookie["value"])
    return actor, actor.credential


class TestProblems:
    """Pages that say why something does not go on, and what to do."""

    @pytest.fixture
    def visitor(self, page, house):
        page.goto("/console/sign-in")
        page.get_by_label("Your id").fill(house.clinician)
        page.get_by_label("Passphrase").fill(PASSPHRASE)
        page.get_by_role("button", name="Sign in").click()
        page.wait_for_url("**/console")
        return page

    def test_who_may_not_learns_which_right_is_missing_and_who_has_it(self, visitor):
        answer = visitor.goto("/console/trail")
        assert answer.status == 403
        said = words_of(visitor)
        for words in ("Your role does not allow this", "read the trail", "Test clinician (clinician)", "auditor"):
            assert words in said
        assert visitor.get_by_role("link", name="To the cockpit").get_attribute("href") == "/console"
        picture(visitor, "not-allowed")

    @pytest.mark.parametrize("path", ["/console/no-such-room", "/console/sign-out", "/console/runs/run-none"])
    def test_an_address_that_leads_nowhere_looks_like_the_console(self, visitor, path):
        answer = visitor.goto(path)
        assert answer.status == 404
        assert "There is nothing here" in words_of(visitor)
        assert "default-src 'none'" in answer.headers["content-security-policy"]

    def test_a_fault_of_ours_tells_no_words_of_it(self, visitor, house, monkeypatch):
        def broken(*_args, **_more):
            raise ValueError("Mrs Example, born 1950")

        monkeypatch.setattr(type(house.ward), "runs", broken)
        answer = visitor.goto("/console/runs")
        assert answer.status == 500
        assert "Something failed on our side" in words_of(visitor)
        assert "Example" not in visitor.content()

    def test_in_chinese_too(self, visitor):
        visitor.get_by_role("button", name="中文").click()
        visitor.goto("/console/trail")
        for words in ("您的角色没有此权限", "查阅审计轨迹", "审计员", "返回总览"):
            assert words in words_of(visitor)
        visitor.goto("/console/no-such-room")
        assert "此处没有内容" in words_of(visitor)


def test_each_page_of_the_entrance_is_for_everybody(page, house):
    """WCAG 2.2 AA by axe, on a phone in the dark as well."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright").Axe()
    paths = [
        "/console/sign-in",
        "/console/sign-in?out=1",
        "/console/sign-in/back?state=x",
        "/console/sessions",
        "/console/trail",
        "/console/x",
    ]
    for scheme, width in (("light", 1280), ("dark", 390)):
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 844})
        for path in paths:
            page.goto(path)
            found = axe.run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]})
            faults = [(v["id"], v["nodes"][0]["html"]) for v in found.response["violations"]]
            assert faults == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            if path.startswith("/console/sign-in/back"):
                page.goto("/console/sign-in")
                page.get_by_label("Your id").fill(house.clinician)
                page.get_by_label("Passphrase").fill(PASSPHRASE)
                page.get_by_role("button", name="Sign in").click()
                page.wait_for_url("**/console")
