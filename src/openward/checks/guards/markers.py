"""Marks by which models and their servers tell who speaks: in a stranger's text they are forged."""

import re
from typing import Final

from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held

GUARD: Final = "forged-marks"
_WHO: Final = r"(?:system|developer|assistant|user|human|tool|function|ai|model)"
_MARK: Final = re.compile(
    r"<\|[a-z0-9_ ]{1,40}\|>|<｜[^｜\n]{1,40}｜>|\[/?(?:inst|system|sys|tool_calls|tool_results|available_tools)\]|<</?sys>>|"
    r"</?(?:s|bos|eos|start_of_turn|end_of_turn|begin_of_text|end_of_text)>|"
    rf"</?\s*(?:{_WHO}|data|document|context|instructions?|important|prompt|tool_(?:call|result|response|use|output)s?|"
    r"function_(?:call|result)s?|invoke|parameter|thinking|secret|admin|untrusted|trusted)(?:\s[^<>\n]{0,120})?/?>|"
    rf"[\"']role[\"']\s*:\s*[\"']{_WHO}[\"']|[\"'](?:tool_calls?|tool_call_id|function_call)[\"']\s*:|"
    rf"^\s*(?:#{{1,6}}|\*\*|={{3,}}|-{{3,}}|>{{3,}})\s*(?:new |begin |end |start (?:of )?|end of )?{_WHO}(?: (?:message|prompt|"
    rf"instructions?|override|note))?\s*(?:\*\*|:|#|=|-|$)|"
    rf"^\s*(?:begin|end|start|new)[ _]{_WHO}[ _](?:message|prompt|turn|instructions?)\b|"
    r"^\s*(?:system|developer)\s*(?:override|message|prompt|instruction|command|alert|notice|update)\s*[:：]|"
    r"^\s*human\s*:|^\s*(?:系统(?:指令|消息|提示|命令|通知)|开发者(?:消息|指令)|工具(?:返回|结果|输出)|助手(?:回复|回答)?|用户(?:消息|输入)?)\s*[:：]|"
    r"【\s*(?:系统(?:指令|消息|提示|命令|通知)?|开发者|工具结果|工具返回)\s*】|"
    r"\b(?:tool|function) (?:result|output|response|returned)\s*[:：]|\bend of (?:document|data|context|untrusted|user) ?(?:data|text)?\b\s*[-=#>]*\s*$",
    re.MULTILINE,
)


def forged_marks(text: str) -> tuple[Stop, ...]:
    """Each mark of a conversation's frame that stands in the text, with the line that it opens."""
    plain = Plain(text)
    return tuple(_line(text, *plain.span(*match.span())) for match in _MARK.finditer(plain.text))


def _line(text: str, start: int, end: int) -> Stop:
    stop = text.find("\n", end)
    return held(
        GUARD, "it forges who speaks, or where a tool's result or the text ends", start, end if stop < 0 else stop
    )
