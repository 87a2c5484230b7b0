"""What a person changed: the difference between two JSON documents as RFC 6902 operations add, remove and replace."""

import copy
from collections.abc import Iterator, Sequence
from typing import Any

from openward.domain.errors import InputError
from openward.domain.run import Change


def difference(before: Any, after: Any) -> tuple[Change, ...]:
    """The operations that turn one JSON value into another, in order; none when both are the same.

    Lists are compared from both ends, so that one item put in or taken out of the middle is one operation.
    """
    return tuple(_between(before, after, ""))


def apply(before: Any, changes: Sequence[Change]) -> Any:
    """The JSON value after all operations; the given one stays as it is.

    Raises:
        InputError: an operation does not fit the value.
    """
    root = {"": copy.deepcopy(before)}
    for place, change in enumerate(changes):
        *way, last = ["", *_parts(change.path)]
        try:
            holder: Any = root
            for part in way:
                holder = holder[_index(holder, part)]
            _change(holder, _index(holder, last), change)
        except (KeyError, IndexError, TypeError, ValueError) as error:
            msg = f"change {place + 1} of {len(changes)} does not fit the document: nothing stands at its path"
            raise InputError(msg) from error
    return root[""]


def _between(before: Any, after: Any, path: str) -> Iterator[Change]:
    """The operations below one path."""
    if isinstance(before, dict) and isinstance(after, dict):
        yield from _between_objects(before, after, path)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _between_lists(before, after, path)
    elif not _same(before, after):
        yield Change(op="replace", path=path, value=after)


def _between_objects(before: dict[str, Any], after: dict[str, Any], path: str) -> Iterator[Change]:
    """The operations between two objects, member by member."""
    for name, value in before.items():
        here = f"{path}/{_escaped(name)}"
        if name in after:
            yield from _between(value, after[name], here)
        else:
            yield Change(op="remove", path=here)
    for name, value in after.items():
        if name not in before:
            yield Change(op="add", path=f"{path}/{_escaped(name)}", value=value)


def _between_lists(before: list[Any], after: list[Any], path: str) -> Iterator[Change]:
    """The operations between two lists, where their equal beginnings and ends are left alone."""
    start = _shared(before, after)
    end = _shared(before[start:][::-1], after[start:][::-1])
    old, new = before[start : len(before) - end], after[start : len(after) - end]
    both = min(len(old), len(new))
    for place in range(both):
        yield from _between(old[place], new[place], f"{path}/{start + place}")
    for place in reversed(range(both, len(old))):
        yield Change(op="remove", path=f"{path}/{start + place}")
    for place in range(both, len(new)):
        yield Change(op="add", path=f"{path}/{start + place}", value=new[place])


def _shared(before: list[Any], after: list[Any]) -> int:
    """How many items two lists share from the beginning."""
    count = 0
    for old, new in zip(before, after, strict=False):
        if not _same(old, new):
            break
        count += 1
    return count


def _same(before: Any, after: Any) -> bool:
    """Whether two JSON values are the same, where Python's True is not 1 and 1 is not 1.0."""
    if type(before) is not type(after):
        return False
    if isinstance(before, dict):
        return before.keys() == after.keys() and all(_same(value, after[name]) for name, value in before.items())
    if isinstance(before, list):
        return len(before) == len(after) and all(map(_same, before, after))
    return bool(before == after)


def _change(holder: Any, key: Any, change: Change) -> None:
    """Carries out one operation on the object or list that holds its target."""
    if change.op == "add" and isinstance(holder, list):
        if not 0 <= key <= len(holder):
            raise IndexError(key)
        holder.insert(key, copy.deepcopy(change.value))
    elif change.op == "add":
        holder[key] = copy.deepcopy(change.value)
    elif change.op == "remove":
        del holder[key]
    else:
        holder[key]  # RFC 6902, 4.3: the target must exist
        holder[key] = copy.deepcopy(change.value)


def _index(holder: Any, part: str) -> str | int:
    """A part of a path as what it points with: a place in a list (no sign, no leading zero), a name elsewhere."""
    if not isinstance(holder, list):
        return part
    if not part.isascii() or not part.isdigit() or (len(part) > 1 and part[0] == "0"):
        raise ValueError(part)
    return int(part)


def _escaped(name: str) -> str:
    """A member's name as part of a JSON Pointer (RFC 6901)."""
    return name.replace("~", "~0").replace("/", "~1")


def _parts(path: str) -> list[str]:
    """The parts of a JSON Pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in path.split("/")[1:]]
