"""What the gateway costs: beside a bare call of the same model server, and beside LiteLLM's proxy in the same run.

Run: `LITELLM=/path/to/litellm .venv/bin/pytest benchmarks/test_gateway.py -s -n0`; LITELLM names the program in an
environment of its own (`pip install 'litellm[proxy]'`), without it that part is skipped. Both proxies check a key; ours
also masks, reserves and settles budgets on disk, theirs counts what a call costs. docs/evidence/gateway.md keeps the
figures.
"""

import asyncio
import os
import random
import socket
import statistics
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from benchmarks.gateway_app import KEY, asked, gateway_over
from tests.models_server import running

TEXT = (
    "Zhang San (张三, MRN 12345678), 67, is on the ward since 2026-03-02 with hypertension and type 2 diabetes. "
    "Three days of cough with purulent sputum and fever; no chest pain. Blood pressure 104/62 mm Hg, pulse 112/min, "
    "respiratory rate 26/min, 38.9 °C, oxygen saturation 91 % on room air. Sodium 131 mmol/L, potassium 5.9 mmol/L, "
    "creatinine 1.6 mg/dL, urea nitrogen 34 mg/dL, white cells 17.2 x 10^9/L, haematocrit 38 %. Is the potassium high?"
)
STREAMS = 100
ROUNDS = 12
WARM = 2
CONNECTIONS = 16
CORES = sorted(os.sched_getaffinity(0))


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def bare_stream(session, address):
    body = {"model": "load-0.02", "stream": True, "messages": [{"role": "user", "content": TEXT}]}
    first = None
    async with session.post(address + "/chat/completions", json=body) as response:
        async for _ in response.content.iter_any():
            first = first or time.perf_counter()
    return first


async def gateway_stream(gateway):
    first = None
    async for _ in gateway.stream(asked(TEXT, "load-0.02")):
        first = first or time.perf_counter()
    return first


async def both_ways(server, folder):
    """Seconds to the first piece and to the end, of 100 streams at once, each of which begins anew when it ends.

    Every one goes the bare way and through the gateway in turns, so that whatever else the machine does meets both.
    """
    gateway = gateway_over(server.address, folder, ["load-0.02"])
    results = {"bare": [], "gateway": []}

    async def worker(n):
        await asyncio.sleep(random.Random(n).random() * 0.4)
        for turn in range(n, n + 2 * (ROUNDS + WARM)):
            name, begun = ("bare", "gateway")[turn % 2], time.perf_counter()
            first = await ways[name]()
            if turn >= n + 2 * WARM:
                results[name].append((first - begun, time.perf_counter() - begun))

    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        ways = {"bare": lambda: bare_stream(session, server.address), "gateway": lambda: gateway_stream(gateway)}
        await asyncio.gather(*(worker(n) for n in range(STREAMS)))
    await gateway.close()
    return results


def test_a_hundred_streams_at_once_beside_bare_calls(server, tmp_path):
    results = asyncio.run(both_ways(server, tmp_path))
    print(f"\n{STREAMS} streams at once, n = {len(results['gateway'])} each, ms:")
    for place, what in enumerate(("first piece", "whole")):
        for share in (0.5, 0.99):
            bare, through = (quantile([r[place] for r in results[name]], share) * 1e3 for name in ("bare", "gateway"))
            print(
                f"  {what:12} p{share * 100:.0f}: bare {bare:8.2f}  gateway {through:8.2f}  more {through - bare:6.2f}"
            )
    assert len(results["gateway"]) == len(results["bare"])


def test_a_first_call_waits_for_the_disk(server, tmp_path):
    """After a second without a call nothing is set aside any more: the next one waits until its reservation is kept."""

    async def seconds():
        gateway, taken = gateway_over(server.address, tmp_path, ["load-0"]), []
        for _ in range(20):
            await asyncio.sleep(1.2)
            begun = time.perf_counter()
            await gateway.chat(asked(TEXT, "load-0"))
            taken.append(time.perf_counter() - begun)
        await gateway.close()
        return taken

    taken = asyncio.run(seconds())
    print(f"\nfirst call after a silence, n = {len(taken)}: p50 {quantile(taken, 0.5) * 1e3:.1f} ms, "
          f"most {max(taken) * 1e3:.1f} ms")  # fmt: skip
    assert len(taken) == 20


