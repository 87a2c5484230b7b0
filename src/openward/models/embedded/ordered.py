"""The order sentences in a request: each drug with the dose, route and times that stand behind it."""

import re
from collections.abc import Iterator
from typing import Final

from openward.models.embedded.signs import Signs

# What may stand behind a drug and still belong to its order.
_TAIL: Final = re.compile(
    r"(?:\s*(?:\d[\d.,/]*|%|[一二三四五六七八两半每日天次片粒袋支早中晚睡前饭后餐隔周小时分毫微克单位升口服静脉滴注射皮下肌内外用吸入共连用]"
    r"|(?:mg|mcg|µg|μg|ug|g|ml|l|units?|iu|u|kg|mmol|tablets?|tabs?|caps?|capsules?|puffs?|drops?|once|twice|"
    r"three|four|two|one|times?|a|per|each|every|daily|day|days|night|nightly|week|weekly|weeks|month|months|hours?|"
    r"hrly|hourly|h|po|oral|orally|by|mouth|iv|im|sc|subcut|subcutaneous|subcutaneously|intravenous|intravenously|"
    r"inhaled|topical|sublingual|sl|pr|bd|bid|tid|tds|qid|qds|qd|qod|qn|qhs|od|om|on|hs|nocte|prn|as|needed|at|in|the|"
    r"morning|evening|bedtime|with|food|meals|xr|xl|er|sr|mr|stat|q\d{1,2}h|x|patch)(?![^\W\d_\u4e00-\u9fff])|[/-]))*",
    re.IGNORECASE,
)
_LOOSE: Final = re.compile(r"(?:[\s,，、;/-]|(?<![a-z])(?:a|on|in|the|at|with|as|by|per|each|or|and)(?![a-z])|和|与)+$")
# What comes behind words such as "can she have", where no drug is known: the name, as it was said.
_WANTED: Final = re.compile(
    r"(?:can (?:i|we|you|she|he|they)\b.{0,24}?\b(?:have|take|give|add|start|use)"
    r"|is it (?:ok|safe) to (?:take|give|add)"
    r"|(?:能不能|可以|能)(?:用|吃|加用)|加用|改用|换成)\s*(?P<what>[\w-]{2,30}?)"
    r"(?=[\s?？吗呢么，,。.]|$)",
    re.IGNORECASE,
)
_NOTHING: Final = re.compile(
    r"^(?:something|anything|this|that|these|it|the|a|an|some|him|her|them|me|drugs?|medicines?|medications?|pills?|"
    r"painkillers?|antibiotics?|[这那].{0,3}|什么.{0,3}|药物?|.{0,2}止[痛疼]药|抗生素|消炎药|个.{0,3}药|.*(?:相互作用|风险|问题))$",
    re.IGNORECASE,
)
_LONGEST: Final = 400
_MOST: Final = 50


def orders_in(signs: Signs) -> tuple[str, ...]:
    """The orders of a request in their order; of a drug that no table knows, the name as it was said."""
    found = tuple(dict.fromkeys(_known(signs)))[:_MOST]
    return found or tuple(dict.fromkeys(_unknown(signs.text)))


def _known(signs: Signs) -> Iterator[str]:
    text, places = signs.text, signs.drugs
    ends = [*(start for start, _ in places[1:]), len(text)]
    for (start, end), limit in zip(places, ends, strict=False):
        tail = _TAIL.match(text, end, min(limit, end + _LONGEST))
        told = text[start : tail.end() if tail else end]
        if not _NOTHING.match(text[start:end]):
            yield text[start:end] + _LOOSE.sub("", told[end - start :])


def _unknown(text: str) -> Iterator[str]:
    for said in _WANTED.finditer(text):
        if not _NOTHING.match(said["what"]):
            yield said["what"]
