"""What a stranger's MCP server says of a tool, before the tool is offered to a model."""

import hashlib
import re
from collections.abc import Collection, Iterator, Mapping
from typing import Any, Final

import msgspec

from openward.checks.guards.arguments import texts_of
from openward.checks.guards.reading import on_words
from openward.checks.guards.persons import formed
from openward.checks.guards.plain import Plain
from openward.checks.guards.secrets import secrets
from openward.checks.guards.stop import Stop, refused

DIGEST: Final = "tool-digest"
POISON: Final = "tool-poisoning"
SHADOW: Final = "tool-shadowing"
_encode: Final = msgspec.json.Encoder(order="deterministic").encode
_NAME: Final = re.compile(r"[A-Za-z][\w.-]{0,99}")
_LONGEST: Final = 4000
# A description says what the tool does; what it wants of the model, of other tools and of files is no part of that.
_STEERS: Final = re.compile(
    r"<\s*/?\s*(?:important|system|instructions?|critical|secret|hidden|note|admin|must)\b|"
    r"\b(?:before|after|when(?:ever)?|prior to|while|each time you|every time you)\s+(?:you\s+)?(?:us(?:e|ing)|call(?:ing)?|invok(?:e|ing)|run(?:ning)?)\s+(?:this|any|the|other|"
    r"every|a)\b[^.\n]{0,60}\b(?:tool|function|must|first|read|call|send|always)|\b(?:you|the (?:model|assistant|agent|ai|llm)) (?:must|should|shall|need to|have to|will|are required)\b|"
    r"\b(?:always|first|must|instead)\b[^.\n]{0,40}\b(?:call|use|invoke|prefer|choose|run|read|include|pass|send)\b[^.\n]{0,40}\b(?:this|tool|instead|first|before|file|chart|"
    r"conversation|history|prompt|context|identifiers?)\b|\b(?:instead of|rather than|replaces?|supersedes?|in place of|deprecates?)\s+(?:using\s+|calling\s+)?(?:the\s+)?(?:\w+[ _-]){0,3}?(?:tool|"
    r"function|server|service)\b|\b(?:do not|don't|never) (?:use|call|tell|mention|reveal|inform|show|disclose|explain|log|ask|warn)\b|"
    r"\bwithout (?:telling|informing|asking|notifying|mentioning)\b|(?:~|/root|/home/\w+|%userprofile%)?/?\.(?:ssh|aws|env|netrc|kube|cursor|config|npmrc|git)\b|\bid_rsa\b|/etc/\w+|\bmcp\.json\b|"
    r"\b(?:read|open|cat|load|include|attach|paste|copy|put|pass)\b[^.\n]{0,50}\b(?:file|contents?|environment variables?|conversation|chat history|system prompt|previous messages?|"
    r"api keys?|credentials?|tokens?|whole chart|full chart|patient'?s? (?:name|record|chart|identifiers?))\b[^.\n]{0,60}\b(?:as|in|into|to|parameter|argument|field|here)\b|"
    r"(?:使用|调用|运行)(?:本|此|该|任何|其他|其它)?(?:工具|函数)?(?:之?前|之?后|时)[^。\n]{0,20}(?:必须|先|请|务必|需要|读取|发送)|(?:必须|务必|始终|总是|优先|首先|一律)(?:先)?(?:调用|使用|选择|读取|传入|附上|包含)|"
    r"(?:不要|切勿|不得|禁止|别)(?:使用|调用|告诉|告知|提及|透露|询问|记录|提醒)|(?:代替|取代|替代)[^。\n]{0,12}(?:工具|函数|服务)|(?:你|模型|助手|智能体)(?:必须|应当|应该|务必|需要)|"
    r"(?:把|将|读取|附上|传入)[^。\n]{0,20}(?:文件|密钥|对话|聊天记录|系统提示|病历|患者姓名|身份证|环境变量)[^。\n]{0,16}(?:参数|传入|填入|放入|发送|作为)",
)
_GREEDY: Final = re.compile(
    r"(?:system[_-]?prompt|chat[_-]?history|conversation|context[_-]?window|full[_-]?context|side[_-]?note|scratch[_-]?pad|reasoning|chain[_-]?of[_-]?thought|"
    r"api[_-]?key|password|credential|access[_-]?token|ssn|all[_-]?(?:records|messages|patients))",
    re.IGNORECASE,
)


class Described(msgspec.Struct, frozen=True, kw_only=True):
    """A tool as its server describes it (MCP `tools/list`)."""

    server: str
    tool: str
    description: str = ""
    schema: Mapping[str, Any] = {}
    annotations: Mapping[str, Any] = {}


def digest_of(described: Described) -> str:
    """SHA-256 (hex) of all that a server says of a tool: with any other word it is another tool."""
    return hashlib.sha256(_encode(msgspec.to_builtins(described))).hexdigest()


def on_tool_description(described: Described, pinned: str | None, taken: Collection[str] = ()) -> tuple[Stop, ...]:
    """Refuses a tool that is not the one that was pinned, that speaks to the model, or takes the name of another.

    `pinned` is None when a person is about to pin it; `taken` are the names of the other tools of this agent, which a
    description has no reason to name.
    """
    return tuple(_faults(described, pinned, taken))


def _faults(described: Described, pinned: str | None, taken: Collection[str]) -> Iterator[Stop]:
    if pinned is not None and digest_of(described) != pinned:
        yield refused(DIGEST, "the server describes the tool otherwise than when it was approved")
    if not _NAME.fullmatch(described.tool):
        yield refused(POISON, "the tool's name holds something else than letters, digits, '_', '.' and '-'")
    said = [described.description, *texts_of(described.schema), *texts_of(described.annotations)]
    whole = "\n".join(said)
    if len(whole) > _LONGEST:
        yield refused(POISON, f"the tool is described in more than {_LONGEST:,} characters")
        whole = whole[:_LONGEST]
    names = {name.casefold().replace("_", "-") for name in taken}
    if described.tool.casefold().replace("_", "-") in names:
        yield refused(SHADOW, "the tool has the name of another one")
    if any(name in Plain(described.description).text.replace("_", "-") for name in names if "-" in name):
        yield refused(SHADOW, "the description speaks of another tool")
    yield from _of_words(whole, described)


def _of_words(whole: str, described: Described) -> Iterator[Stop]:
    read = on_words(whole, "remote")
    yield from (refused(stop.guard, stop.reason) for stop in read.found)
    if _STEERS.search(Plain(whole).text):
        yield refused(POISON, "the description tells a model what to do, or what to bring along")
    if any(_GREEDY.search(name) for name in _fields(described.schema)):
        yield refused(POISON, "the tool wants the conversation, the prompt or keys as an argument")
    yield from (refused(stop.guard, stop.reason) for stop in (*secrets(whole), *formed(whole)))


def _fields(schema: object) -> Iterator[str]:
    if isinstance(schema, Mapping):
        for name, held in schema.items():
            if name == "properties" and isinstance(held, Mapping):
                yield from (str(field) for field in held)
            yield from _fields(held)
    elif isinstance(schema, list | tuple):
        for held in schema:
            yield from _fields(held)
