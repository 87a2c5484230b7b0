"""A model server for tests, in a process of its own: it streams, calls tools, fails, stalls, lies, follows a script.

It speaks the OpenAI protocol; the name of the model says how it behaves: `ANSWERS`, `STATUSES`, `MISBEHAVIOURS`,
`echo`, `embed`, or `scripted…` (any name that begins so), which answers by the rules that a test gave it:

    @pytest.fixture(scope="module")
    def server():
        with running() as found:
            yield found

    def test_it(server, tmp_path):
        server.script(
            rule(when="potassium", role="user", calls=[("lab-report", {"text": "K 5.9"})]),
            rule(role="tool", say="The laboratory says: {last}"),
            rule(say="once only", once=True),
        )
        server.registered(tmp_path)         # writes models.toml: the next ward there has the model `scripted`
        with Ward.open(home=tmp_path) as ward:
            ward.talker.chat(...)
        assert server.log("scripted")[-1]["body"]["messages"][0]["role"] == "system"

The first rule that fits answers: `when` is searched (a regular expression, case-insensitive) in the last message,
`role` is whose that message is, `model` the name that was asked. A rule says text (`{last}` is the last message), calls
tools, or fails with a `status`; `once` takes it away afterwards, so that rules without `when` make a queue. Where no
rule fits the server says 400 (`no_rule`). `script()` begins anew. A gateway keeps answers: the same words get the same
answer again without a call, unless the request is `fresh`. `GET /log` gives the requests that it got, `GET /v1/models`
its models. By hand: `python tests/models_server.py PORT`.
"""

import asyncio
import contextlib
import json
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter

SENTENCE = "The potassium is 5.9 mmol/L , which is high ; repeat the sample before you treat ."
WORDS = SENTENCE.split(" ")
USAGE = {"prompt_tokens": 11, "completion_tokens": len(WORDS), "total_tokens": 11 + len(WORDS)}
LOG: list[dict] = []
COUNTS: Counter[str] = Counter()
RULES: list[dict] = []


def completion(text=None, *, calls=None, finish="stop", usage=USAGE, **more):
    message = {"role": "assistant", "content": text, **({"tool_calls": calls} if calls else {}), **more}
    answer = {
        "id": "c",
        "object": "chat.completion",
        "choices": [{"index": 0, "message": message, "finish_reason": finish}],
    }
    return answer | ({"usage": usage} if usage is not None else {})


def call(name, arguments, id="call_a"):
    return {"id": id, "type": "function", "function": {"name": name, "arguments": arguments}}


def rule(say=None, *, when=None, role=None, model=None, calls=(), once=False, status=None, usage=USAGE, pause=0.0):
    """One rule of a script; `calls` are pairs of a tool's name and its arguments, `pause` is in seconds."""
    return {"say": say, "when": when, "role": role, "model": model, "calls": list(calls), "once": once,
            "status": status, "usage": usage, "pause": pause}  # fmt: skip


def found_rule(name, asked):
    """The first rule that fits."""
    last = asked["messages"][-1]
    for one in RULES:
        fits = one["model"] in {None, name} and one["role"] in {None, last["role"]}
        if fits and re.search(one["when"] or "", said(asked) or "", re.IGNORECASE):
            if one["once"]:
                RULES.remove(one)
            return one
    return None


def scripted(one, asked):
    """The answer that a rule gives."""
    calls = [
        call(name, json.dumps(arguments, ensure_ascii=False), f"call_{COUNTS.total()}_{place}")
        for place, (name, arguments) in enumerate(one["calls"])
    ]
    text = one["say"] and one["say"].replace("{last}", said(asked) or "")
    return completion(text, calls=calls, finish="tool_calls" if calls else "stop", usage=one["usage"])


def said(asked):
    last = asked["messages"][-1]["content"]
    return last if isinstance(last, str) else last[0]["text"]


