"""What a sentence says of a finding in it: there or not, whose, now or before."""

from collections.abc import Sequence
from typing import Final, Literal

import msgspec

from openward.language.cues import Cue, Kind
from openward.language.words import is_chinese

Assertion = Literal["present", "absent", "uncertain", "hypothetical"]
Subject = Literal["patient", "family", "other"]
When = Literal["current", "past"]


class Said(msgspec.Struct, frozen=True):
    """How a finding is meant."""

    assertion: Assertion = "present"
    subject: Subject = "patient"
    when: When = "current"


_REACH: Final = 60
_NEAR: Final = 12
_PAST: Final = 8
_BACK: Final = 8
_LEAD: Final = 3
_FORWARD: Final[tuple[Kind, ...]] = (
    "no_list", "no", "no_next", "doubt", "if_list", "if", "past_list", "past", "family", "other",
)  # fmt: skip
_AFTER: Final[tuple[Kind, ...]] = (
    "save", "no_after", "none_after", "yes_after", "doubt_after", "if_after", "past_after", "gone_after",
    "family_after",
    "other_after",
)  # fmt: skip
_STOPPED_BY_COMMA: Final = frozenset({"no", "doubt", "if", "past"})
_NOT_BY_NEWS: Final = frozenset({"family", "other", "if_list"})
_RETOLD: Final = frozenset({
    ",", "which", "that", "but", "it", "they", "these", "this", "all", "now", "since", "then", "has", "have", "had",
    "但", "现", "今", "日", "已",
})  # fmt: skip
_CONNECTORS: Final = frozenset({"and", "or", "nor", "/", "&", "、", "及", "和", "或", "与", "以及", "any", "the", "以"})
_INFORMANTS: Final = frozenset({
    "reports", "report", "reported", "states", "stated", "says", "said", "noticed", "noted", "notes", "brought",
    "brings",
    "describes", "described", "denies", "denied", "thinks", "thought", "worried", "concerned", "called",
    "mentions", "mentioned", "observed", "found", "believes", "told", "recalls", "adds", "heard", "saw",
    "witnessed", "finds", "诉", "述", "发", "带", "送", "陪",
})  # fmt: skip
_UNABLE: Final = frozenset({"unable", "cannot", "can", "couldn", "difficult", "hardly", "impossible"})
_CHILDREN: Final = frozenset({"son", "daughter", "sons", "daughters", "儿子", "女儿", "子", "儿"})
_OWN_NO: Final = frozenset({"no", "not", "non", "never", "without", "unable", "can", "cannot", "无", "未", "不", "没"})
# A finding that begins so behind a comma is a statement of its own: `has had no wet nappy, vomits every feed`.
_VERBS: Final = frozenset({
    "vomits", "vomited", "cries", "cried", "refuses", "refused", "looks", "looked", "feels", "felt", "coughs",
    "coughed", "cannot", "wheezes", "faints", "fainted", "bleeds", "bled", "collapsed", "struggles", "hurts", "became",
    "passed",
})  # fmt: skip
_COMPANIONS: Final = frozenset({
    "with", "to", "by", "from", "for", "of", "and", "由", "与", "和", "被", "跟", "随", "同",
})  # fmt: skip
_PUNCTUATION: Final = frozenset(",.;:、。!?)]\n")


