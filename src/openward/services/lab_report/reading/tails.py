"""The name of an analyte at the end of other words: `Patient John Smith K`, `Serum K`, `potassium was`."""

import re
from typing import Final

import msgspec

from openward.domain.quantity import commensurable
from openward.knowledge.analytes import Analyte, analytes, canonical, printed_unit, specimen_of
from openward.services.lab_report.result import Result

_VERB: Final = re.compile(
    r"(?:(?<![^\W\d_])(?:was|is|were|are|at|of|came|back|as|now|today|measured|reported|found|result|value|"
    r"be|been|has|have|had|to|rose|risen|fell|fallen|dropped|up|down|only|still|low|high|raised|elevated|increased|"
    r"decreased|critical|critically|remains|remained|shows|showed|returned|noted|peaked)|"
    r"回报|报告|测得|显示|提示|升高|增高|降低|偏高|偏低|结果|数值|为|是|达|约|升至|降至|高达|低至)[\s:：=]*$",
    re.IGNORECASE,
)
# A word of these before a name makes another quantity of it, or says that nothing was measured now.
_OTHER: Final = re.compile(
    r"\b(?:free|total|ioni[sz]ed|corrected|adjusted|binding|bound|f(?:o)?etal|glycated|glycosylated|bone|pancreatic|"
    r"vitamin|factor|anti|antibod\w+|ratio|fraction\w*|target|goal|if|until|unless|above|below|previous\w*|prior|last|"
    r"baseline|reference|normal|limit|mean|non|not|no|without|intact|\w*conjugated|direct|indirect|reverse|saliva\w*|"
    r"macro|receptor|inhibitor|clearance|excretion|precursor|pro|immature|atypical|reactive|nucleated|reticulated|"
    r"give|given|dose|infusion|tablet\w*|supplement\w*|start\w*|add\w*|mother\w*|father\w*|donor\w*|dialys\w*|control|cord|cd\d+\w*)\b|"
    r"游离|结合|糖化|胎儿|离子|校正|抗|因子|维生素|比值|目标|既往|上次|前次|若|如果|未|无|补|口服|静滴|母亲|父亲|供者|异型|幼稚|有核",
    re.IGNORECASE,
)
_GENERAL: Final = re.compile(
    r"(?:protein|globulin|albumin|antibody|antigen|acid|hormone|factor|ratio|lymphocytes?|cells|蛋白|球蛋白|抗体|抗原|酸)",
    re.IGNORECASE,
)
_SMALL_WORD: Final = re.compile(r"[a-z]{1,3}")
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]+$")
_SPECIMEN: Final = re.compile(
    r"\b(?:serum|plasma|(?:whole|venous|arterial|capillary)?\s?blood|(?:24 ?h(?:ours?)? |spot )?urine|csf|"
    r"(?:cerebrospinal|peritoneal|ascitic|pleural|body|drain|joint|synovial) fluid|fluid|ascites|stool|sweat)$|"
    r"(?:血清|血浆|全血|静脉血|动脉血|末梢血|尿液?|脑脊液|腹水|胸水|胸腔积液|腹腔积液|积液|粪便|汗液)$",
    re.IGNORECASE,
)
_LETTERS: Final = re.compile(r"[^\W\d_]")
_TRIM: Final = " \t:：=,，;；。|、./()（）"
_MOST_WORDS: Final = 6
_MOST_SIGNS: Final = 12


def named_at_end(result: Result) -> tuple[Result, str] | None:
    """The same result under the longest tail of its words that an analyte bears, and the words before it.

    The unit must be one of that analyte; a lone letter needs a unit that measures the same without conversion.
    """
    if result.value is None:
        return None
    words = _without_verbs(result.name)
    for tail in _tails(words):
        if not analytes().knows(tail):
            continue
        before = words[: len(words) - len(tail)].strip(_TRIM)
        specimen = _specimen(before) or result.specimen
        found = analytes().find(name=tail, unit=result.unit, specimen=specimen)
        if found is None or not _fits(found, tail, before, result):
            return None
        return msgspec.structs.replace(result, name=tail, specimen=specimen), before
    return None


def _without_verbs(words: str) -> str:
    """The words without the verbs behind the name."""
    left = words.strip(_TRIM)
    while (found := _VERB.search(left)) and found.start():
        left = left[: found.start()].strip(_TRIM)
    return left


def _tails(words: str) -> list[str]:
    """The ends of some words, the longest first; within Chinese, which is written without spaces, sign by sign."""
    starts = [found.start() for found in re.finditer(r"[^\s:：,，;；()（）/]+", words)][-_MOST_WORDS:]
    chinese = _CHINESE.search(words)
    if chinese:
        starts += range(max(chinese.start(), len(words) - _MOST_SIGNS), len(words))
    return [words[start:] for start in sorted(set(starts))]


def _specimen(before: str) -> str | None:
    """The specimen that the words just before a name are."""
    found = _SPECIMEN.search(before)
    return found.group() if found and specimen_of(found.group()) else None


def _fits(found: Analyte, tail: str, before: str, result: Result) -> bool:
    """Whether the analyte may be meant: by its unit, and by what stands before its name."""
    if len(_LETTERS.findall(tail)) == 1 and not _measures(found, result.unit):
        return False
    if not before:
        return True
    value = canonical(found, result.value or 0.0, result.unit)
    if value is None or _OTHER.search(before):
        return False
    return bool(_specimen(before)) or (found.plausible(value) and _stands_alone(tail, before))


def _stands_alone(tail: str, before: str) -> bool:
    """Whether a name is one whatever stands before it: no small word, no general word, no second half of a name."""
    if _SMALL_WORD.fullmatch(tail) or _GENERAL.fullmatch(tail):
        return False
    last = before.rsplit(maxsplit=1)[-1].strip(_TRIM)
    return bool(_SMALL_WORD.fullmatch(last)) or not analytes().knows(last)


def _measures(found: Analyte, unit: str | None) -> bool:
    """Whether a unit is the analyte's own or of its kind, without a molar mass between."""
    code = printed_unit(unit)
    if code is None or found.unit is None:
        return False
    return code in found.units or commensurable(code, found.unit)