ANSWERS = {
    "plain": completion(SENTENCE),
    "thinks": completion("Yes.", reasoning_content="It is above 5.0."),
    "tools": completion(calls=[call("lookup", '{"name":"potassium"}')], finish="tool_calls"),
    "two-tools": completion(
        calls=[call("lookup", '{"name":"a"}', "x"), call("lookup", {"name": "b"}, "y")], finish="tool_calls"),
    "unknown-tool": completion(calls=[call("delete_record", "{}")], finish="tool_calls"),
    "bad-arguments": completion(calls=[call("lookup", '{"name": 7')], finish="tool_calls"),
    "wrong-arguments": completion(calls=[call("lookup", '{"name": 7}')], finish="tool_calls"),
    "json": completion('{"grade": 3}'),
    "wrong-json": completion('{"grade": "high"}'),
    "empty": completion(""),
    "filtered": completion("", finish="content_filter"),
    "cut-off": completion("The potassium is", finish="length"),
    "no-usage": completion("Yes.", usage=None),
    "zero-usage": completion("Yes.", usage={"prompt_tokens": 0, "completion_tokens": 0}),
    "negative-usage": completion("Yes.", usage={"prompt_tokens": -5, "completion_tokens": 3}),
    "greedy-usage": completion("Yes.", usage={"prompt_tokens": 10**9, "completion_tokens": 10**9}),
    "boundless-usage": completion("Yes.", usage={"prompt_tokens": 10**18, "completion_tokens": 10**18}),
    "endless-usage": completion("Yes.", usage={"prompt_tokens": 10**30, "completion_tokens": 1}),
    "usage-of-words": completion("Yes.", usage={"prompt_tokens": "many", "completion_tokens": 1}),
    "huge": completion("on and on " * 400_000),
    "long-word": completion("x" * 3_000_000),
    "no-choices": {"choices": []},
    "error-inside": {"error": {"message": "bad: Zhang San has HIV", "code": "overloaded"}},
}  # fmt: skip
STATUSES = {"status-400": 400, "status-401": 401, "status-404": 404, "status-500": 500, "status-503": 503}


