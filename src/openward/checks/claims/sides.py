"""Left, right and both, with the part of the body that they speak of; English and Chinese."""

from typing import Final

from openward.checks.claims.claim import Claim, Side
from openward.checks.claims.words import carries
from openward.language.prose import Prose

_SIDES: Final[dict[str, Side]] = {
    "left": "left", "right": "right", "bilateral": "both", "bilaterally": "both", "both": "both", "lt": "left",
    "rt": "right", "左": "left", "右": "right", "双": "both",
}  # fmt: skip
# Regions of the body, each with the words for its parts; a part of the same region may be what the other text means.
_REGIONS: Final = (
    "knee kneecap patella meniscus menisci mcl acl",
    "leg thigh calf shin limb extremity extremities lower hip femur tibia groin hamstring quad achilles acetabulum",
    "foot ankle toe heel arch malleolus bunion metatarsal fibula plantar midfoot",
    "arm upper forearm bicep tricep humerus",
    "elbow olecranon epicondyle",
    "shoulder collarbone clavicle rotator scapula bursa ac",
    "hand wrist finger thumb palm knuckle index pinky carpal radius ulna metacarpal",
    "eye eyelid pupil retina vision", "ear tympanic canal eardrum hearing", "breast nipple",
    "lung lobe base chest rib bases", "kidney flank back cva lumbar buttock glute sciatica kidneys renal ureter",
    "abdomen quadrant belly stomach side ovary ovarian testicle hemithorax inguinal abdominal",
    "neck tonsil cervical carotid lymph node jugular thyroid",
    "face cheek jaw temple head nostril nose sinus nasal turbinate maxillary frontal facial",
    "ventricle ventricular atrium atrial heart hand-sided",
    "膝", "腿 股 髋", "足 脚 踝 趾 跟", "臂 胳", "肢", "叶", "肘", "肩 锁", "手 腕 指", "眼 目 瞳", "耳", "乳",
    "肺 胸 肋", "肾 腰 背 输", "腹 卵 睾 侧", "颈 扁", "面 颊 颌 鼻 额 颞 头", "心 室 房",
)  # fmt: skip
_REGION: Final = {word: number for number, words in enumerate(_REGIONS) for word in words.split()}
_LEG: Final = frozenset(_REGION[word] for word in ("knee", "leg", "foot", "膝", "腿", "足"))
_ARM: Final = frozenset(_REGION[word] for word in ("arm", "elbow", "shoulder", "hand", "臂", "肘", "肩", "手"))
_SKIPPED: Final = frozenset({
    "-", "the", "and", "of", "sided", "side", "hand", "aspect", "posterior", "anterior", "lateral", "medial", "distal",
    "proximal", "边", "上", "下", "中", "or", "great", "big", "my", "your", "his", "her", "'", "s", "inner",
    "outer", "upper", "lower", "侧", "middle", "ring", "little", "third", "second",
    "first", "fourth", "fifth", "mid", "long", "small", "inferior", "superior", "ankle", "pinky",
})  # fmt: skip
_NO_SIDE_AFTER: Final = frozenset({
    "now", "away", "here", "there", "?", "after", "before", "where", "when", "direction", "thing", "so", "okay",
    "okay?",
    "then", "up", "at", "behind", "over", "around", "because", "i", "you", "we", "it", "but", "about", "as", "for",
    "if", "path", "track", "handed", "off", "to", "him", "me", "them", "out", "alone", "dominant", "again",
    "amount", "way", "that", "this", "now,", "home", "with", "no", "ahead", "by",
})  # fmt: skip
_NO_SIDE_BEFORE: Final = frozenset({
    "all", "that's", "alright", "you're", "is", "'re", "am", "was", "yeah", "yes", "okay", "be", "has", "he", "she",
    "i", "you", "they", "we", "s", "re", "had", "just", "it", "'s", "are",
})  # fmt: skip
_ARTICLES: Final = frozenset({"a", "the", "your", "my", "his", "her", "of"})
_WHO_LEFT: Final = frozenset({"i", "we", "he", "she", "they"})
_NOUNS: Final = 2
_REACH: Final = 5
_BACK: Final = 5
_MOST: Final = 5_000


