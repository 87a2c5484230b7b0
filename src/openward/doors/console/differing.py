"""The difference that an amendment makes, for the person who signs it: what they changed, and what follows from it."""

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any, Final

import msgspec

from openward.domain.proposal import Language
from openward.domain.run import Change
from openward.doors.changes import Changed, changed
from openward.doors.outline import is_hidden, name_of, title_of
from openward.harness.service import Service

_LONG: Final = 160
_PIECE: Final = re.compile(r"[^\n.。!?！？；;]*(?:[.。!?！？；;]+(?=\s|$|[^\d\s])|\n|$)")
_GAP: Final = " … "
_JOIN: Final = " · "


class Differing(msgspec.Struct, frozen=True, kw_only=True):
    """What is changed, and in how many other places the body follows."""

    changes: tuple[Changed, ...] = ()
    follows: int = 0


def differing(service: Service, body: dict[str, Any], changes: Sequence[Change], language: Language) -> Differing:
    """The changes in words; of long texts only the sentences that differ."""
    told = zip(changes, changed(body, changes, language), strict=True)
    shown = [
        _brief(msgspec.structs.replace(one, place=_place(service, body, change.path, language) or one.place))
        for change, one in told
        if _is_read(service, change.path)
    ]
    return Differing(changes=tuple(shown), follows=len(changes) - len(shown))


def _is_read(service: Service, path: str) -> bool:
    """Whether people read a part, or it only follows from others."""
    names = [part for part in path.split("/") if part and not part.isdigit()]
    offered = {field.partition(".")[0] for field in service.amends.fields}
    return not any(is_hidden(name) for name in (names[1:] if names and names[0] in offered else names))


def _place(service: Service, body: dict[str, Any], path: str, language: Language) -> str:
    """A part of the body in words: items of a list by their names, fields that a service offers alone by none."""
    if service.card.kind == "agent":
        return service.card.title.in_(language)
    names, said = path.split("/")[1:], list[str]()
    value: Any = body
    alone = any("." in field and field.partition(".")[0] == names[0] for field in service.amends.fields)
    for name in names:
        if isinstance(value, list):
            value = value[int(name)] if name.isdigit() and int(name) < len(value) else None
            said.append(title_of(value) if isinstance(value, dict) else "")
        else:
            value = value.get(name) if isinstance(value, dict) else None
            said.append(name_of(name, language))
    return _JOIN.join(said[1:2] if alone and len(said) > 1 else (one for one in said if one))


def _brief(told: Changed) -> Changed:
    if max(len(told.before), len(told.after)) < _LONG:
        return told
    before, after = _PIECE.findall(told.before), _PIECE.findall(told.after)
    pairs = [*_pieces(before, after)]
    return Changed(told.place, _joined(one for one, _ in pairs), _joined(two for _, two in pairs))


def _pieces(before: list[str], after: list[str]) -> Iterator[tuple[str, str]]:
    for kind, i, j, k, m in SequenceMatcher(a=before, b=after, autojunk=False).get_opcodes():
        if kind != "equal":
            yield "".join(before[i:j]), "".join(after[k:m])


def _joined(pieces: Iterator[str]) -> str:
    return _GAP.join(text for piece in pieces if (text := piece.strip()))
