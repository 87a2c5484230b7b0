"""Acts that stay with persons: no agent prescribes, orders, signs or deletes; what is sent waits for a person."""

import re
from collections.abc import Iterator
from typing import Any, Final, Literal

from openward.checks.guards.stop import Stop, held, refused
from openward.domain.actor import Role
from openward.domain.card import Risk

GUARD: Final = "forbidden-act"
Act = Literal["prescribe", "order", "sign", "delete", "administer", "pay", "send", "book", "change"]
_CAREGIVERS: Final[frozenset[Role]] = frozenset({"clinician", "pharmacist", "nurse"})
# Who may have an act done after approving its very arguments; for an act that is not here, nobody.
_MAY: Final[dict[Act, frozenset[Role]]] = {
    "send": _CAREGIVERS,
    "book": _CAREGIVERS | {"patient"},
    "change": _CAREGIVERS,
}
_WORDS: Final[tuple[tuple[Act, str], ...]] = (
    ("prescribe", r"prescrib\w*|e-?prescri\w*|refill|开(?:具)?(?:处方|药)|处方(?:下达|提交|签发)"),
    ("order", r"orders?|ordering|cpoe|requisition|下(?:达)?医嘱|开(?:立|具)?(?:医嘱|检查|检验)|提交医嘱"),
    ("sign", r"signs?|sign-?off|co-?sign|attest|approv\w*|authori[sz]\w*|finali[sz]e|签(?:名|署|字|发)|审(?:批|签)"),
    ("delete", r"delet\w*|remov\w*|purge|erase|drop|destroy|truncate|wipe|revoke|discontinu\w*|cancel|删除|清空|作废|停用|撤销"),
    ("administer", r"administer|infuse|inject|dispense|titrate|给药|发药|注射"),
    ("pay", r"pay|payment|charge|bill|refund|purchase|buy|支付|收费|退费|转账"),
    ("send", r"send|e?mail|post|publish|share|forward|upload|export|notify|message|sms|fax|submit|发送|转发|上传|发布|通知|导出"),
    ("book", r"book|schedule|appointment|reserve|预约|挂号|排班"),
    ("change", r"write|update|create|insert|edit|modify|patch|put|set|add|save|store|admit|discharge|transfer|写入|更新|新建|修改|保存"),
)  # fmt: skip
_ACTS: Final = tuple((act, re.compile(rf"(?<![^\W_])(?:{words})(?![^\W_])")) for act, words in _WORDS)
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")
# FHIR resources that are acts by themselves unless they are only proposed.
_RESOURCES: Final[dict[str, Act]] = {
    "MedicationRequest": "prescribe", "ServiceRequest": "order", "DeviceRequest": "order", "NutritionOrder": "order",
    "MedicationAdministration": "administer", "MedicationDispense": "administer", "Claim": "pay",
    "Communication": "send", "Appointment": "book",
}  # fmt: skip
_DEEPEST: Final = 16


def acts_of(tool: str, description: str, arguments: object) -> tuple[Act, ...]:
    """The acts that a tool's name and description say, and those of FHIR resources in its arguments."""
    said = _CAMEL.sub(" ", tool).replace("_", " ").lower()
    named = [act for act, words in _ACTS if words.search(said)]
    told = [] if named else [act for act, words in _ACTS if words.search(description.lower())]
    return tuple(dict.fromkeys((*named, *told, *_resources(arguments, _DEEPEST))))


def forbidden_acts(acts: tuple[Act, ...], *, role: Role, risk: Risk, approved: bool) -> tuple[Stop, ...]:
    """Refuses acts that nobody may have done for them; holds the others until their arguments are approved."""
    return tuple(stop for act in acts or ("change",) for stop in _judged(act, role, risk, approved=approved))


def _judged(act: Act, role: Role, risk: Risk, *, approved: bool) -> Iterator[Stop]:
    may: frozenset[Role] = _MAY.get(act, frozenset())
    if not may:
        yield refused(GUARD, f"no agent may {act}: that is the act of a person")
    elif role not in may:
        yield refused(GUARD, f"the role '{role}' may not {act} through an agent")
    elif risk == "informs":
        yield refused(GUARD, f"an agent whose risk is 'informs' may not {act} anything")
    elif not approved:
        yield held(GUARD, f"to {act} waits for a person's approval of exactly these arguments")


def _resources(value: Any, depth: int) -> Iterator[Act]:
    if not depth:
        return
    if isinstance(value, dict):
        kind = value.get("resourceType")
        if isinstance(kind, str) and kind in _RESOURCES and value.get("intent") != "proposal":
            yield _RESOURCES[kind]
        value = list(value.values())
    if isinstance(value, list):
        for held_value in value:
            yield from _resources(held_value, depth - 1)
