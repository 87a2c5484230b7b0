"""A text as a model would take it: look-alike letters made one, the unseen left out, every place kept."""

import unicodedata
from functools import lru_cache
from typing import Final

from openward.checks.guards.hidden import UNSEEN

# Letters of other alphabets and small capitals that look like a Latin one (Unicode confusables), lower case.
_ALIKE: Final = {
    look: letter
    for letter, looks in {
        "a": "аαᴀɑ", "b": "вьβʙ", "c": "сᴄϲ", "d": "ԁᴅ", "e": "еёҽεᴇ", "g": "ɡɢ", "h": "нһʜ", "i": "іιıɪꓲ",
        "j": "јᴊ", "k": "кκᴋ", "l": "ӏʟ", "m": "мᴍ", "n": "ηɴ", "o": "оοᴏσ", "p": "рρᴘ", "q": "ԛ", "r": "гʀ", "s": "ѕꜱ",
        "t": "тτᴛ", "u": "υᴜ", "v": "νѵᴠ", "w": "ωԝᴡ", "x": "хχ", "y": "уγʏ", "z": "ᴢ",
    }.items()
    for look in looks
}  # fmt: skip
_LEET: Final = str.maketrans("013457@$!", "oieastasi")
_ROT13: Final = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")


class Plain:
    """The folded text; `span` says where a stretch of it stands in the text as it came."""

    def __init__(self, text: str) -> None:
        self._places: list[int] | None = None
        if text.isascii() and not UNSEEN.search(text):
            self.text = text.lower()
            return
        letters: list[str] = []
        places: list[int] = []
        for at, letter in enumerate(text):
            for one in _folded(letter):
                letters.append(one)
                places.append(at)
        self.text = "".join(letters)
        self._places = places

    def span(self, start: int, end: int) -> tuple[int, int]:
        """A stretch of the folded text as one of the text as it came."""
        return (start, end) if self._places is None else (self._places[start], self._places[end - 1] + 1)

    def undisguised(self) -> tuple[tuple[str, str], ...]:
        """The same text undone of disguises that keep every place: numbers for letters, the alphabet turned by 13."""
        return ("numbers for letters", self.text.translate(_LEET)), ("rot13", self.text.translate(_ROT13))


@lru_cache(maxsize=8192)
def _folded(letter: str) -> str:
    if UNSEEN.match(letter):
        return ""
    bare = unicodedata.normalize("NFKD", letter).casefold()
    return "".join(_ALIKE.get(c, c) for c in bare if not unicodedata.combining(c))