class Sentence:
    """One sentence as words: judges the findings in it. Work is linear in its length."""

    def __init__(
        self, words: Sequence[str], bounds: tuple[int, int], spans: Sequence[tuple[int, int]], cues: Sequence[Cue]
    ) -> None:
        self.words = words
        self.first, self.last = bounds
        self.spans = sorted(set(spans))
        self.marks: dict[tuple[int, int], set[Kind]] = {span: set() for span in self.spans}
        self.told = False
        self.cues = [cue for cue in cues if "mask" not in cue.kinds]
        self._measure()
        for cue in self.cues:
            self._apply(cue)

    def said(self, span: tuple[int, int], subject: Subject = "patient", when: When = "current") -> Said:
        """How the finding at some words is meant; subject and time are those of its section."""
        marks = self.marks[span]
        if marks & {"family", "family_after"} or subject == "family":
            return Said(_assertion(marks), "family")
        if marks & {"other", "other_after"}:
            subject = "other"
        if marks & {"past", "past_list", "past_after", "gone_after"}:
            when = "past"
        return Said(_assertion(marks), subject, when)

    def is_history(self, span: tuple[int, int]) -> bool:
        """Whether only "history of" makes a finding past."""
        return "past_list" in self.marks[span] and not self.marks[span] & {"past", "past_after", "gone_after"}

    def _measure(self) -> None:
        """For every word, where the next comma, news, turn, stop and finding stand, and the last comma or stop."""
        size = self.last - self.first + 2
        levels = [""] * size
        for cue in self.cues:
            level = next((k for k in ("stop", "turn", "soft") if k in cue.kinds), "")
            levels[cue.start - self.first] = level or ("soft" if self._begins_item(cue) else "")
        for place in range(self.first, self.last):
            if self.words[place] == ",":
                levels[place - self.first] = levels[place - self.first] or "comma"
        starts = {start for start, _ in self.spans}
        self.next = {name: [self.last] * size for name in ("comma", "soft", "turn", "stop", "finding")}
        self.before = [self.first - 1] * size
        for name, places in self.next.items():
            for at in range(size - 3, -1, -1):
                here = levels[at] == name or (name == "finding" and self.first + at in starts)
                places[at] = self.first + at if here else places[at + 1]
        for at in range(1, size):
            ends = levels[at - 1] in ("comma", "stop")
            self.before[at] = self.first + at - 1 if ends else self.before[at - 1]

    def _begins_item(self, cue: Cue) -> bool:
        """Whether an item of a list has a denial of its own: `no fever, no cough`."""
        return self.words[cue.start - 1 : cue.start] == [","] and cue.start > self.first and "no_list" in cue.kinds

    def _apply(self, cue: Cue) -> None:
        forward = next((kind for kind in _FORWARD if kind in cue.kinds), None)
        after = next((kind for kind in _AFTER if kind in cue.kinds), None)
        if after is not None and (forward is None or self._looks_back(cue)):
            self._mark_back(cue, after)
            return
        for kind in _FORWARD:
            if kind in cue.kinds:
                self._mark_ahead(cue, kind)

    def _looks_back(self, cue: Cue) -> bool:
        """A cue that may mean both sides means what stands directly before it, when nothing follows directly."""
        ahead = self._next("finding", cue.end)
        before = self._finding_before(cue.start)
        near_ahead = ahead < self.last and ahead - cue.end < _LEAD and self._next("comma", cue.end) > ahead
        near = before is not None and cue.start - self.spans[before][1] < _LEAD
        return not near_ahead and (near or "gone_after" in cue.kinds)

    def _next(self, name: str, place: int) -> int:
        return self.next[name][min(place, self.last) - self.first]

    # forward

    def _mark_ahead(self, cue: Cue, kind: Kind) -> None:
        if kind in ("family", "other") and self._is_company(cue):
            self.told = True
            return
        if kind == "family" and self.told and self.words[cue.start] in _CHILDREN:
            return
        if self.words[cue.start] == "without" and self._is_unable(cue.start):
            return
        end = cue.end + 1 if kind == "no_next" else self._scope(cue, kind)
        at = self._next("finding", cue.end)
        index = _index(self.spans, at)
        while index < len(self.spans) and self.spans[index][0] < end:
            if kind == "no_list" and self._states_anew(self.spans[index][0]):
                break
            if not (kind == "no_list" and self._denies_itself(self.spans[index][0])):
                self.marks[self.spans[index]].add(kind)
            index += 1

    def _is_unable(self, place: int) -> bool:
        """`unable to type without pain` says that there is pain."""
        clause = self.words[max(self.before[place - self.first] + 1, self.first, place - _NEAR) : place]
        return not _UNABLE.isdisjoint(clause)

    def _denies_itself(self, start: int) -> bool:
        """Whether a finding in a list begins with its own denial (`no fever, not eating`)."""
        return start > self.first and self.words[start - 1] == "," and self.words[start] in _OWN_NO

    def _states_anew(self, start: int) -> bool:
        """Whether a finding behind a comma begins with a verb of its own."""
        return start > self.first and self.words[start - 1] == "," and self.words[start] in _VERBS

    def _scope(self, cue: Cue, kind: Kind) -> int:
        limit = _PAST if kind == "past" else _NEAR if kind in _STOPPED_BY_COMMA else _REACH
        chinese = is_chinese(self.words[cue.start])
        end = min(self.last, cue.end + (_REACH if chinese and kind != "past" else limit), self._stop("stop", cue))
        if kind != "if_list":
            end = min(end, self._stop("turn", cue))
        if kind not in _NOT_BY_NEWS:
            end = min(end, self._stop("soft", cue))
        if kind in _STOPPED_BY_COMMA:
            end = min(end, self._next("comma", cue.end))
        elif kind == "no_list" and chinese:
            end = min(end, self._list_end(cue.end, end))
        elif self.words[cue.start] == "without":
            end = min(end, self._alternatives_end(cue.end, end))
        return end

    def _stop(self, name: str, cue: Cue) -> int:
        """Where a scope ends; a verb or pronoun right behind the cue belongs to it ("denies that he has")."""
        behind, place = cue.end, self._next(name, cue.end)
        lead = _LEAD * 2 if is_chinese(self.words[cue.start]) else _LEAD
        for _ in range(_LEAD):
            belongs = name != "stop" and place - behind < lead and self._next("finding", cue.end) > place
            if not belongs or place >= self.last or self._next("comma", cue.end) < place:
                break
            behind, place = place + 1, self._next(name, place + 1)
        return place

    def _list_end(self, place: int, end: int) -> int:
        """A Chinese list goes on behind a comma only when a finding follows at once."""
        comma = self._next("comma", place)
        while comma < end and self._next("finding", comma + 1) == comma + 1:
            comma = self._next("comma", comma + 1)
        return comma

    def _alternatives_end(self, place: int, end: int) -> int:
        """`without a, b or c` denies all three, `without a, b and c` only the first."""
        comma = self._next("comma", place)
        joined = next((word for word in self.words[comma:end] if word in ("or", "and", "nor")), "and")
        return comma if joined == "and" else end

    def _is_company(self, cue: Cue) -> bool:
        """A person who brings, tells or is with the patient is not the one who has it."""
        before = self.words[max(self.first, cue.start - 2) : cue.start]
        after = self.words[cue.end : min(cue.end + _LEAD, self.last)]
        if self.words[cue.end - 1] in ("of", "with", "史") or "who" in after[:2]:
            return False
        return bool(_COMPANIONS & set(before)) or bool(_INFORMANTS & set(after))

    # backward

    def _finding_before(self, place: int) -> int | None:
        """The last finding that ends before a word and in the same clause."""
        index = _index(self.spans, place) - 1
        while index >= 0 and self.spans[index][1] > place:
            index -= 1
        if index < 0:
            return None
        clause = self.before[min(place, self.last) - self.first]
        return index if self.spans[index][0] > clause else None

    def _mark_back(self, cue: Cue, kind: Kind) -> None:
        index = self._finding_before(self._told_of(cue.start) if kind == "gone_after" else cue.start)
        if index is None or cue.start - self.spans[index][1] > self._reach_back(cue, kind):
            if kind == "none_after":
                self._mark_ahead(cue, "no_list")
            return
        behind = self.words[cue.end] if cue.end < self.last else "."
        if kind in ("none_after", "yes_after") and behind not in _PUNCTUATION and self.words[cue.end - 1] not in ",.)":
            if kind == "none_after":
                self._mark_ahead(cue, "no_list")
            return
        several = self.words[cue.start] in ("were", "are", "both", "all", "均", "都")
        self.marks[self.spans[index]].add(kind)
        while index > 0 and self._is_joined(index, commas=several):
            several |= "," not in self.words[self.spans[index - 1][1] : self.spans[index][0]]
            index -= 1
            self.marks[self.spans[index]].add(kind)

    def _told_of(self, place: int) -> int:
        """Where the words begin that take up a finding again ("fever, which has resolved")."""
        while place > self.first and self.words[place - 1] in _RETOLD:
            place -= 1
        return place

    def _reach_back(self, cue: Cue, kind: Kind) -> int:
        if kind in ("none_after", "yes_after"):
            return 1
        if (kind == "past_after" and cue.end - cue.start == 1) or kind in ("if_after", "save"):
            return 1
        return _BACK

    def _is_joined(self, index: int, *, commas: bool) -> bool:
        """Whether a finding continues a list from the one before it."""
        end, start = self.spans[index - 1][1], self.spans[index][0]
        between = self.words[end:start]
        if end > start or len(between) > _LEAD:
            return end > start
        return all(word in _CONNECTORS or (commas and word == ",") for word in between)


def _index(spans: Sequence[tuple[int, int]], place: int) -> int:
    low, high = 0, len(spans)
    while low < high:
        middle = (low + high) // 2
        if spans[middle][0] < place:
            low = middle + 1
        else:
            high = middle
    return low


_MEANT: Final[tuple[tuple[frozenset[Kind], Assertion], ...]] = (
    (frozenset({"save"}), "uncertain"),
    (frozenset({"if", "if_list", "if_after"}), "hypothetical"),
    (frozenset({"yes_after"}), "present"),
    (frozenset({"no_after", "none_after"}), "absent"),
    (frozenset({"doubt_after"}), "uncertain"),
    (frozenset({"no", "no_list", "no_next"}), "absent"),
    (frozenset({"doubt"}), "uncertain"),
)


def _assertion(marks: set[Kind]) -> Assertion:
    return next((meant for kinds, meant in _MEANT if marks & kinds), "present")