async def load(address, connections, calls):
    """Calls a second, and the middle and 99th percentile of the time of a call."""
    body = {"model": "load-0", "messages": [{"role": "user", "content": TEXT}]}
    headers = {"Authorization": f"Bearer {KEY}"}
    taken = []
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=0)) as session:

        async def worker(count):
            for _ in range(count):
                begun = time.perf_counter()
                async with session.post(address + "/chat/completions", json=body) as response:
                    answer = await response.read()
                    assert response.status == 200, answer
                taken.append(time.perf_counter() - begun)

        await asyncio.gather(*(worker(3) for _ in range(connections)))
        taken.clear()
        begun = time.perf_counter()
        await asyncio.gather(*(worker(calls // connections) for _ in range(connections)))
        return len(taken) / (time.perf_counter() - begun), quantile(taken, 0.5) * 1e3, quantile(taken, 0.99) * 1e3


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextmanager
def process(command, port, **more):
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **more)
    os.sched_setaffinity(running.pid, {CORES[0]})
    try:
        deadline = time.monotonic() + 120
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert running.poll() is None, f"{command[0]} did not start"
            assert time.monotonic() < deadline, f"{command[0]} did not start in time"
            time.sleep(0.1)
        yield Proxy(f"http://127.0.0.1:{port}/v1", running.pid)
    finally:
        running.terminate()
        running.wait(30)


class Proxy:
    """A proxy in a process of its own."""

    def __init__(self, address, pid):
        self.address, self._pid = address, pid

    def load(self, calls):
        """As `load`, and the milliseconds of processor that it took for each call."""
        begun = self._seconds()
        rate, middle, late = asyncio.run(load(self.address, CONNECTIONS, calls))
        return rate, middle, late, (self._seconds() - begun) * 1e3 / (calls + 3 * CONNECTIONS)

    def _seconds(self):
        """Seconds of processor of the process and of those that it began (Linux)."""
        pids = [self._pid, *children_of(self._pid)]
        fields = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in pids]
        return sum(int(one[11]) + int(one[12]) for one in fields) / os.sysconf("SC_CLK_TCK")


def children_of(pid):
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            yield child
            yield from children_of(child)


def our_proxy(server, folder):
    port = free_port()
    root = Path(__file__).parents[1]
    paths = os.pathsep.join([str(root / "src"), str(root), os.environ.get("PYTHONPATH", "")])
    command = [sys.executable, str(Path(__file__).with_name("gateway_app.py")), str(port), server.address, str(folder)]
    return process(command, port, env={**os.environ, "PYTHONPATH": paths})


def litellm_proxy(server, folder):
    port = free_port()
    config = folder / "litellm.yaml"
    config.write_text(
        "model_list:\n- model_name: load-0\n  litellm_params:\n    model: openai/load-0\n"
        f"    api_base: {server.address}\n    api_key: none\n    input_cost_per_token: 0.000002\n"
        f"    output_cost_per_token: 0.000008\ngeneral_settings:\n  master_key: {KEY}\n"
    )
    command = [os.environ["LITELLM"], "--config", str(config), "--port", str(port), "--host", "127.0.0.1"]
    return process(
        command,
        port,
        env={
            **os.environ,
            "LITELLM_LOCAL_MODEL_COST_MAP": "True",
            "LITELLM_MODE": "PRODUCTION",
            "LITELLM_LOG": "ERROR",
            "NO_PROXY": "*",
        },
    )


@pytest.fixture
def beside():
    """A model server that shares a core with the client; proxies have one for themselves."""
    os.sched_setaffinity(0, {CORES[-1]})
    try:
        with running() as found:
            yield found
    finally:
        os.sched_setaffinity(0, CORES)


def bare(server, calls):
    return *asyncio.run(load(server.address, CONNECTIONS, calls)), 0.0


def test_throughput_of_a_proxy(beside, tmp_path):
    results = {"bare": [bare(beside, 8000)]}
    with our_proxy(beside, tmp_path) as ours:
        results["gateway"] = [ours.load(4000) for _ in range(2)]
    shown(results)
    assert results["gateway"][0][0] > 0


def test_throughput_of_a_proxy_beside_litellm(beside, tmp_path):
    if "LITELLM" not in os.environ:
        pytest.skip(
            "set LITELLM to the program: python -m venv X; X/bin/pip install 'litellm[proxy]'; LITELLM=X/bin/litellm"
        )
    results = {"bare": [], "gateway": [], "litellm": []}
    with our_proxy(beside, tmp_path) as ours, litellm_proxy(beside, tmp_path) as theirs:
        for _ in range(ROUNDS // 2):
            results["bare"].append(bare(beside, 8000))
            results["gateway"].append(ours.load(4000))
            results["litellm"].append(theirs.load(320))
    shown(results)
    pairs = list(zip(results["gateway"], results["litellm"], strict=True))
    for what, ratios in (
        ("calls/s", [mine[0] / other[0] for mine, other in pairs]),
        ("processor", [other[3] / mine[3] for mine, other in pairs]),
    ):
        rounds = ", ".join(f"{ratio:.1f}" for ratio in ratios)
        print(f"  gateway over litellm by {what}: median {statistics.median(ratios):.1f} (rounds {rounds})")
    assert len(pairs) == ROUNDS // 2


def shown(results):
    print(f"\n{CONNECTIONS} connections, each line a round:")
    for name, rounds in results.items():
        for rate, middle, late, work in rounds:
            print(f"  {name:8} {rate:8.0f} calls/s  p50 {middle:7.2f} ms  p99 {late:7.2f} ms  processor {work:6.2f} ms")
