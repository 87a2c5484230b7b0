"""First contentful paint and weight of the chart of the largest synthetic patient, beside the sign-in page of the ward.

`python benchmarks/console_paint.py`; needs Chromium. Each page is opened in a browser without a cache, the median of
seven is told, in milliseconds and as a ratio to the sign-in page, which hardly holds anything.
"""

import shutil
import sys
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.wards import PASSPHRASE, served

from openward.access.access import HOUSE
from openward.synthetic import generate
from openward.ward import Ward

PATIENTS, SEED, TIMES = 200, 1, 7
PAINT = "performance.getEntriesByName('first-contentful-paint')[0]?.startTime ?? 0"
WEIGHT = "performance.getEntries().reduce((sum, one) => sum + (one.encodedBodySize ?? 0), 0)"


def seen(browser: Browser, address: str, path: str, *, signed_in: bool) -> tuple[float, float]:
    """Milliseconds to the first contentful paint, and bytes that were fetched."""
    page = browser.new_context(base_url=address, locale="en", viewport={"width": 1280, "height": 900}).new_page()
    if signed_in:
        page.goto("/console/sign-in")
        page.locator("input[name=person]").fill("reader")
        page.locator("input[name=passphrase]").fill(PASSPHRASE)
        page.locator("main form button").first.click()
        page.wait_for_url("**/console")
    page.goto(path)
    page.wait_for_timeout(200)
    found = float(page.evaluate(PAINT)), float(page.evaluate(WEIGHT))
    page.context.close()
    return found


def main() -> None:
    """Prints both pages."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    with tempfile.TemporaryDirectory() as home, Ward.open(home=Path(home)) as ward, sync_playwright() as started:
        ward.record.import_resources(generate(PATIENTS, seed=SEED, as_of=ward.clock.now().date()), source="synthetic")
        ward.access.add_person(HOUSE, id="reader", name="Reader", role="clinician", passphrase=PASSPHRASE)
        sizes = {f"demo-{n:04}": ward.record.chart(f"demo-{n:04}").resources for n in range(1, PATIENTS + 1)}
        largest = max(sizes, key=lambda id: sizes[id])
        ward.run("prescription-review", patient=largest)
        ward.run("lab-report", patient=largest)
        browser = started.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        with served(ward) as address:
            charts = [seen(browser, address, f"/console/patients/{largest}", signed_in=True) for _ in range(TIMES)]
            floors = [seen(browser, address, "/console/sign-in", signed_in=False) for _ in range(TIMES)]
        browser.close()
    paint, floor = median(one for one, _ in charts), median(one for one, _ in floors)
    print(f"chart of {largest} ({sizes[largest]} resources): {max(w for _, w in charts) / 1000:.0f} kB,")
    print(f"first contentful paint {paint:.0f} ms, {paint / floor:.1f} times the sign-in page ({floor:.0f} ms)")


if __name__ == "__main__":
    main()
