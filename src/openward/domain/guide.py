"""How a talker without a large model finds its way: words that ask for a service, steps to take, parts of an answer."""

from typing import Any, Literal

import msgspec

from openward.domain.text import Text

# What a request may hold besides words that ask: an order or a drug, a finding, a finding of the person who speaks,
# a measured result, a name of a table of knowledge.
Sign = Literal["drug", "finding", "own-finding", "result", "name"]


class Asking(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is asked back when `field` stays empty; with words, which ask for the service too, only where they stand."""

    field: str
    question: Text
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()


class Way(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Another way to ask for a service: with one of these words as well, these fields are filled, not the usual."""

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    takes: dict[str, str]


class Part(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One part of an answer: its title, and where its lines come from, in order.

    A path in `takes` is `tool`, `tool.findings`, `tool.summary`, `tool.not_checked`, `tool.body.<path>` or
    `chart.<section>`; a path leads through lists to each of their items. `line` says how an item with fields is told:
    `{field}` stands for a field (`{a.b}` for one inside, `{a|b}` for the first that has something), and what stands
    in `<` `>` is left out when a field in it has nothing. `only` keeps items whose field has one of the values,
    `newest` the newest of several rows of one name. `empty` is said when there is nothing (without it the part is
    left out); a tool that failed, or a part of the chart that nobody recorded, is told as such and never as nothing.
    Of many lines `most` are told and, with `more`, how many others there are.
    """

    title: Text
    takes: tuple[str, ...]
    empty: Text | None = None
    most: int = 12
    line: Text | None = None
    only: dict[str, tuple[Any, ...]] = {}
    newest: bool = False
    more: bool = True


class Talk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a request in plain words finds a service, and what goes into the service's input.

    `en` and `zh` are words that ask for it, `weak_en` and `weak_zh` words that do where no others do. They are phrases
    in the grammar of `language.mentions` (`*` at the end of a word stands for any ending, `a + b` asks for both in a
    sentence, `!c` for none); a part `{drug}`, `{finding}`, `{result}` or `{name}` stands for such a thing anywhere in
    the request. `shows` lists what speaks for it without any words.

    `takes` says for each field of the input (`a.b` for one inside) where it comes from: `text` (the whole request),
    `document` (the text that came along, or what stands behind the request), `orders` (the order sentences in it),
    `focus` (what is asked about, without the asking), `rest` (the request as a statement, where it says more than
    what is asked for), `noted` (the request, where it holds numbers or findings), `results` (where it holds results),
    `conversation` (all that the person said), `answers` (by finding), `citations`, `name:<table>` (the name of a row
    of a table of knowledge whose name stands in the request; several make several calls), or a fixed value behind
    `=`. `names` is the table of `{name}`. A field that has nothing is left out. `tells` are parts of the answer whose
    paths begin inside the tool; where they say something, mere notes are not told.
    """

    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    weak_en: tuple[str, ...] = ()
    weak_zh: tuple[str, ...] = ()
    shows: tuple[Sign, ...] = ()
    takes: dict[str, str] = {}
    names: str = ""
    ways: tuple[Way, ...] = ()
    asks: tuple[Asking, ...] = ()
    tells: tuple[Part, ...] = ()
    examples: tuple[Text, ...] = ()


class Planned(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One tool to call, with its arguments.

    `$text`, `$document`, `$orders` and the other sources of `Talk.takes` in them are filled; a field that has nothing
    is left out, and a source with a question mark behind it (`$answers?`) may have nothing.
    With words in `en` or `zh` it is called only when the request has one of them. With `asks` it is called only when
    each of its sources has something; else this is asked back.
    """

    tool: str
    input: dict[str, Any] = {}
    en: tuple[str, ...] = ()
    zh: tuple[str, ...] = ()
    asks: Text | None = None


class Guide(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a talker without a large model goes by: who it is, what it does first, how its answer is built.

    `name` is the title of its manifest. Without steps it looks for tools whose words are in the request; without
    parts it tells the findings of each tool. With parts, the sections of the chart that they take are read by
    themselves.
    """

    name: Text | None = None
    greeting: Text | None = None
    steps: tuple[Planned, ...] = ()
    parts: tuple[Part, ...] = ()
    closing: Text | None = None
