"""What no patient may be told by a machine: a diagnosis as certain, a cure as sure, to change or stop a treatment alone."""

import re
from typing import Final

from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held
from openward.language.passages import sentences

GUARD: Final = "promises"
_NOT_SAID: Final = r"(?<!not )(?<!n't )(?<!never )(?<!cannot )(?<!nobody )(?<!no one )"
_KINDS: Final[tuple[tuple[str, str], ...]] = (
    (
        "it states a diagnosis as certain",
        r"\byou (?:definitely|certainly|clearly|surely|undoubtedly|obviously) (?:have|are|suffer)\b|\b(?:this|it) is (?:definitely|certainly|"
        r"undoubtedly|clearly|without (?:a |any )?doubt) (?!n't|not\b)|\byou(?:r diagnosis is| have been diagnosed by me| are suffering from)\b|"
        r"\bi (?:can )?(?:diagnose|confirm (?:that )?you have|am (?:certain|sure|100 ?%|positive) (?:that )?(?:you|it|this))\b|"
        r"\bmy diagnosis (?:is|for you)\b|\byou have (?:cancer|aids|leukaemia|leukemia|a (?:tumou?r|stroke|heart attack))\b|"
        r"(?:你|您)(?:肯定|一定|绝对|必然|确定|毫无疑问)(?:是|得了|患|有)|(?:我|本系统|本助手)(?:可以)?(?:诊断|确诊|确定|断定)(?:你|您)?|(?:你|您)(?:得的|患的)(?:就是|是)|"
        r"(?:你|您)(?:这)?就是(?:得了)?[^。，,\n]{1,12}(?:癌|瘤|炎|病|症|梗)|确诊为",
    ),
    (
        "it promises an outcome",
        r"\bguarantee[sd]?\b|\b100 ?(?:%|per ?cent|percent)(?! of)\b[^.\n]{0,20}(?:safe|effective|cure\w*|sure|certain|success\w*|accurate)|"
        r"\bwill (?:definitely|certainly|surely|completely|always) (?:cure|heal|work|recover|be (?:fine|cured|ok|okay|gone|safe)|get better|help|go)\b|"
        r"\b(?:completely|totally|absolutely|perfectly|entirely) (?:safe|harmless|cured|risk[- ]free|without risk)\b|"
        r"\b(?:has|have|with|are|is|there (?:is|are)) (?:absolutely )?no (?:side[- ]effects?|risks?|dangers?)(?: (?:at all|whatsoever))?\b(?! (?:known|factors?|of))|"
        r"\brisk[- ]free\b|\bmiracle\b|\bcannot fail\b|\bnothing (?:to worry about|can go wrong)\b|\bpromise (?:you|that)\b|"
        r"保证(?:治愈|治好|有效|痊愈|康复|没事|安全)|包(?:治|好|治愈)|百分之?百|100 ?%(?:有效|安全|治愈|成功)|(?:一定|肯定|绝对|必定)(?:会|能|可以)?(?:治好|治愈|痊愈|有效|没事|安全|好起来|康复)|"
        r"绝对安全|(?:没有|无|毫无)(?:任何)?(?:毒)?(?:副作用|风险|危险)(?!因素)|根治|神药|药到病除|不会有(?:任何)?(?:问题|风险|危险|副作用)|(?:完全)?不用担心|放心吧?[，,]?没事",
    ),
    (
        "it tells a patient to change or stop a treatment alone",
        rf"{_NOT_SAID}\b(?:stop|quit|discontinue|skip|come off)\s+(?:taking\s+|using\s+)?(?:your|the|all|any|this|that)\s+(?!(?:to|for|and)\b)"
        r"(?:\w+\s+){0,2}?(?:medic\w+|tablets?|pills?|drugs?|insulin|warfarin|treatment|antibiotics?|chemo\w*|blood thinners?|anti\w+|steroids?|inhalers?|doses?)\b|"
        r"\b(?:double|triple|halve|increase|reduce|lower|raise|change|cut)\s+(?:your|the)\s+(?:\w+\s+){0,2}?(?:dose|dosage|medic\w+|tablets?|insulin)\b|"
        r"\btake (?:twice|double|two times|three times|extra)\b[^.\n]{0,30}\b(?:dose|prescribed|usual|tablets|pills)\b|"
        r"(?:^|(?<=[。，,；;！!\n])|(?:你|您|请|可以|应该|应|立即|马上|建议)(?:你|您|自行|直接|先|就|把)?)(?:停(?:用|掉|服|药)|加(?:大|倍)(?:药量|剂量|用量)?|减(?:少|半)?(?:药量|剂量|用量)|把?(?:药|剂量)(?:停|加倍|减半))",
    ),
    (
        "it keeps a patient from seeing a doctor",
        r"\b(?:no need|you (?:do not|don't|needn't|need not)(?: need)?|there is no reason|not necessary|unnecessary|instead of|rather than|avoid|don't bother)\s*(?:to\s+|for\s+|of\s+)?"
        r"(?:see(?:ing)?|visit(?:ing)?|call(?:ing)?|consult(?:ing)?|contact(?:ing)?|go(?:ing)? to|ask(?:ing)?)\s+(?:a|the|your|any)?\s*(?:doctor|physician|gp|hospital|emergency|"
        r"ambulance|specialist|a&e|nurse|pharmacist)|\bi am (?:a|your) (?:doctor|physician|nurse|pharmacist)\b|\btrust me (?:instead|more|rather)\b|"
        r"(?:不用|不必|无需|没必要|不需要|用不着)(?:再)?(?:去)?(?:看|找|问|咨询|联系|去)?(?:医生|医院|大夫|急诊|就医|就诊|看病)|我是(?:您的|你的|一名|一位)?(?:主治)?(?:医生|医师|大夫|护士|药师)|代替(?:医生|医师)",
    ),
)  # fmt: skip
_TOLD: Final = tuple((why, re.compile(pattern, re.MULTILINE)) for why, pattern in _KINDS)
_UNLESS: Final = re.compile(
    r"\b(?:do not|don't|never|must not|should not|shouldn't|without (?:talking|speaking|asking)|unless|before you|nobody can|no one can|cannot|can't|"
    r"can not|only (?:if|when|after)|if (?:you|your)|ask (?:your|the|a)|your doctor (?:may|might|will|can|could)|the doctor (?:may|might|will))\b|"
    r"不要|请勿|切勿|不得|不可|不能|不应|未经|除非|没有人|无法|咨询|遵医嘱|医生(?:会|可能|可以)|医师(?:会|可能)|如果|若"
)


def promises(text: str) -> tuple[Stop, ...]:
    """The sentences of an answer to a patient that say what only a person may say, or nobody."""
    plain = Plain(text)
    found: list[Stop] = []
    spans = sentences(text)
    for why, pattern in _TOLD:
        for match in pattern.finditer(plain.text):
            start, end = plain.span(*match.span())
            span = next((s for s in spans if s.start <= start < s.end), None)
            begin, stop = (span.start, span.end) if span else (start, end)
            if not _UNLESS.search(Plain(text[begin:start]).text[-80:]) and not (
                "treatment" in why and _UNLESS.search(Plain(text[end:stop]).text)
            ):
                found.append(held(GUARD, why, begin, stop))
    return tuple(found)
