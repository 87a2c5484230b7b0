"""How a talker without a large model finds its way: words that ask for a service, steps to take, parts of an answer."""

from typing import Any

import msgspec

from openward.domain.text import Text


class Talk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a request in plain words finds a service, and what goes into the service's input.

    `en` and `zh` are words that ask for it (`*` at the end of a word stands for any ending). `takes` says for each
    field of the input where it comes from: `text` (the whole request), `document` (the text that came along, or what
    stands behind the request), `orders` (the order sentences in it), `focus` (what is asked about, without the asking),
    or a fixed value behind `=`.
    """

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    takes: dict[str, str] = {}


class Planned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tool to call, with its arguments; `$text`, `$document` and `$orders` in them are filled as `Talk.takes` is.

    With words in `en` or `zh` it is called only when the request has one of them.
    """

    tool: str
    input: dict[str, Any] = {}
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of an answer: its title, and where its lines come from, in order.

    `tool`, `tool.findings`, `tool.summary`, `tool.not_checked`, `tool.body.<path>` or `chart.<section>`; `empty` is
    said when there is nothing (without it the part is left out).
    """

    title: Text
    takes: tuple[str, ...]
    empty: Text | None = None
    most: int = 12


class Guide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a talker without a large model goes by: who it is, what it does first, how its answer is built.

    `name` is the title of its manifest. Without steps it looks for tools whose words are in the request; without
    parts it tells the findings of each tool.
    """

    name: Text | None = None
    greeting: Text | None = None
    steps: tuple[Planned, ...] = ()
    parts: tuple[Part, ...] = ()
    closing: Text | None = None
