"""Two versions of an agent compared field by field, in words: what was, what is, what was switched on and off."""

from collections.abc import Iterator
from typing import Any

import msgspec

from openward.domain.text import Text
from openward.doors.console.visit import Visit
from openward.studio.manifest import Manifest


class Change(msgspec.Struct, frozen=True, kw_only=True):
    """One field that differs."""

    field: str
    was: str = ""
    now: str = ""
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


def changes(visit: Visit, old: Manifest, new: Manifest) -> list[Change]:
    """What differs between two versions; their versions themselves are told elsewhere."""
    return [
        change
        for field in msgspec.structs.fields(Manifest)
        if field.name not in {"id", "version"}
        for change in _changes(visit, field.name, getattr(old, field.name), getattr(new, field.name))
    ]


def _changes(visit: Visit, name: str, was: Any, now: Any) -> Iterator[Change]:
    label = field_name(visit, name)
    if was == now:
        return
    if isinstance(was, Text) and isinstance(now, Text):
        yield from _said(visit, label, was, now)
    elif name == "limits":
        for one in msgspec.structs.fields(type(now)):
            yield from _changes(visit, one.name, getattr(was, one.name), getattr(now, one.name))
    elif isinstance(was, tuple):
        added, removed = ([value_name(visit, name, v) for v in a if v not in b] for a, b in ((now, was), (was, now)))
        yield Change(field=label, added=tuple(added), removed=tuple(removed))
    elif any(isinstance(one, dict | msgspec.Struct) for one in (was, now)):
        yield Change(field=label, was=_size(visit, was), now=_size(visit, now))
    else:
        yield Change(field=label, was=value_name(visit, name, was), now=value_name(visit, name, now))


def _said(visit: Visit, label: str, was: Text, now: Text) -> Iterator[Change]:
    for language in ("en", "zh"):
        if was.in_(language) != now.in_(language):
            field = f"{label} ({visit.t('in_' + language)})"
            yield Change(field=field, was=was.in_(language), now=now.in_(language))


def field_name(visit: Visit, name: str) -> str:
    """What a field of a manifest is called."""
    return visit.t(f"field_{name}") if visit.has(f"field_{name}") else name.replace("_", " ")


def value_name(visit: Visit, name: str, value: Any) -> str:
    """What a value of a field is called: a service by its title, everything else by its words."""
    if isinstance(value, Text):
        return value.in_(visit.language)
    service = visit.ward.services.get(value) if name == "tools" else None
    if service is not None:
        return service.card.title.in_(visit.language)
    prefix = {
        "chart": "section",
        "roles": "role",
        "signs": "role",
        "audience": "to",
        "guards": "stop",
        "risk": "care",
    }.get(name, name)
    key = f"{prefix}_{value}".replace("-", "_")
    if value == "nobody":
        return visit.t("nobody")
    return visit.t(key) if visit.has(key) else "–" if value in (None, "") else str(value)


def _size(visit: Visit, value: Any) -> str:
    """A recipe or a map, by how much there is of it; its lines stand in the manifest."""
    if value is None:
        return "–"
    if isinstance(value, dict):
        return ", ".join(value) or "–"
    return visit.t("recipe_size", steps=len(value.steps), parts=len(value.parts))
