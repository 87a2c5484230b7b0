"""The words of the page of a shared agent, in both languages."""

from typing import Final

WORDS: Final[dict[str, dict[str, str]]] = {
    "not_for": {"en": "Limits:", "zh": "限制："},
    "emergency": {
        "en": "In an emergency call the emergency number (120, 112, 911, 999) or go to the nearest emergency "
        "department. This page cannot help then.",
        "zh": "急症请立即拨打120（或当地急救电话）或前往最近的急诊科；本页面无法处理急症。",
    },
    "you_asked": {"en": "You asked:", "zh": "您的问题："},
    "made_by": {
        "en": "Written by a program (AI-generated), not by a person. It does not replace a visit to a doctor.",
        "zh": "以上内容由程序生成（人工智能生成），并非人工撰写，不能代替就医。",
    },
    "ask": {"en": "Your question", "zh": "您的问题"},
    "no_names": {
        "en": "Please write no names, numbers or addresses. Nobody knows who you are, and no record is read.",
        "zh": "请勿填写姓名、证件号、电话或地址。系统不知道您是谁，也不会读取任何病历。",
    },
    "send": {"en": "Ask", "zh": "提问"},
    "examples": {"en": "For example:", "zh": "例如："},
    "footer": {
        "en": "OpenWard. This link was made by your hospital and ends by itself.",
        "zh": "OpenWard。此链接由医院生成，到期自动失效。",
    },
    "nothing": {"en": "This link leads nowhere", "zh": "此链接无效"},
    "gone": {
        "en": "It has expired or was ended. Ask whoever gave it to you for a new one.",
        "zh": "链接已过期或已停用，请向提供者索取新的链接。",
    },
    "wait": {
        "en": "Too many questions at once. Please wait {seconds} seconds.",
        "zh": "提问过于频繁，请在{seconds}秒后重试。",
    },
    "busy": {
        "en": "Many people are asking just now. Please try again in a moment.",
        "zh": "当前提问人数较多，请稍后重试。",
    },
    "failed": {
        "en": "The question could not be answered. Please put it in fewer and other words, or ask a nurse or a doctor.",
        "zh": "该问题暂时无法回答。请换一种更简短的说法，或咨询护士、医生。",
    },
}
