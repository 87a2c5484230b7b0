"""The form over a body made from its type: what was not touched stays, and what was is read as its type."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any, Literal

import msgspec
import pytest

from openward.domain.errors import InputError
from openward.domain.run import Change
from openward.domain.text import Text
from openward.doors.console.amending import edited, parts_of
from openward.doors.console.differing import differing
from openward.harness.service import Amends
from openward.review.difference import difference
from openward.services.prescription_review import SERVICE as REVIEW


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """An order."""

    name: str
    dose: float | None = None
    count: int
    route: Literal["oral", "iv"] = "oral"
    notes: tuple[str, ...] = ()
    id: str = ""


class Strange(msgspec.Struct, frozen=True):
    """What cannot be empty."""

    raw: dict[str, Any]


class Body(msgspec.Struct, frozen=True, kw_only=True):
    """A body with a part of every kind."""

    text: str
    urgent: bool
    sure: bool | None
    level: Literal["high", "low"] | None
    orders: tuple[Item, ...]
    cells: dict[str, str]
    stranges: tuple[Strange, ...] = ()
    summary: dict[str, Any] = {}


BODY = {
    "text": "one\ntwo\n", "urgent": True, "sure": None, "level": "high", "cells": {"a/b": "x"},
    "orders": [{"name": "Aspirin", "dose": 100.0, "count": 1, "route": "oral", "notes": ["a", "b"], "id": "o1"}],
    "stranges": [{"raw": {"k": 1}}], "summary": {"kept": [1, 2]}, "unknown": "kept",
}  # fmt: skip


def service(*fields, settled=lambda _before, after: after, kind="engine") -> Any:
    card = SimpleNamespace(kind=kind, title=Text("Letter", "信"))
    return SimpleNamespace(body=Body, amends=Amends(fields, settled), card=card, folder=Path())


ALL = service("text", "urgent", "sure", "level", "orders", "cells", "stranges", "summary")


def leaves(parts):
    for part in parts:
        if part.kind not in {"group", "list", "item"}:
            yield part
        yield from leaves(part.parts)


def as_sent(parts):
    """The fields as a browser sends them when nobody touches one."""
    return {f"body{part.name}": part.value.replace("\n", "\r\n").strip("\r\n") for part in leaves(parts)}


def test_each_part_has_the_field_of_its_type():
    kinds = {part.name: part.kind for part in leaves(parts_of(ALL, BODY, {}, "en"))}
    assert kinds == {
        "/text": "long", "/urgent": "flag", "/sure": "flag", "/level": "choice", "/orders/0/name": "text",
        "/orders/0/dose": "number", "/orders/0/count": "number", "/orders/0/route": "choice",
        "/orders/0/notes": "lines", "/cells/a~1b": "text",
    }  # fmt: skip


def test_a_form_that_nobody_touched_is_the_very_body():
    assert edited(ALL, BODY, {}) is BODY
    assert edited(ALL, BODY, as_sent(parts_of(ALL, BODY, {}, "en"))) is BODY


def test_a_changed_field_changes_its_part_and_no_other():
    sent = as_sent(parts_of(ALL, BODY, {}, "en"))
    for field, text, path, value in (
        ("body/text", "one\r\nthree", "/text", "one\nthree"),
        ("body/urgent", "no", "/urgent", False),
        ("body/sure", "yes", "/sure", True),
        ("body/level", "", "/level", None),
        ("body/orders/0/dose", "75.5", "/orders/0/dose", 75.5),
        ("body/orders/0/dose", "", "/orders/0/dose", None),
        ("body/orders/0/count", " 3 ", "/orders/0/count", 3),
        ("body/orders/0/route", "iv", "/orders/0/route", "iv"),
        ("body/cells/a~1b", "y", "/cells/a~1b", "y"),
    ):
        after = edited(ALL, BODY, sent | {field: text})
        assert difference(BODY, after) == (Change(op="replace", path=path, value=value),), field
    after = edited(ALL, BODY, sent | {"body/orders/0/notes": "a\r\n\r\n c "})
    assert after["orders"][0]["notes"] == ["a", "c"]
    assert after["unknown"] == "kept"


def test_what_was_changed_is_marked_with_what_was_proposed():
    (field,) = leaves(parts_of(service("level"), BODY, {"body/level": "low"}, "zh"))
    assert (field.value, field.was, field.choices[0]) == ("low", "高", ("", "–"))


def test_items_are_added_and_taken_out():
    only = service("orders")
    (orders,) = parts_of(only, BODY, {"more/orders": "1", "add": "/orders"}, "en")
    assert (orders.count, [item.label for item in orders.parts]) == (2, ["Aspirin", "Orders 2", "Orders 3"])
    sent = {"more/orders": "1", "drop/orders/0": "on", "body/orders/1/name": "Heparin", "body/orders/1/count": "2"}
    after = edited(only, BODY, sent)
    assert after["orders"] == [
        {"name": "Heparin", "dose": None, "count": 2, "route": "oral", "notes": [], "id": ""}
    ]  # fmt: skip
    for nonsense in ("-1", "x", "9999"):
        assert len(parts_of(only, BODY, {"more/orders": nonsense}, "en")[0].parts) <= 21


def test_a_list_whose_items_cannot_be_empty_does_not_grow():
    (stranges,) = parts_of(service("stranges"), BODY, {"more/stranges": "3"}, "en")
    assert (stranges.grows, len(stranges.parts)) == (False, 1)


def test_one_field_of_each_item_is_offered_when_the_service_says_so():
    (orders,) = parts_of(service("orders.name"), BODY, {"more/orders": "3"}, "en")
    assert [[part.name for part in item.parts] for item in orders.parts] == [["/orders/0/name"]]
    assert not orders.grows


def test_without_a_word_of_the_service_people_are_offered_what_they_read():
    names = [part.name for part in parts_of(service(), BODY, {}, "en")]
    assert names == ["/text", "/urgent", "/sure", "/orders", "/cells", "/stranges"]


@pytest.mark.parametrize("text", ["ten", "1e999", "[1]", "NaN"])
def test_what_is_no_number_is_told_by_its_field(text):
    with pytest.raises(InputError, match="Count"):
        edited(ALL, BODY, {"body/orders/0/count": text})


def test_what_is_no_body_of_the_service_is_told():
    for sent in ({"body/level": "middling"}, {"body/orders/0/count": "1.5"}):
        with pytest.raises(InputError, match="not what the service proposes"):
            edited(ALL, BODY, sent)


def test_what_follows_is_taken_from_the_service():
    follows = service("urgent", settled=lambda _before, after: msgspec.structs.replace(after, level="low"))
    after = edited(follows, BODY, {"body/urgent": "no"})
    assert (after["urgent"], after["level"], after["unknown"]) == (False, "low", "kept")


def test_an_order_of_a_review_goes_there_and_back():
    body = {
        "orders": [{"reference": "orders[0]", "drug": "Aspirin", "ingredients": ["aspirin"], "route": "oral",
                    "dose": None, "frequency": None, "daily": None, "as_needed": None, "warnings": []}],
        "drugs_in_use": 3, "families": [],
    }  # fmt: skip
    parts = parts_of(REVIEW, body, {}, "en")
    assert edited(REVIEW, body, as_sent(parts)) is body
    after = edited(REVIEW, body, as_sent(parts) | {"body/orders/0/as_needed": "yes"})
    told = differing(REVIEW, body, difference(body, after), "en")
    assert [(one.place, one.before, one.after) for one in told.changes] == [
        ("Orders · Aspirin · As needed", "", "yes"),
        ("Changed by a person, not checked again", "", "Aspirin"),
    ]


def test_of_a_long_text_only_the_sentences_that_differ_are_told():
    long = "The cough began on Monday. There was fever up to 38.9 in the evening. " * 3 + "No chest pain."
    changes = [Change(op="replace", path="/text", value=long.replace("No chest pain.", "Some chest pain."))]
    (told,) = differing(service("text"), {"text": long}, changes, "en").changes
    assert (told.before, told.after) == ("No chest pain.", "Some chest pain.")


def test_what_only_follows_is_counted():
    changes = [
        Change(op="replace", path="/urgent", value=False), Change(op="replace", path="/summary", value={}),
        Change(op="replace", path="/orders/0/id", value="o2"),
    ]  # fmt: skip
    told = differing(service("urgent", "orders"), BODY, changes, "en")
    assert (len(told.changes), told.follows) == (1, 2)


def test_an_answer_of_an_agent_is_named_by_the_agent():
    changes = [Change(op="replace", path="/text", value="new")]
    (told,) = differing(service("text", kind="agent"), BODY, changes, "zh").changes
    assert told.place == "信"
    (field,) = parts_of(service("text", kind="agent"), BODY, {}, "zh")
    assert field.label == "信"
