"""The elements of an order sentence, found word by word from left to right; each word is read once."""

from collections.abc import Sequence
from typing import Final

import msgspec

from openward.domain.quantity import Quantity
from openward.language.measures import HOURS, time_at, unit_at, volume_below, words_of
from openward.language.numbers import Number, number_at
from openward.language.phrases import DAY, Phrase, Route, lexicon
from openward.language.unsafe import Warned
from openward.language.words import Token, is_chinese, tokens

_STRENGTH_BELOW: Final = ("/mL", "/L", "/{actuat}", "/{puff}", "/{unit}", "%", "/g")
_JOINERS: Final = frozenset({"/", "+", "and", "&", "、"})
_OPEN: Final = frozenset("()[]{};,%&")


class Amount(msgspec.Struct, frozen=True):
    """A number with a UCUM unit; `before_form` when a dose form follows at once (`25 mg tablet`)."""

    value: float
    unit: str
    high: float | None = None
    is_strength: bool = False
    before_form: bool = False


class Frequency(msgspec.Struct, frozen=True):
    """`times` (to `times_most`) in `hours`; for an interval range `hours_least` is the shorter interval."""

    times: float
    hours: float
    hours_least: float | None = None
    times_most: float | None = None
    is_interval: bool = False


class Elements:
    """What was found, and what was not understood."""

    def __init__(self) -> None:
        self.drug: list[str] = []
        self.drugs = 0
        self.amounts: list[Amount] = []
        self.counts: list[Number] = []
        self.forms: list[str] = []
        self.routes: list[Route] = []
        self.frequencies: list[Frequency] = []
        self.moments = 0
        self.weekdays: set[str] = set()
        self.infusion_h: float | None = None
        self.daily: Quantity | None = None
        self.rate: Quantity | None = None
        self.maximum: Quantity | None = None
        self.duration_days: float | None = None
        self.as_needed = False
        self.once = False
        self.continuous = False
        self.start = False
        self.stop = False
        self.reason: list[str] = []
        self.warnings: list[Warned] = []
        self.leftover: list[str] = []

    @property
    def moments_or_frequency(self) -> bool:
        """Whether the order says when the drug is given."""
        return bool(self.frequencies or self.moments or self.weekdays or self.once or self.continuous)


def read_elements(text: str, names: Sequence[tuple[int, int]] = ()) -> Elements:
    """Reads a normalised text; `names` are the places of known drug names."""
    return _Reader(text, names).read()