def chunks(answer):
    """The chunks of a stream that make up an answer."""
    choice = answer["choices"][0] if answer.get("choices") else None
    if choice is None:
        yield answer
        return
    message = choice["message"]

    def chunk(delta, finish=None):
        return {"object": "chat.completion.chunk", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    yield chunk({"role": "assistant", "content": ""})
    if message.get("reasoning_content"):
        yield chunk({"reasoning_content": message["reasoning_content"]})
    pieces = (message["content"] or "").split(" ")
    for place, word in enumerate(pieces):
        yield chunk({"content": word if place == 0 else f" {word}"})
    for index, one in enumerate(message.get("tool_calls") or ()):
        arguments = one["function"]["arguments"]
        arguments = arguments if isinstance(arguments, str) else json.dumps(arguments)
        yield chunk(
            {
                "tool_calls": [
                    {"index": index, "id": one["id"], "function": {"name": one["function"]["name"], "arguments": ""}}
                ]
            }
        )
        for letter in arguments:
            yield chunk({"tool_calls": [{"index": index, "function": {"arguments": letter}}]})
    yield chunk({}, choice["finish_reason"])
    if "usage" in answer:
        yield {"choices": [], "usage": answer["usage"]}


def framed(event):
    return f"data: {json.dumps(event)}\n\n".encode()


def head(status, kind, length=None, extra=""):
    size = "transfer-encoding: chunked" if length is None else f"content-length: {length}"
    return f"HTTP/1.1 {status} X\r\ncontent-type: {kind}\r\n{size}\r\n{extra}\r\n".encode()


def packed(data):
    return b"%x\r\n%s\r\n" % (len(data), data)


class Connection:
    """One connection of a client."""

    def __init__(self, reader, writer):
        self.reader, self.writer = reader, writer

    async def serve(self):
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                top = await self.reader.readuntil(b"\r\n\r\n")
                first, *lines = top.decode().split("\r\n")
                fields = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await self.reader.readexactly(int(fields.get("content-length", 0)))
                if not await self.answer(first.split()[1], fields, body):
                    break
        self.writer.close()

    async def answer(self, path, fields, body):
        if path == "/log":
            return await self.send(200, json.dumps(LOG).encode())
        if path == "/v1/models":
            names = [*ANSWERS, *STATUSES, *MISBEHAVIOURS, "echo", "embed", "scripted"]
            return await self.send(200, json.dumps({"object": "list", "data": [{"id": id} for id in names]}).encode())
        if not body:
            return await self.send(404, b"{}")
        asked = json.loads(body)
        if path == "/script":
            RULES[:] = asked
            return await self.send(200, b"{}")
        name = asked["model"]
        COUNTS[name] += 1
        if not name.startswith("load"):
            LOG.append({"path": path, "authorization": fields.get("authorization"), "body": asked})
        if path.endswith("/embeddings"):
            return await self.embed(name, asked)
        return await self.misbehave(name, asked) if name in MISBEHAVIOURS else await self.behave(name, asked)

    async def behave(self, name, asked):
        if name in STATUSES:
            return await self.fail(STATUSES[name], asked)
        if name.startswith("load-"):
            return await self.load(asked, float(name.split("-")[1]))
        if name.startswith("scripted"):
            return await self.follow(name, asked)
        answer = completion(said(asked)) if name == "echo" else ANSWERS.get(name)
        if answer is None:
            return await self.send(404, b'{"error": {"message": "?", "code": "model_not_found"}}')
        return await self.speak(answer, asked)

    async def follow(self, name, asked):
        one = found_rule(name, asked)
        if one is None:
            return await self.send(400, b'{"error": {"message": "?", "code": "no_rule"}}')
        await asyncio.sleep(one["pause"])
        if one["status"]:
            return await self.fail(one["status"], asked)
        return await self.speak(scripted(one, asked), asked)

    async def speak(self, answer, asked):
        if not asked.get("stream"):
            return await self.send(200, json.dumps(answer).encode())
        self.writer.write(head(200, "text/event-stream; charset=utf-8"))
        for event in chunks(answer):
            self.writer.write(packed(framed(event)))
            await self.writer.drain()
        return await self.end()

    async def load(self, asked, pause):
        """Twenty words, evenly spaced."""
        if not asked.get("stream"):
            await asyncio.sleep(pause)
            return await self.send(200, PLAIN)
        self.writer.write(head(200, "text/event-stream"))
        for event in PIECES:
            self.writer.write(event)
            await asyncio.sleep(pause)
        return await self.end()

    async def misbehave(self, name, asked):
        return await getattr(self, MISBEHAVIOURS[name])(asked)

    async def end(self):
        self.writer.write(packed(b"data: [DONE]\n\n") + b"0\r\n\r\n")
        await self.writer.drain()
        return True

    async def send(self, status, data, kind="application/json", extra=""):
        self.writer.write(head(status, kind, len(data), extra) + data)
        await self.writer.drain()
        return True

    async def fail(self, status, asked, extra=""):
        told = {"error": {"message": f"cannot do: {said(asked)}", "type": "server_error", "code": None}}
        return await self.send(status, json.dumps(told).encode(), extra=extra)

    async def embed(self, name, asked):
        if name == "embed-short":
            asked["input"] = asked["input"][1:]
        if name == "embed-fails":
            return await self.send(500, b"{}")
        vectors = [{"index": n, "embedding": [float(len(text)), 1.0]} for n, text in enumerate(asked["input"])]
        told = {"data": vectors[::-1], "usage": {"prompt_tokens": 7 * len(vectors), "total_tokens": 7 * len(vectors)}}
        return await self.send(200, json.dumps(told).encode())

    async def fails_once(self, asked):
        if COUNTS["fails-once"] % 2:
            return await self.fail(500, asked)
        return await self.behave("plain", asked)

    async def busy_once(self, asked):
        if COUNTS["busy-once"] % 2:
            return await self.fail(429, asked, extra="retry-after: 0.05\r\n")
        return await self.behave("plain", asked)

    async def busy_long(self, asked):
        return await self.fail(429, asked, extra="retry-after: 3000\r\n")

    async def stalls(self, _):
        await asyncio.sleep(3600)

    async def half(self, _):
        self.writer.write(head(200, "text/event-stream"))
        for event in list(chunks(completion(SENTENCE)))[:5]:
            self.writer.write(packed(framed(event)))
        await self.writer.drain()

    async def stalls_midway(self, asked):
        await self.half(asked)
        await asyncio.sleep(3600)

    async def breaks_midway(self, asked):
        await self.half(asked)
        self.writer.transport.abort()
        return False

    async def ends_midway(self, asked):
        await self.half(asked)
        return await self.end()

    async def breaks_at_once(self, _):
        self.writer.transport.abort()
        return False

    async def garbage(self, _):
        return await self.send(200, b"<html>welcome to the wireless network</html>", "text/html")

    async def deep(self, _):
        return await self.send(200, b"[" * 100_000)

    async def garbage_stream(self, _):
        self.writer.write(head(200, "text/event-stream") + packed(b"data: {not json}\n\n"))
        return await self.end()

    async def broken_text(self, _):
        self.writer.write(
            head(200, "text/event-stream") + packed(b'data: {"choices": [{"delta": {"content": "\xff\xfe"}}]}\n\n')
        )
        return await self.end()

    async def endless_body(self, _):
        self.writer.write(head(200, "application/json") + packed(b'{"choices": [{"message": {"content": "'))
        while not self.writer.is_closing():
            self.writer.write(packed(b"x" * 65536))
            await self.writer.drain()
        return False

    async def endless(self, _):
        self.writer.write(head(200, "text/event-stream"))
        event = packed(framed(list(chunks(completion("on and on")))[2]))
        while not self.writer.is_closing():
            self.writer.write(event * 50)
            await self.writer.drain()
        return False

    async def endless_line(self, _):
        self.writer.write(head(200, "text/event-stream") + packed(b"data: "))
        while not self.writer.is_closing():
            self.writer.write(packed(b"x" * 65536))
            await self.writer.drain()
        return False

    async def redirects(self, _):
        return await self.send(307, b"", extra=f"location: http://127.0.0.1:{sys.argv[1]}/v1/plain\r\n")


MISBEHAVIOURS = {
    name.replace("_", "-"): name
    for name in (
        "fails_once", "busy_once", "busy_long", "stalls", "stalls_midway", "breaks_midway", "ends_midway",
        "breaks_at_once", "garbage", "deep", "garbage_stream", "endless", "endless_line", "endless_body", "broken_text",
        "redirects",
    )
}  # fmt: skip
PLAIN = json.dumps(completion(SENTENCE)).encode()
PIECES = [packed(framed(event)) for event in list(chunks(completion(SENTENCE)))[1:]]


async def main(port):
    server = await asyncio.start_server(lambda r, w: Connection(r, w).serve(), "127.0.0.1", port, backlog=1024)
    async with server:
        await server.serve_forever()


MODELS_TOML = """
[[models]]
id = "{id}"
name = "{name}"
version = "1"
locality = "local"
address = "{address}"
context = 100000
can = ["tools", "schema", "json"]
"""


class Running:
    """The server as a test sees it."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}/v1"
        self._root = f"http://127.0.0.1:{port}"

    def script(self, *rules):
        """Answers of `scripted` models by these rules from now on."""
        data = json.dumps(rules).encode()
        urllib.request.urlopen(urllib.request.Request(self._root + "/script", data=data), timeout=10).close()

    def registered(self, home, *names):
        """Registers models of this server in a ward's home (`scripted` if none is named)."""
        entries = [MODELS_TOML.format(id=name, name=name, address=self.address) for name in names or ["scripted"]]
        (home / "models.toml").write_text("".join(entries), encoding="utf-8")

    def log(self, model=None):
        """What it was asked, oldest first."""
        with urllib.request.urlopen(self._root + "/log", timeout=10) as answer:
            return [one for one in json.load(answer) if model in {None, one["body"]["model"]}]


@contextlib.contextmanager
def running():
    """The server in a process of its own."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    process = subprocess.Popen([sys.executable, __file__, str(port)])
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                break
            except OSError:
                assert process.poll() is None, "the model server did not start"
                assert time.monotonic() < deadline, "the model server did not start in time"
                time.sleep(0.02)
        yield Running(port)
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
