"""CDS Hooks over loopback at a fixed rate, with the whole prefetch; the floor is an empty answer of the same server.

Prints median and p99 of both and their ratio; the goal is p99 <= 50 ms at 50 requests a second.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from statistics import quantiles

import pytest
from tests.wards import a_house, free_port, patient_bundle

RATE = 50
SECONDS = 20


def hook_body():
    bundle = patient_bundle()
    kinds = {}
    for entry in bundle["entry"]:
        kinds.setdefault(entry["resource"]["resourceType"], []).append(entry)
    draft = {
        "resourceType": "MedicationRequest", "id": "draft", "status": "draft", "intent": "order",
        "subject": {"reference": "Patient/p1"}, "medicationCodeableConcept": {"text": "Clarithromycin 500 mg tablet"},
    }  # fmt: skip
    prefetch = {"patient": kinds.pop("Patient")[0]["resource"]}
    prefetch |= {k: {"resourceType": "Bundle", "type": "searchset", "entry": v} for k, v in kinds.items()}
    drafts = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": draft}]}
    context = {"userId": "Practitioner/1", "patientId": "p1", "draftOrders": drafts}
    return json.dumps({"hook": "order-sign", "hookInstance": "1", "context": context, "prefetch": prefetch}).encode()


async def one(port, request):
    """One request on a connection of its own; seconds until the whole answer is there."""
    begun = time.perf_counter()
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    answer = await reader.read()
    writer.close()
    assert answer.startswith(b"HTTP/1.1 200"), answer[:300]
    return time.perf_counter() - begun


async def at_rate(port, request):
    """Requests at a fixed rate, whether or not the last has been answered (no coordinated omission)."""
    waiting, start = [], time.perf_counter()
    for n in range(RATE * SECONDS):
        await asyncio.sleep(max(0.0, start + n / RATE - time.perf_counter()))
        waiting.append(asyncio.create_task(one(port, request)))
    return await asyncio.gather(*waiting)


def http(method, path, token, body=b""):
    head = f"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer {token}\r\n"
    return (head + f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n").encode() + body


@pytest.fixture
def server(tmp_path):
    with a_house(tmp_path) as house:
        port, token = free_port(), house.program
    command = [sys.executable, "-m", "openward", "--home", str(tmp_path), "serve", "--port", str(port)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, env=dict(os.environ))
    for _ in range(200):
        try:
            asyncio.run(one(port, http("GET", "/healthz", token)))
            break
        except OSError:
            time.sleep(0.1)
    yield port, token
    process.terminate()
    process.wait(20)


def test_cds_hooks_at_50_requests_a_second(server, capsys):
    port, token = server
    hook = http("POST", "/cds-services/prescription-review-order-sign", token, hook_body())
    asyncio.run(one(port, hook))
    floor = quantiles(asyncio.run(at_rate(port, http("GET", "/healthz", token))), n=100)
    found = quantiles(asyncio.run(at_rate(port, hook)), n=100)
    with capsys.disabled():
        print(
            f"\nCDS Hooks, {RATE} requests/s for {SECONDS} s (n = {RATE * SECONDS}): "
            f"median {found[49] * 1000:.1f} ms, p99 {found[98] * 1000:.1f} ms; "
            f"floor (empty answer): median {floor[49] * 1000:.1f} ms, p99 {floor[98] * 1000:.1f} ms; "
            f"ratio of medians {found[49] / floor[49]:.1f}"
        )
    assert len(found) == len(floor)