class _Reader:
    def __init__(self, text: str, names: Sequence[tuple[int, int]]) -> None:
        self.text = text
        self.found = tokens(text)
        self.names = dict(names)
        self.out = Elements()
        self.phrases, self.longest = lexicon()
        self.run: list[Token] = []
        self.joined = False
        self.telling_reason = False
        self.limiting = False

    def read(self) -> Elements:
        """All elements of the text."""
        place = 0
        while place < len(self.found):
            place += self._step(place)
        self._close_run()
        return self.out

    def _step(self, place: int) -> int:
        token = self.found[place]
        if token.start in self.names:
            return self._name(place)
        if token.word in _OPEN:
            return 1
        length, phrase = self._phrase(place)
        number = number_at(self.text, self.found, place) if length <= 1 else None
        if number is not None:
            taken = self._number(place, number)
            if taken:
                return taken
        if phrase is not None:
            taken = self._meaning(place, length, phrase)
            if taken:
                return taken
        self._unknown(token)
        return 1

    # names and unknown words

    def _name(self, place: int) -> int:
        """Takes a known drug name whole, whatever its words could mean otherwise."""
        end = self.names[self.found[place].start]
        length = 0
        while place + length < len(self.found) and self.found[place + length].start < end:
            self.run.append(self.found[place + length])
            length += 1
        self.telling_reason = False
        return max(length, 1)

    def _unknown(self, token: Token) -> None:
        if token.word in _JOINERS:
            if not self.run:
                self.joined = self.joined or bool(self.out.drug)
                return
            self.run.append(token)
            return
        self.run.append(token)

    def _close_run(self) -> None:
        """Ends a run of unknown words: the drug, its partner after a stroke, a reason, or a leftover."""
        while self.run and self.run[-1].word in _JOINERS:
            self.run.pop()
            self.joined = True
        if not self.run:
            return
        words = self.text[self.run[0].start : self.run[-1].end].strip()
        named = any(t.start in self.names for t in self.run)
        if named or (not self.telling_reason and (not self.out.drug or self._continues())):
            self.out.drug.append(words)
            self.out.drugs += 1
        elif self.telling_reason:
            self.out.reason.append(words)
        else:
            self.out.leftover.append(words)
        self.run = []
        self.joined = False

    def _continues(self) -> bool:
        return self.joined and not self.out.frequencies

    # set phrases

    def _phrase(self, place: int) -> tuple[int, Phrase | None]:
        most = min(self.longest, len(self.found) - place)
        for length in range(most, 0, -1):
            words = tuple(t.word for t in self.found[place : place + length])
            phrase = self.phrases.get(words)
            if phrase is not None:
                return length, phrase
        return 0, None

    def _meaning(self, place: int, length: int, phrase: Phrase) -> int:
        """Takes a set phrase; 0 when it is part of a name here ("vitamin A")."""
        kind = phrase.kind
        if self.run and kind == "filler" and not self._ends_run(place + length):
            return 0
        if kind == "every":
            return self._interval(place, length) or self._plain(length)
        if kind == "for":
            return self._for(place, length)
        if kind == "frequency":
            return self._per(place, length, phrase)
        if kind == "times":
            return self._times(place, length)
        self._plain(0)
        self._take(phrase, place, length)
        return length

    def _ends_run(self, place: int) -> bool:
        """Whether a filler word after drug words ends them: it does before a set phrase, not before another word."""
        if place >= len(self.found) or len(self.found[place - 1].word) == 1:
            return is_chinese(self.found[place - 1].word)
        return self._phrase(place)[1] is not None

    def _plain(self, length: int) -> int:
        self._close_run()
        return length

    def _take(self, phrase: Phrase, place: int, length: int) -> None:
        out, kind = self.out, phrase.kind
        if kind == "route" and phrase.route is not None:
            out.routes.append(phrase.route)
        elif kind == "form":
            out.forms.append(words_of(self.text, self.found, place, length))
        elif kind == "moment":
            out.moments += 1
        elif kind == "weekday":
            out.weekdays.add(phrase.word)
        elif kind == "max":
            self.limiting = True
        else:
            self._flag(kind)
        self.telling_reason = kind == "as-needed"

    def _flag(self, kind: str) -> None:
        out = self.out
        out.as_needed |= kind == "as-needed"
        out.once |= kind == "once"
        out.continuous |= kind == "continuous"
        out.start |= kind == "start"
        out.stop |= kind == "stop"

    # times

    def _interval(self, place: int, length: int) -> int:
        """`q6h`, `every 4 to 6 hours`, 每8小时."""
        number = number_at(self.text, self.found, place + length)
        if number is None:
            return 0
        taken, hours = time_at(self.text, self.found, place + length + number.words)
        if not taken or number.value <= 0:
            return 0
        self._plain(0)
        most = (number.high or number.value) * hours
        least = number.value * hours if number.high else None
        self.out.frequencies.append(Frequency(1, most, least, is_interval=True))
        self.telling_reason = False
        return length + number.words + taken

    def _per(self, place: int, length: int, phrase: Phrase) -> int:
        """A frequency, with a number of times behind it in Chinese (一日三次)."""
        self._plain(0)
        times, hours, taken, most = phrase.times or 1, phrase.hours or DAY, 0, None
        number = number_at(self.text, self.found, place + length)
        if times == 1 and number is not None and self._is("times", place + length + number.words):
            times, most, taken = number.value, number.high, number.words + 1
        if times > 0:
            self.out.frequencies.append(Frequency(times, hours, None, most))
        self.telling_reason = False
        return length + taken

    def _times(self, place: int, length: int) -> int:
        """`x 7 days`; a lone `x` or 次 says nothing."""
        number = number_at(self.text, self.found, place + length)
        taken = time_at(self.text, self.found, place + length + number.words)[0] if number else 0
        if number is not None and taken:
            return self._duration(place + length, number) + length
        return self._plain(length)

    def _for(self, place: int, length: int) -> int:
        """`for 7 days`, or the reason (`for pain`)."""
        number = number_at(self.text, self.found, place + length)
        self._plain(0)
        if number is not None and time_at(self.text, self.found, place + length + number.words)[0]:
            return self._duration(place + length, number) + length
        self.telling_reason = not is_chinese(self.found[place].word)
        return length

    def _duration(self, place: int, number: Number) -> int:
        self._plain(0)
        taken, hours = time_at(self.text, self.found, place + number.words)
        limit = self.out.maximum
        if limit is not None and number.value * hours == DAY and not limit.unit.endswith("/d"):
            self.out.maximum = Quantity(limit.value, f"{limit.unit}/d")
            return number.words + taken
        days = (number.high or number.value) * hours / DAY
        if self.out.duration_days not in {None, days}:
            self.out.warnings.append(Warned("several-durations"))
        self.out.duration_days = days
        self.telling_reason = False
        return number.words + taken

    def _is(self, kind: str, place: int) -> bool:
        if place >= len(self.found):
            return False
        phrase = self._phrase(place)[1]
        return phrase is not None and phrase.kind == kind

    # numbers

    def _number(self, place: int, number: Number) -> int:
        """Takes a number by what follows it; 0 when it is no number here (a digit of a name)."""
        after = place + number.words
        if self._glued(place):
            return 0
        taken = self._amount(number, after)
        if taken:
            return taken
        taken, hours = time_at(self.text, self.found, after)
        if taken and number.value > 0:
            return (
                self._duration(place, number) if hours >= DAY or self.out.maximum else self._over(number, taken, hours)
            )
        length, phrase = self._phrase(after)
        if phrase is not None and phrase.kind == "form":
            return self._count(number, after, length)
        if phrase is not None and phrase.kind == "times":
            return self._times_per(number, after, length)
        return self._bare(place, number)

    def _over(self, number: Number, taken: int, hours: float) -> int:
        """`over 20 minutes`: how long one administration takes."""
        self._plain(0)
        self.out.infusion_h = (number.high or number.value) * hours
        return number.words + taken

    def _glued(self, place: int) -> bool:
        """Whether a number is part of a name: `B12`, `70/30` behind a name, `5-FU`."""
        token = self.found[place]
        if self.run and self.run[-1].end == token.start and token.start not in self.names:
            return True
        behind = self.text[token.end : token.end + 2]
        return behind[:1] == "-" and behind[1:].isalpha() and place + 1 < len(self.found)

    def _amount(self, number: Number, after: int) -> int:
        taken, code = unit_at(self.text, self.found, after)
        if not taken or code in HOURS:
            return 0
        self._plain(0)
        more, by = volume_below(self.text, self.found, after + taken)
        if more:
            taken, code = taken + more, f"{code}/mL"
        strong = any(code.endswith(below) for below in _STRENGTH_BELOW)
        high = number.high / by if number.high is not None else None
        self._file(Amount(number.value / by, code, high, strong, self._is("form", after + taken)))
        self.telling_reason = False
        return number.words + taken

    def _file(self, amount: Amount) -> None:
        """Puts an amount where its unit says that it belongs."""
        quantity = Quantity(amount.high or amount.value, amount.unit)
        if self.limiting:
            self.out.maximum, self.limiting = quantity, False
        elif amount.unit.endswith(("/h", "/min")):
            self.out.rate = quantity
        elif amount.unit.endswith("/d"):
            self.out.daily = Quantity(quantity.value, amount.unit.removesuffix("/d"))
        elif amount not in self.out.amounts:
            self.out.amounts.append(amount)

    def _count(self, number: Number, after: int, length: int) -> int:
        """`2 tablets`, 1片."""
        self._plain(0)
        if self.limiting:
            self.out.maximum, self.limiting = Quantity(number.high or number.value, "{unit}"), False
        else:
            self.out.counts.append(number)
        self.out.forms.append(words_of(self.text, self.found, after, length))
        self.telling_reason = False
        return number.words + length

    def _times_per(self, number: Number, after: int, length: int) -> int:
        """`3 times a day`, 3次/日."""
        place = after + length
        size, phrase = self._phrase(place)
        if phrase is None or phrase.kind != "frequency" or phrase.times != 1 or number.value <= 0:
            return self._plain(number.words + length) if number.value == 1 else 0
        self._plain(0)
        if self.limiting:
            self.limiting = False
        self.out.frequencies.append(Frequency(number.value, phrase.hours or DAY, None, number.high))
        return number.words + length + size

    def _bare(self, place: int, number: Number) -> int:
        """A number with nothing to it: part of a name when it stands in one, else not understood."""
        token = self.found[place]
        if is_chinese(token.word) or token.word.isalpha():
            return 0
        if self.run or self.joined:
            return 0
        self.out.leftover.append(words_of(self.text, self.found, place, number.words))
        return number.words