def sides(text: str, prose: Prose, *, spoken: bool) -> tuple[Claim, ...]:
    """The sides in order; `terms` are the parts of the body beside each, nearest first.

    In talk ("all right", "right now") a side needs a part of the body, in writing any word that it may go with.
    """
    found: list[Claim] = []
    for place, word in enumerate(prose.words):
        side = _SIDES.get(word)
        if side is None or len(found) >= _MOST:
            continue
        claim = _side(text, prose, place, side, spoken=spoken)
        if claim is not None:
            found.append(claim)
    return tuple(found)


def region(part: str) -> int | None:
    """The number of the region that a part of the body belongs to."""
    return _REGION.get(part)


def limb(part: str) -> str | None:
    """The arm or the leg that a part belongs to."""
    number = _REGION.get(part)
    if number is None:
        return None
    return "leg" if number in _LEG else "arm" if number in _ARM else None


def _side(text: str, prose: Prose, place: int, side: Side, *, spoken: bool) -> Claim | None:
    words, chinese = prose.words, prose.words[place] in "左右双"
    parts, behind = _behind(prose, place)
    after = words[place + 1] if place + 1 < len(words) else "."
    if chinese and not parts and after not in "侧边":
        return None
    if not parts and not chinese and (not spoken or words[place - 1] in _ARTICLES):
        parts = _any_part(prose, place)
    if not parts:
        if words[place] in ("left", "right", "both") and not _speaks_of_body(prose, place):
            return None
        parts = _before(prose, place)
    if words[place] == "both" and not parts:
        return None
    if words[place] == "left" and place and words[place - 1] in _WHO_LEFT:
        return None
    end = prose.ends[behind] if parts and behind > place else prose.ends[place]
    start = prose.starts[place]
    return Claim(kind="side", text=text[start:end], start=start, end=end, terms=tuple(dict.fromkeys(parts)), side=side)


def _behind(prose: Prose, place: int) -> tuple[list[str], int]:
    """The parts of the body right behind a side ("right upper quadrant"), and the last word of them."""
    parts, last = list[str](), place
    for at in range(place + 1, min(place + 1 + _REACH, len(prose.words))):
        word = _part(prose, at)
        if word is not None:
            parts.append(word)
            last = at
        elif prose.words[at] not in _SKIPPED or prose.words[at] in _SIDES:
            break
    return [part for part in parts if part not in ("upper", "lower", "side")] or parts, last


def _before(prose: Prose, place: int) -> list[str]:
    """The nearest part of the body before a side ("knee pain on the right")."""
    for at in range(place - 1, max(place - 1 - _BACK, -1), -1):
        if prose.words[at] in (".", "。", "\n", ";", "？", "?"):
            break
        if (part := _part(prose, at)) is not None and part not in ("upper", "lower", "side"):
            return [part]
    return []


def _any_part(prose: Prose, place: int) -> list[str]:
    """What a side stands before, though it is in no list of parts: `a right adnexal mass`."""
    if prose.words[place] not in ("left", "right"):
        return []
    ahead = prose.words[place + 1 : place + 1 + _NOUNS]
    if not ahead or ahead[0] in _NO_SIDE_AFTER or not ahead[0].isalpha():
        return []
    return [
        prose.stems[place + 1 + at]
        for at, word in enumerate(ahead)
        if word.isalpha() and carries(prose.stems[place + 1 + at])
    ]


def _part(prose: Prose, at: int) -> str | None:
    word, stem = prose.words[at], prose.stems[at]
    return stem if stem in _REGION else word if word in _REGION else None


def _speaks_of_body(prose: Prose, place: int) -> bool:
    """Whether a lone left or right is a side at all: not "all right", "right now", "he left"."""
    words = prose.words
    before = words[place - 1] if place else "."
    after = words[place + 1] if place + 1 < len(words) else "."
    if before in ("the", "my", "your", "on", "her", "his", "its"):
        return after not in _NO_SIDE_AFTER or before == "the"
    return False
