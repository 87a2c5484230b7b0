"""Sentences of a stranger's text that speak to a model: they are cut out before it sees them.

Letters tell patients and nurses what to do ("ignore the previous dose", "stop the tablets"), and that is no attack: what
is looked for is what only a model can be told - to drop its instructions, be something else, call a tool, keep silent.
"""

import re
from collections.abc import Iterator
from typing import Final

from openward.checks.guards.plain import Plain
from openward.checks.guards.stop import Stop, held
from openward.language.passages import sentences

GUARD: Final = "instructions"
_TOLD: Final = (
    r"(?:instructions?|prompts?|directives?|guardrails?|guidelines|safety rules|rules|system messages?|training)"
)
_DROP: Final = (
    r"(?:ignore|disregard|forget|override|overrule|bypass|discard|drop|skip|violate|(?:do not|don't|never) "
    r"(?:follow|obey|apply)|stop following|pay no attention to)"
)
_WHICH: Final = (
    r"(?:all|any|every|each|the|your|my|our|these|those|of|previous|prior|above|earlier|preceding|former|original|"
)
_WHICH_END: Final = r"initial|system|safety|existing|current|other|developer|hidden|and|or|us(?:er)?)"
_MODEL: Final = r"(?:ai|a\.i\.|artificial intelligence|llms?|(?:large )?language models?|chat ?bots?|chatgpt|gpt|agents?|assistants?|copilot)"
# What follows "previous instructions" when they are those of a doctor.
_OF_CARE: Final = (
    r"(?!\s+(?:(?:regarding|about|on|for|concerning|re|given|from|as to)\s+)(?:\w+\s+){0,4}?(?:dos\w*|medic\w*|tablet\w*|"
    r"warfarin|insulin|diet|wound|dressing\w*|follow|appointment\w*|fasting|drug\w*|weight|exercise|physio\w*|bath\w*|"
    r"the (?:ward|clinic|nurse|doctor|pharmac\w+|surgeon|dietitian)))"
)
_ENGLISH: Final = (
    rf"\b{_DROP}\s+(?:{_WHICH}{_WHICH_END}\s+){{1,6}}{_TOLD}\b{_OF_CARE}",
    rf"\b{_DROP}\s+(?:everything|anything|all)\s+(?:that\s+)?(?:(?:was|you were)\s+)?(?:above|before|said|told|you (?:know|were|have))\b",
    r"\b(?:reveal|print|repeat|show|output|display|disclose|leak|translate|summari[sz]e|recite|give me)\s+(?:me\s+)?(?:all\s+)?"
    r"(?:of\s+)?(?:your|the|its)\s+(?:full |entire |whole |complete |hidden |secret |initial |original |exact )*"
    r"(?:system prompt|system message|prompt|instructions|configuration|words above|api keys?|credentials)\b",
    r"\bsystem prompt\b|\bhidden (?:prompt|instructions)\b|\bjail ?break|\bdeveloper mode\b|\bdo anything now\b|\bdan mode\b",
    rf"\byou are (?:now|no longer|actually|really)\s+(?:\w+\s+){{0,4}}?(?:{_MODEL}|model|bot|dan|administrator|admin|root|unrestricted|"
    r"unfiltered|uncensored|free (?:of|from)|bound|limited|restricted|in (?:a )?(?:test|debug|maintenance|god|admin))\b",
    rf"\b(?:act|behave|respond|answer|pretend|role-?play)\s+(?:as|like|to be|that you are|you are)\s+(?:if\s+you\s+(?:are|were)\s+)?"
    rf"(?:an?\s+|the\s+)?(?:\w+\s+){{0,3}}?(?:{_MODEL}|dan|hacker|unrestricted|uncensored|pharmacist without|doctor (?:who|without)|"
    r"system|administrator|root|terminal|shell)\b",
    rf"\b(?:note|message|instructions?|attention|important|notice|reminder|warning|hint|dear|hey|hello|to|for)\s*(?:to|for|:|,)?\s+"
    rf"(?:any |all |the |every )?(?:{_MODEL})(?:\s+(?:model|system|reviewer|reader|assistant|agent|summari[sz]er)s?)?\s*(?:[:,]|(?:reading|"
    r"processing|summari[sz]ing|reviewing|that reads)\b|(?:must|should|shall|please)\b)",
    rf"\b(?:if|when) you(?:'re| are)\s+(?:an?\s+)?(?:{_MODEL}|model|automated|machine)\b",
    rf"\bas (?:an?|the) (?:{_MODEL}|ai\b[\w ]{{0,20}})\s*,?\s*(?:you|please|do|must)\b",
    r"\b(?:call|invoke|trigger|execute|run|use)\s+(?:the\s+)?(?:tool|function|api|endpoint|plugin|mcp)\b|"
    r"\b(?:call|invoke|trigger|execute|run|use)\s+(?:the\s+)?[`'\"]?[a-z]+(?:[_.-][a-z]+)+[`'\"]?\s*(?:\(|(?:tool|function|api)\b)|"
    r"\b(?:call|invoke|execute|run|use)\s+(?:the\s+)?[`'\"]?[a-z]+_[a-z_]+\b",
    r"\b(?:do not|don't|never)\s+(?:tell|inform|alert|warn|notify|mention (?:this|it|that) to|reveal (?:this|it) to|show (?:this|it) to|"
    r"ask|let)\s+the\s+(?:user|human|operator|reviewer)s?\b",
    r"\b(?:do not|don't|never)\s+(?:mention|reveal|disclose|refer to|quote|repeat|cite)\s+(?:this|these|the)\s+(?:instructions?|"
    r"text|note|message|paragraph|prompt|comment|document|section)\b",
    r"\b(?:respond|reply|answer|output)\s+(?:only|exclusively|solely|just|simply)?\s*(?:with|:)\s+(?:the (?:word|phrase|text|following)|"
    r"exactly|['\"“‘`]|only|yes|no\b|json)",
    r"\byour (?:new|real|actual|only|true|next|updated)\s+(?:instructions?|task|goal|objective|role|job|rules?|persona|identity|mission)\b|"
    r"\bnew (?:system )?(?:instructions?|prompt|rules?)\s*(?:for (?:you|the)|follow|begin|:\s*(?:you|always|never|ignore|from now))",
    r"\byour (?:response|answer|output|summary|reply|recommendation)s?\s+(?:must|should|shall|will|has to|needs to|is to)\b",
    r"\b(?:send|post|forward|upload|e?-?mail|exfiltrate|transmit|append|leak|submit|copy|export)\b[^.\n]{0,80}?\b(?:conversation|"
    r"chat history|system prompt|context window|api keys?|credentials|tokens?|passwords?|all (?:the )?(?:patients?|records?|charts?)|"
    r"(?:whole|entire|full|complete) (?:patient )?(?:chart|record|history|context|database)|patient (?:data|identifiers?|list))\b"
    r"[^.\n]{0,60}?(?:https?:|@|\bto\b|\bvia\b|\binto\b)",
    r"\b(?:from now on|henceforth|going forward)\b[^.\n]{0,30}\b(?:you (?:will|must|are|shall) (?:respond|answer|act|obey|always|never|only|"
    r"comply|output|ignore)|respond|answer|obey|comply|always (?:say|answer|recommend|output))\b",
    r"\b(?:always|only|must)\s+(?:say|answer|conclude|report|output|state|recommend|rate|classify|rank)\s+(?:that\s+)?[^.\n]{0,60}"
    r"\b(?:regardless|no matter|whatever|in every (?:answer|response)|to (?:the|every) user|in your (?:answer|response|summary))\b",
    r"\b(?:this (?:message|request|instruction) (?:is|comes) from|i am|this is) (?:the|your|an?) (?:system administrator|developers?|openai|"
    r"anthropic|creator|system owner|hospital administrator with)\b",
    r"\b(?:without|skip(?:ping)?|no need for|bypass(?:ing)?)\s+(?:any\s+|the\s+|asking for\s+|human\s+|waiting for\s+)*(?:human approval|"
    r"approval step|confirmation from the user|user confirmation|user approval|safety checks?|guardrails?)\b",
    r"\bthe (?:user|human) (?:has|already)\s*(?:already)?\s*(?:approved|authori[sz]ed|consented to|confirmed)\s+(?:this|the|all|every)\b",
)  # fmt: skip
_CHINESE: Final = (
    r"(?:忽略|无视|忘记|忘掉|忘了|不要?理会|不要?遵守|不必遵守|绕过|跳过|覆盖|抛弃|取消|停止遵守)(?:掉)?(?:你)?(?:的)?"
    r"(?:以上|之前|前面|上述|上面|先前|此前|所有|全部|任何|你|一切|原有|原来|系统|安全|的|和|与|这些|那些|收到|其他){1,8}"
    r"(?:指令|提示词?|规则|设定|限制|约束|命令|对话|护栏|指示(?!灯))",
    r"系统提示词?|提示词(?:内容|全文|原文)|越狱|开发者模式|隐藏(?:的)?(?:指令|提示)",
    r"(?:输出|打印|显示|重复|泄露|告诉我|复述|翻译)(?:出)?(?:你|您)?(?:的)?(?:全部|完整|原始|初始)?(?:的)?(?:系统)?(?:提示词|指令|设定|密钥|配置)",
    r"你(?:现在|从现在起|已经|不再)(?:是|扮演|作为|进入|受)[^。\n]{0,16}(?:助手|模型|机器人|智能体|管理员|限制|约束|模式|黑客|系统|人工智能|\bai\b)",
    r"(?:扮演|假装(?:你)?(?:是|成)|充当)(?:一个|一名|一位)?[^。\n]{0,12}(?:没有限制|不受限|模型|助手|机器人|管理员|黑客|系统|终端)",
    r"(?:致|给|请|提醒|告知|通知|注意[:：]?)(?:所有|任何|本|该)?(?:的)?(?:\bai\b|ai(?=[助模阅智审])|人工智能|大模型|语言模型|智能体|智能助手|聊天机器人)"
    r"[^。\n]{0,12}(?:[:：,，]|必须|应当|应该|请|务必|需要|注意|阅读)",
    r"(?:如果|若|当)(?:你|您)是(?:一个|一名)?(?:\bai|ai|人工智能|大?语言?模型|机器人|智能体)",
    r"作为(?:一个|一名)?(?:ai|人工智能|大?语言模型|智能助手|智能体)[^。\n]{0,6}[,，]?(?:你|您|请|必须|不要)",
    r"(?:调用|执行|运行|触发|使用)[^。\n,，]{0,16}(?:工具|函数|接口|\bapi\b|api(?![a-z])|插件)|(?:调用|执行|运行|触发)\s*[`'\"]?[a-z]+(?:[_.-][a-z]+)+",
    r"(?:不要|不得|切勿|别|禁止)(?:告诉|告知|通知|提醒|询问|让)(?:使用者|用户|操作者|审核人)|(?:不要|不得|切勿|别)(?:提及|透露|引用|复述)"
    r"(?:本|这|此|上述|该)(?:段|条|些|份)?(?:文字|内容|指令|说明|提示|消息)",
    r"(?:只|仅)(?:需要?|能|允许|可以)?(?:回复|输出)(?:[:：“\"‘']|以下|如下|这)|(?:请|必须|务必)?(?:直接)?(?:回复|回答|输出)[:：]?[“\"‘'「]",
    r"(?:你|您)的(?:新|真正|唯一|真实|下一个)的?(?:任务|指令|角色|身份|目标|规则)|新的?(?:系统)?(?:指令|提示词)\s*(?:如下|[:：])",
    r"(?:你|您)的(?:回答|回复|输出|总结|摘要|答案)(?:必须|应当|应该|只能|务必|要|需要)",
    r"(?:把|将)[^。\n]{0,30}(?:病历|患者|病人|对话|聊天|密钥|密码|令牌|数据|提示词|记录)[^。\n]{0,16}(?:发送|上传|转发|提交|外传|导出|传输|发)(?:到|至|给|往)"
    r"[^。\n]{0,20}(?:http|@|邮箱|网址|服务器|外部|链接)",
    r"(?:从现在(?:开始|起)|今后|此后)[^。\n]{0,12}(?:你|您)?[^。\n]{0,6}(?:只能|必须|始终|总是|一律)(?:回答|回复|输出|服从|推荐|说|遵从)",
    r"(?:无论|不管)[^。\n]{0,20}(?:都|均|一律)(?:要|必须|应)?(?:回答|回复|输出|推荐|建议|判断为|评为)",
    r"(?:我是|这是|本消息来自|本指令来自)(?:系统|你的)?(?:管理员|开发者|开发人员|创建者|openai|deepseek|系统方)",
    r"(?:无需|不需要|跳过|绕过|不用)(?:人工|用户|医生)?的?(?:审批|批准|确认|审核|安全检查|护栏)(?:步骤|流程|环节)?[^。\n]{0,8}(?:直接|立即|马上|即可)",
    r"(?:用户|使用者)(?:已经|已)(?:批准|授权|同意|确认)(?:了)?(?:本|该|此|这|所有|全部)",
)  # fmt: skip
_SPEAKS: Final = re.compile("|".join(f"(?:{pattern})" for pattern in (*_ENGLISH, *_CHINESE)))
_STRONG: Final = re.compile("|".join(f"(?:{pattern})" for pattern in (_ENGLISH[0], _ENGLISH[2], _ENGLISH[3])))


def instructions(text: str) -> tuple[Stop, ...]:
    """The sentences that speak to a model, in any of the disguises that keep the letters in place."""
    plain = Plain(text)
    found = [(plain.span(*match.span()), "it tells a model what to do") for match in _SPEAKS.finditer(plain.text)]
    for name, undone in plain.undisguised():
        found += [
            (plain.span(*m.span()), f"it tells a model what to do, in disguise ({name})")
            for m in _STRONG.finditer(undone)
            if not _STRONG.search(plain.text, *m.span())
        ]
    return tuple(_sentences_of(text, found)) if found else ()


def speaks_to_a_model(text: str) -> bool:
    """Whether any sentence does."""
    return bool(instructions(text))


def _sentences_of(text: str, found: list[tuple[tuple[int, int], str]]) -> Iterator[Stop]:
    """Whole sentences: half an instruction may still be one."""
    for sentence in sentences(text):
        why = next((why for (start, end), why in found if start < sentence.end and end > sentence.start), None)
        if why is not None:
            yield held(GUARD, why, sentence.start, sentence.end)
