"""A real browser that may reach the ward only: whatever else is fetched fails the test."""

import os
import shutil

import pytest
from tests.wards import PASSPHRASE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@pytest.fixture(scope="module")
def browser():
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (extra 'test')")
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update",
                  "--disable-sync", "--no-first-run", "--disable-quic"],
        )  # fmt: skip
        yield opened
        opened.close()


@pytest.fixture
def page(browser, address):
    context = browser.new_context(base_url=address, viewport={"width": 1280, "height": 900})
    outside = []

    def watch(route):
        if route.request.url.startswith(address):
            route.continue_()
        else:
            outside.append(route.request.url)
            route.abort()

    context.route("**/*", watch)
    page = context.new_page()
    yield page
    context.close()
    assert outside == []


def picture(page, name):
    """Keeps a picture for a person to look at, when asked to."""
    if folder := os.environ.get("OPENWARD_SCREENSHOTS"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


def sign_in(page, person):
    page.goto("/")
    page.get_by_label("Your id").fill(person)
    page.get_by_label("Passphrase").fill(PASSPHRASE)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/console")


def serious(page):
    """What axe finds on a page that keeps somebody from using it."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed (extra 'test')")
    found = axe.Axe().run(page).response["violations"]
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found if v["impact"] in {"serious", "critical"}]
