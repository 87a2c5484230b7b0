"""What the gateway costs: beside a bare call of the same model server, and beside LiteLLM's proxy in the same run.

Run: `.venv/bin/pytest benchmarks/test_gateway.py -s`; LITELLM names the `litellm` program of an environment of its own
(`pip install 'litellm[proxy]'`), without it that part is skipped. The figures are printed; docs/evidence keeps them.
"""

import asyncio
import os
import random
import socket
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path

import aiohttp
import pytest
from benchmarks.gateway_app import asked, gateway_over
from tests.models_server import running

TEXT = (
    "Zhang San (张三, MRN 12345678), 67, is on the ward since 2026-03-02 with hypertension and type 2 diabetes. "
    "Three days of cough with purulent sputum and fever; no chest pain. Blood pressure 104/62 mm Hg, pulse 112/min, "
    "respiratory rate 26/min, 38.9 °C, oxygen saturation 91 % on room air. Sodium 131 mmol/L, potassium 5.9 mmol/L, "
    "creatinine 1.6 mg/dL, urea nitrogen 34 mg/dL, white cells 17.2 x 10^9/L, haematocrit 38 %. Is the potassium high?"
)
STREAMS = 100
ROUNDS = 6


@pytest.fixture(scope="module")
def server():
    with running() as found:
        yield found


def quantile(values, share):
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


async def timed(one, rounds=ROUNDS):
    """Seconds to the first piece and to the end, of 100 streams at once, each of which begins anew when it ends."""

    async def worker(n):
        chance = random.Random(n)
        await asyncio.sleep(chance.random() * 0.4)
        for _ in range(rounds):
            begun = time.perf_counter()
            first = await one()
            found.append((first - begun, time.perf_counter() - begun))

    found = []
    await asyncio.gather(*(worker(n) for n in range(STREAMS)))
    return found


def test_a_hundred_streams_at_once_beside_bare_calls(server, tmp_path):
    body = {"model": "load-0.02", "stream": True, "messages": [{"role": "user", "content": TEXT}]}

    async def both():
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:

            async def bare():
                first = None
                async with session.post(server.address + "/chat/completions", json=body) as response:
                    async for _ in response.content.iter_any():
                        first = first or time.perf_counter()
                return first

            async def through():
                first = None
                async for _ in gateway.stream(asked(TEXT, "load-0.02")):
                    first = first or time.perf_counter()
                return first

            gateway = gateway_over(server.address, tmp_path, ["load-0.02"])
            results = {}
            for name, one in (("warm", bare), ("warm", through), ("bare", bare), ("gateway", through), ("bare", bare),
                              ("gateway", through)):  # fmt: skip
                results.setdefault(name, []).extend(await timed(one, 2 if name == "warm" else ROUNDS))
            await gateway.close()
            return results

    results = asyncio.run(both())
    print(f"\n{STREAMS} streams at once, n = {len(results['gateway'])} each, ms:")
    for place, what in enumerate(("first piece", "whole")):
        for share in (0.5, 0.99):
            bare, through = (quantile([r[place] for r in results[name]], share) * 1e3 for name in ("bare", "gateway"))
            print(
                f"  {what:12} p{share * 100:.0f}: bare {bare:8.2f}  gateway {through:8.2f}  more {through - bare:6.2f}"
            )
    assert len(results["gateway"]) == len(results["bare"])


async def load(address, connections, calls):
    """Calls a second, and the middle and 99th percentile of the time of a call."""
    body = {"model": "load-0", "messages": [{"role": "user", "content": TEXT}]}
    headers = {"Authorization": "Bearer sk-bench"}
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
    try:
        deadline = time.monotonic() + 120
        while True:
            with suppress(OSError):
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            assert running.poll() is None, f"{command[0]} did not start"
            assert time.monotonic() < deadline, f"{command[0]} did not start in time"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        running.terminate()
        running.wait(30)


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
        "    output_cost_per_token: 0.000008\ngeneral_settings:\n  master_key: sk-bench\n"
    )
    command = [os.environ["LITELLM"], "--config", str(config), "--port", str(port), "--host", "127.0.0.1"]
    return process(command, port, env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True", "NO_PROXY": "*"})


def test_throughput_of_a_proxy_beside_litellm(server, tmp_path):
    results = {"bare": asyncio.run(load(server.address, 16, 8000))}
    with our_proxy(server, tmp_path) as address:
        results["gateway"] = asyncio.run(load(address, 16, 4000))
    if "LITELLM" in os.environ:
        with litellm_proxy(server, tmp_path) as address:
            results["litellm"] = asyncio.run(load(address, 16, 800))
    with our_proxy(server, tmp_path) as address:
        results["gateway again"] = asyncio.run(load(address, 16, 4000))
    print("\n16 connections:")
    for name, (rate, middle, late) in results.items():
        print(f"  {name:14} {rate:8.0f} calls/s   p50 {middle:7.2f} ms   p99 {late:7.2f} ms")
    if "litellm" in results:
        print(f"  gateway / litellm = {results['gateway'][0] / results['litellm'][0]:.1f}")
    assert results["gateway"][0] > 0
