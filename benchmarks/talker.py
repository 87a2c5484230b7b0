"""How often the talker chooses the right tools: `python -m benchmarks.talker [--misses]`."""

import json
import sys
import time

from jsonschema import Draft202012Validator
from tests.models.embedded.asking import request, rows, tools

from openward.models.embedded import talk
from openward.studies.proportion import proportion


def chosen(row):
    """What the talker does about a request, in the words of the file."""
    said = [row.earlier, _back(row), row.request] if row.earlier else [row.request]
    reply = talk(request(*said, language=row.language))
    if reply.tool_calls:
        return "+".join(sorted({_name(call) for call in reply.tool_calls}))
    return "?" if reply.text.endswith(("?", "？", "。”。", "”.", ".", "。")) and "\n" not in reply.text else "-"


def _back(row):
    earlier = talk(request(row.earlier, language=row.language))
    return earlier.text or "…"


def _name(call):
    arguments = json.loads(call.arguments)
    schema = next(tool.parameters for tool in tools() if tool.name == call.name)
    Draft202012Validator(schema).validate(arguments)
    return f"chart:{arguments['section']}" if call.name == "chart" else call.name


def right(row):
    return chosen(row) in {"+".join(sorted(one.split("+"))) for one in row.expected.split(" | ")}


def figure(found):
    hits = sum(right(row) for row in found)
    one = proportion(hits, len(found))
    return f"{hits / len(found):.3f} ({one.low:.3f}–{one.high:.3f}), {one.counted}"


def main():
    given = rows()
    for row in given:
        if "--misses" in sys.argv and row.split in {"dev", "organs"} and not right(row):
            print(row.id, row.expected, "<-", chosen(row), "|", row.request, "|", row.earlier)
    for split in ("dev", "held-out", "organs", "organs-unseen"):
        for language in ("en", "zh"):
            print(
                f"| {split} | {language} | {figure([r for r in given if (r.split, r.language) == (split, language)])} |"
            )
        print(f"| {split} | both | {figure([r for r in given if r.split == split])} |")
    begun = time.perf_counter()
    for row in given:
        talk(request(row.request, language=row.language))
    print(f"{1000 * (time.perf_counter() - begun) / len(given):.2f} ms a request, warm")


if __name__ == "__main__":
    main()
