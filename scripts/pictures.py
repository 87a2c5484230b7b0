"""Takes a picture of each page of the console on the synthetic ward: `python scripts/pictures.py [FOLDER]`.

Light and dark, English and Chinese, a desk and a phone; needs Chromium and the test extras.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from tests.services.literature.desk import shelve  # noqa: E402 - the tests are no package
from tests.wards import PASSPHRASE, served  # noqa: E402

from openward.access.access import HOUSE  # noqa: E402
from openward.synthetic import generate  # noqa: E402
from openward.ward import Ward  # noqa: E402

TRIAL = {
    "pmid": "1", "title": "Invented trial of salt and blood pressure", "journal": "Invented J Med", "year": 2021,
    "authors": ["Doe J", "Roe R"], "publication_types": ["Randomized Controlled Trial"],
    "abstract": "METHODS: In this invented trial 400 adults ate less salt or as usual. RESULTS: Less salt lowered "
    "systolic blood pressure by 5 mm Hg in half a year. CONCLUSION: Eating less salt lowers blood pressure in adults.",
}  # fmt: skip
ORDERS = ["warfarin 5 mg oral once daily", "ibuprofen 400 mg oral three times daily",
          "clarithromycin 500 mg oral twice daily", "simvastatin 40 mg oral at night"]  # fmt: skip
PEOPLE = ("clinician", "pharmacist", "administrator", "nurse")
PATIENTS, SEED, PATIENT = 40, 1, "demo-0005"
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 844}


def prepared(ward: Ward) -> dict[str, str]:
    """A synthetic ward with persons and a few runs; the runs by service."""
    ward.record.import_resources(generate(PATIENTS, seed=SEED, as_of=ward.clock.now().date()), source="synthetic")
    shelve(ward.settings.home / "knowledge", [TRIAL], "invented-trials")
    for role in PEOPLE:
        ward.access.add_person(HOUSE, id=role, name=role.capitalize(), role=role, passphrase=PASSPHRASE)  # type: ignore[arg-type]
    ward.run("prescription-review", patient=PATIENT)
    given: tuple[tuple[str, dict[str, Any], str | None, str], ...] = (
        ("prescription-review", {"orders": ORDERS}, "demo-0001", "en"),
        ("lab-report", {}, PATIENT, "en"),
        ("differential-diagnosis", {"text": "30-year-old man, chest pain, worse lying down, after a cold"}, None, "en"),
        ("triage", {"complaint": "胸痛半小时，出汗"}, "demo-0004", "zh"),
    )
    return {
        service: ward.run(service, told, patient=patient, language=language).id  # type: ignore[arg-type]
        for service, told, patient, language in given
    }


def pages(runs: dict[str, str]) -> tuple[tuple[str, str, str, str, str, dict[str, int]], ...]:
    """Name, who, path, language, colours, window."""
    chart = f"/console/patients/{PATIENT}"
    return (
        ("cockpit", "clinician", "/console", "en", "light", DESK),
        ("cockpit-phone", "clinician", "/console", "zh-CN", "light", PHONE),
        ("service", "pharmacist", "/console/services/prescription-review", "en", "light", DESK),
        ("patients", "clinician", "/console/patients", "en", "light", DESK),
        ("chart", "clinician", chart, "en", "light", DESK),
        ("chart-dark", "clinician", chart, "zh-CN", "dark", DESK),
        ("chart-phone", "clinician", chart, "en", "light", PHONE),
        ("medication", "clinician", "/console/patients/demo-0001/medication", "en", "light", DESK),
        ("results", "clinician", f"{chart}/results", "en", "light", DESK),
        ("courses", "clinician", f"{chart}/results?show.creatinine=1&show.potassium=1", "zh-CN", "dark", DESK),
        ("desk", "pharmacist", f"/console/desk?run={runs['prescription-review']}", "en", "light", DESK),
        ("run", "clinician", f"/console/runs/{runs['prescription-review']}", "en", "light", DESK),
        ("laboratory", "clinician", f"/console/runs/{runs['lab-report']}", "en", "light", DESK),
        ("differential", "clinician", f"/console/runs/{runs['differential-diagnosis']}", "en", "light", DESK),
        ("triage", "nurse", f"/console/runs/{runs['triage']}", "zh-CN", "light", DESK),
        ("assistant", "clinician", f"{chart}?panel=assistant", "en", "light", DESK),
        ("calculator", "clinician", f"/console/calculators/cha2ds2-vasc?patient={PATIENT}", "en", "light", DESK),
        ("rare", "clinician", "/console/rare?present=HP:0001250,HP:0001263", "en", "light", DESK),
        (
            "literature",
            "clinician",
            "/console/literature?question=Does+less+salt+lower+blood+pressure%3F",
            "en",
            "light",
            DESK,
        ),
        ("knowledge", "clinician", "/console/knowledge?q=warfarin", "en", "light", DESK),
        ("studio", "administrator", "/console/studio", "en", "light", DESK),
        ("models", "administrator", "/console/models", "en", "light", DESK),
        ("guards", "administrator", "/console/guards", "en", "light", DESK),
        ("trail", "administrator", "/console/trail", "en", "dark", DESK),
    )


def visit(browser: Browser, address: str, who: str, language: str, colours: Any, window: Any) -> Page:
    page = browser.new_context(base_url=address, locale=language, color_scheme=colours, viewport=window).new_page()
    page.goto("/console/sign-in")
    page.locator("input[name=person]").fill(who)
    page.locator("input[name=passphrase]").fill(PASSPHRASE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/console")
    return page


def main(folder: Path) -> None:
    """Takes all pictures."""
    folder.mkdir(parents=True, exist_ok=True)
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as home, Ward.open(home=Path(home)) as ward, sync_playwright() as started:
        runs = prepared(ward)
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with served(ward) as address:
            for name, who, path, language, colours, window in pages(runs):
                page = visit(browser, address, who, language, colours, window)
                page.goto(path)
                if name == "assistant":
                    page.locator("textarea[name=question]").fill("How is her kidney function? Check the drugs.")
                    page.keyboard.press("Enter")
                    page.locator("[data-log] a[href*='/console/runs/run-']").last.wait_for()
                    page.locator("[data-talk]").scroll_into_view_if_needed()
                taken(page, folder / f"{name}.jpg")
                page.context.close()
            interview(browser, address, folder)
        browser.close()


def interview(browser: Browser, address: str, folder: Path) -> None:
    """A nurse invites a patient, who answers on a phone in Chinese."""
    page = visit(browser, address, "nurse", "en", "light", DESK)
    page.goto(f"/console/patients/{PATIENT}?panel=services&service=triage")
    page.locator("form[action='/console/interviews/triage'] button").click()
    link = page.locator(".qr + p input, input[readonly]").first.input_value()
    phone = browser.new_context(locale="zh-CN", viewport=PHONE).new_page()
    phone.goto(link)
    taken(phone, folder / "interview.jpg")
    phone.locator("textarea").fill("头痛三天")
    phone.locator("form .stack button").first.click()
    phone.locator("input[name=question]").first.wait_for(state="attached")
    taken(phone, folder / "interview-question.jpg")
    while phone.locator("input[name=question]").count():
        phone.locator("button[value=no], button[value=unknown]").first.click()
        phone.wait_for_load_state()
    taken(phone, folder / "interview-end.jpg")
    page.context.close()
    phone.context.close()


def taken(page: Page, path: Path) -> None:
    """Keeps a picture of what the window shows."""
    page.screenshot(path=path, type="jpeg", quality=72)
    print(path)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "pictures")
