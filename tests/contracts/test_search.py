"""What every RecordStore must find, the fake and the real ones alike."""

import base64
import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.contracts.samples import LATER, NOW, code, resource

from openward.adapters import cursor
from openward.adapters.memory import memory_stores
from openward.domain.errors import InputError
from openward.domain.resource import Incoming, SearchQuery, Token, Wanted
from openward.ports.store import RecordStore, Stores

SORTS = sorted(cursor.SORTS)
LOINC, SNOMED = "http://loinc.org", "http://snomed.info/sct"


def found(record: RecordStore, **query) -> list[str]:
    return [kept.id for kept in record.search(SearchQuery(type="Observation", **query)).items]


def pages(record: RecordStore, **query) -> list[list[str]]:
    every, after = [], None
    while True:
        page = record.search(SearchQuery(type="Observation", after=after, **query))
        every.append([kept.id for kept in page.items])
        after = page.next
        if after is None:
            return every


def test_a_type_alone_finds_its_current_resources_by_id(stores: Stores):
    stores.record.put([resource("b"), resource("a"), resource("B"), resource("x", type="Condition")], NOW)
    page = stores.record.search(SearchQuery(type="Observation"))
    assert ([kept.id for kept in page.items], page.total, page.next) == (["B", "a", "b"], 3, None)
    assert stores.record.search(SearchQuery(type="Procedure")).total == 0


def test_ids_and_patient_narrow_the_search(stores: Stores):
    stores.record.put([resource("a", patient="p1"), resource("b", patient="p2"), resource("c", patient="p1")], NOW)
    assert found(stores.record, ids=("c", "b", "x")) == ["b", "c"]
    assert found(stores.record, patient="p1") == ["a", "c"]
    assert found(stores.record, patient="p1", ids=("b", "c")) == ["c"]
    assert found(stores.record, patient="") == []


def test_a_code_matches_in_its_system_or_in_any(stores: Stores):
    stores.record.put(
        [
            resource("a", tokens=(code("1"), code("lab", "", "category"))),
            resource("b", tokens=(code("1", SNOMED),)),
            resource("c", tokens=(code("1", ""), code("2"))),
        ],
        NOW,
    )
    assert found(stores.record, tokens=((code("1"),),)) == ["a"]
    assert found(stores.record, tokens=((code("1", ""),),)) == ["a", "b", "c"]
    assert found(stores.record, tokens=((code("1", SNOMED), code("2")),)) == ["b", "c"]
    assert found(stores.record, tokens=((code("1", ""),), (code("lab", "", "category"),))) == ["a"]
    assert found(stores.record, tokens=((code("2"),), (code("lab", "", "category"),))) == []
    assert found(stores.record, tokens=((code("1", "", "category"),),)) == []
    assert found(stores.record, tokens=((code("1", "urn:unknown"),),)) == []
    assert found(stores.record, tokens=((),)) == []


def test_codes_of_another_type_do_not_match(stores: Stores):
    stores.record.put([resource("a", tokens=(code("1"),)), resource("b", type="Condition", tokens=(code("1"),))], NOW)
    assert found(stores.record, tokens=((code("1"),),)) == ["a"]


def test_only_the_current_version_is_found(stores: Stores):
    stores.record.put([resource("a", "1", date="2020", patient="p1", tokens=(code("old"),))], NOW)
    stores.record.put([resource("a", "2", date="2021", patient="p2", tokens=(code("new"), code("new")))], NOW)
    stores.record.put([resource("a", "3", date="2022", patient="p3", tokens=(code("newest"),))], NOW)
    assert found(stores.record, tokens=((code("old"),),)) == found(stores.record, tokens=((code("new"),),)) == []
    assert found(stores.record, tokens=((code("newest"),),)) == ["a"]
    assert found(stores.record, patient="p1") == found(stores.record, dates=(("lt", "2022"),)) == []
    assert found(stores.record, patient="p3", dates=(("eq", "2022"),)) == ["a"]


def test_a_token_with_other_conditions_counts_only_what_meets_all(stores: Stores):
    batch = [resource(f"o{n}", tokens=(code("1"),), patient=f"p{n % 2}", date=f"20{n:02}") for n in range(10)]
    stores.record.put(batch, NOW)
    query = SearchQuery(type="Observation", tokens=((code("1"),),), patient="p1", dates=(("ge", "2005"),))
    assert stores.record.search(query).total == 3
    assert found(stores.record, tokens=((code("1"),),), dates=(("lt", "2002"),)) == ["o0", "o1"]
    assert found(stores.record, tokens=((code("1"),),), ids=("o3",)) == ["o3"]


NAMES = {
    "a": ("van den berg", "den berg", "berg"),
    "b": ("bergmann",),
    "c": ("小明", "李小明"),
    "d": ("李\U0010ffff",),
    "e": ("b%rg_",),
    "f": ("\ud7ff", "\ud7ffx"),
}


def starts(text, match="starts"):
    return ((Wanted("name", "", text, match),),)


@pytest.mark.parametrize(
    ("match", "text", "expected"),
    [
        ("starts", "berg", "a b"),
        ("starts", "den b", "a"),
        ("starts", "李", "c d"),
        ("starts", "李\U0010ffff", "d"),
        ("starts", "\U0010ffff", ""),
        ("starts", "\ud7ff", "f"),
        ("starts", "", "a b c d e f"),
        ("starts", "Berg", ""),
        ("contains", "erg", "a b"),
        ("contains", "明", "c"),
        ("contains", "ERG", ""),
        ("contains", "%r", "e"),
        ("contains", "rg_", "e"),
        ("contains", "", "a b c d e f"),
        ("equal", "berg", "a"),
    ],
)
def test_a_text_is_found_by_its_beginning_or_by_a_part(stores: Stores, match, text, expected):
    batch = [resource(id, tokens=tuple(code(name, "", "name") for name in names)) for id, names in NAMES.items()]
    stores.record.put([*batch, resource("other", tokens=(code("berg", "", "family"),)), resource("none")], NOW)
    assert found(stores.record, tokens=starts(text, match)) == expected.split()
    assert stores.record.search(SearchQuery(type="Observation", tokens=starts(text, match))).total == len(
        expected.split()
    )


@pytest.mark.parametrize("match", ["starts", "contains"])
def test_a_beginning_longer_than_an_index_tells_is_refused(stores: Stores, match):
    stores.record.put([resource("a", tokens=(code("x" * 300, "", "name"),))], NOW)
    assert found(stores.record, tokens=starts("x" * 100)) == ["a"]
    with pytest.raises(InputError):
        stores.record.search(SearchQuery(type="Observation", tokens=starts("x" * 101, match)))


def test_any_code_of_a_system_and_codes_without_a_system(stores: Stores):
    stores.record.put(
        [resource("a", tokens=(code("1"),)), resource("b", tokens=(code("1", SNOMED),)),
         resource("c", tokens=(code("1", ""),))],
        NOW,
    )  # fmt: skip
    assert found(stores.record, tokens=((Wanted("code", LOINC, "", "starts"),),)) == ["a"]
    assert found(stores.record, tokens=((Wanted("code", "", "1", bare=True),),)) == ["c"]
    assert found(stores.record, tokens=((Wanted("code", "", "2", bare=True),),)) == []
    assert found(stores.record, tokens=((Wanted("code", LOINC, "1", bare=True),),)) == []
    assert found(stores.record, tokens=((Wanted("category", "", "1", bare=True),),)) == []


def test_what_must_not_be_there_keeps_what_has_nothing(stores: Stores):
    batch = [resource("a", tokens=(code("1"), code("2"))), resource("b", tokens=(code("3"),)), resource("c")]
    stores.record.put(batch, NOW)
    assert found(stores.record, without=(code("1"),)) == ["b", "c"]
    assert found(stores.record, without=(code("1", ""), code("3"))) == ["c"]
    assert found(stores.record, without=(code("1"),), tokens=((code("3"),),)) == ["b"]
    assert found(stores.record, without=(Wanted("code", LOINC, "", "starts"),)) == ["c"]
    assert (
        stores.record.search(SearchQuery(type="Observation", without=(code("1"),), tokens=((code("3"),),))).total == 1
    )
    stores.record.put([resource("a", "2")], LATER)
    assert found(stores.record, without=(code("1"),)) == ["a", "b", "c"]


def test_one_of_several_patients_and_one_of_several_dates(stores: Stores):
    stores.record.put([resource(f"o{n}", patient=f"p{n}", date=f"2024-0{n}") for n in range(1, 6)], NOW)
    assert found(stores.record, patients=("p1", "p4", "nobody")) == ["o1", "o4"]
    assert found(stores.record, patients=("p1", "p4"), patient="p4") == ["o4"]
    assert found(stores.record, any_dates=((("eq", "2024-02"), ("gt", "2024-04")),)) == ["o2", "o5"]
    assert found(stores.record, any_dates=((("eq", "2024-02"), ("gt", "2024-04")), (("lt", "2024-03"),))) == ["o2"]
    assert found(stores.record, any_dates=((),)) == []


DATES = {
    "y": "2024",
    "m": "2024-03",
    "d": "2024-03-05",
    "t": "2024-03-05T10:20:30Z",
    "last": "2024-12-31T23:59:59Z",
    "before": "2023-12-31",
    "after": "2025",
}


@pytest.mark.parametrize(
    ("prefix", "text", "expected"),
    [
        ("eq", "2024", "d last m t y"),
        ("eq", "2024-03", "d m t"),
        ("eq", "2024-03-05", "d t"),
        ("eq", "2024-03-05T10:20:30Z", "t"),
        ("eq", "2024-03-05T18:20:30+08:00", "t"),
        ("eq", "2024-03-05T10:20Z", "t"),
        ("ne", "2024-03", "after before last y"),
        ("gt", "2024-03-05", "after last m y"),
        ("gt", "2024-12", "after"),
        ("ge", "2024-12", "after last"),
        ("lt", "2024-03-05", "before m y"),
        ("lt", "2024", "before"),
        ("le", "2024-03", "before d m t y"),
        ("lt", "2024-03-05T10:20:30Z", "before d m y"),
        ("gt", "2024-03-05T10:20:30.5Z", "after d last m y"),
        ("ge", "2025-01-01", "after"),
        ("sa", "2024", "after"),
        ("sa", "2024-03-04", "after d last t"),
        ("sa", "2024-03", "after last"),
        ("eb", "2024-03", "before"),
        ("eb", "2024-03-06", "before d t"),
        ("eb", "2024-04", "before d m t"),
        ("eb", "2024", "before"),
        ("eb", "2024-12-31T23:59:59Z", "before d m t"),
    ],
)
def test_dates_of_any_precision_are_intervals(stores: Stores, prefix, text, expected):
    stores.record.put([*(resource(id, date=date) for id, date in DATES.items()), resource("undated")], NOW)
    assert " ".join(sorted(found(stores.record, dates=((prefix, text),)))) == expected


def test_two_dates_make_a_range(stores: Stores):
    stores.record.put([resource(f"o{n}", date=f"2024-0{n}-15T00:00:00Z") for n in range(1, 8)], NOW)
    assert found(stores.record, dates=(("ge", "2024-03"), ("lt", "2024-06"))) == ["o3", "o4", "o5"]


def test_last_updated_is_when_the_record_received_it(stores: Stores):
    stores.record.put([resource("a"), resource("b")], NOW)
    stores.record.put([resource("c")], LATER)
    assert found(stores.record, updated=(("gt", "2026-01-15"),)) == ["c"]
    assert found(stores.record, updated=(("eq", "2026-01-15"),)) == ["a", "b"]
    assert found(stores.record, updated=(("ne", "2026-01-15"),)) == ["c"]
    assert found(stores.record, updated=(("le", "2026-01-15T09:30:00Z"),)) == ["a", "b"]
    assert found(stores.record, sort="-_lastUpdated") == ["c", "b", "a"]
    assert found(stores.record, sort="_lastUpdated") == ["a", "b", "c"]
    assert found(stores.record, updated=(("sa", "2026-01-15"),)) == ["c"]
    assert found(stores.record, updated=(("eb", "2026-01-16"),)) == ["a", "b"]


def test_sorting_by_date_puts_what_has_none_last(stores: Stores):
    stores.record.put([resource("a"), resource("b", date="2024-02"), resource("c", date="2023"), resource("d")], NOW)
    assert found(stores.record, sort="date") == ["c", "b", "a", "d"]
    assert found(stores.record, sort="-date") == ["b", "c", "a", "d"]


def test_a_second_key_decides_among_equal_dates(stores: Stores):
    dates = {"c": "2024", "a": "2024", "d": None, "b": "2023", "e": None}
    stores.record.put([resource(id, date=date) for id, date in dates.items()], NOW)
    assert found(stores.record, sort="date,-_id") == ["b", "c", "a", "e", "d"]
    assert found(stores.record, sort="-date,_id") == ["a", "c", "b", "d", "e"]
    assert found(stores.record, sort="-date,_lastUpdated") == ["c", "a", "b", "d", "e"]
    assert found(stores.record, sort="date,-_lastUpdated") == ["b", "a", "c", "e", "d"]
    assert found(stores.record, sort="-_id") == ["e", "d", "c", "b", "a"]


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("count", [1, 2, 3, 7, 8])
def test_pages_hold_everything_once_in_order(stores: Stores, sort, count):
    dates = ["2024", None, "2024", "2023-05", None, "2024-01-01T00:00:00Z", "2023-05"]
    stores.record.put([resource(f"o{n}", date=date) for n, date in enumerate(dates)], NOW)
    whole = found(stores.record, sort=sort)
    assert len(whole) == 7
    every = pages(stores.record, sort=sort, count=count)
    assert [id for page in every for id in page] == whole
    assert all(len(page) == count for page in every[:-1])


def test_the_total_does_not_change_from_page_to_page(stores: Stores):
    stores.record.put([resource(f"o{n}", tokens=(code("1"),)) for n in range(5)], NOW)
    query = SearchQuery(type="Observation", tokens=((code("1"),),), count=2)
    first = stores.record.search(query)
    second = stores.record.search(SearchQuery(type="Observation", tokens=query.tokens, count=2, after=first.next))
    assert (first.total, second.total) == (5, 5)


def test_a_page_of_none_counts_only(stores: Stores):
    stores.record.put([resource("a"), resource("b")], NOW)
    page = stores.record.search(SearchQuery(type="Observation", count=0))
    assert (page.items, page.total, page.next) == ((), 2, None)


def test_a_search_with_more_hits_than_are_gathered_is_the_same(stores: Stores):
    batch = [resource(f"o{n:04}", tokens=(code("often"), code(f"rare{n % 500}", SNOMED))) for n in range(2500)]
    stores.record.put(batch, NOW)
    page = stores.record.search(SearchQuery(type="Observation", tokens=((code("often"),),), count=3))
    assert ([kept.id for kept in page.items], page.total) == (["o0000", "o0001", "o0002"], 2500)
    both = stores.record.search(SearchQuery(type="Observation", tokens=((code("often"),), (code("rare7", SNOMED),))))
    assert ([kept.id for kept in both.items], both.total) == (["o0007", "o0507", "o1007", "o1507", "o2007"], 5)


@pytest.mark.parametrize(
    "query",
    [
        {"dates": (("eq", "yesterday"),)},
        {"dates": (("eq", "2024-13"),)},
        {"dates": (("eq", "2024-02-30"),)},
        {"dates": (("eq", "0000"),)},
        {"dates": (("ap", "2024"),)},
        {"updated": (("gt", "2024-1-1"),)},
        {"sort": "name"},
        {"after": "nonsense"},
        {"after": "药"},
        {"after": base64.urlsafe_b64encode(b'["_id",1,2]').decode()},
    ],
)
def test_a_search_that_cannot_be_read_is_an_error_of_the_caller(stores: Stores, query):
    stores.record.put([resource("a", date="2024")], NOW)
    with pytest.raises(InputError):
        stores.record.search(SearchQuery(type="Observation", **query))


def test_a_cursor_of_another_sort_is_refused(stores: Stores):
    stores.record.put([resource("a"), resource("b")], NOW)
    page = stores.record.search(SearchQuery(type="Observation", count=1))
    with pytest.raises(InputError, match="another sort"):
        stores.record.search(SearchQuery(type="Observation", sort="date", after=page.next))


NUMBERS = itertools.count()
MOMENTS = st.integers(0, 368 * 86_400).map(
    lambda seconds: datetime(2023, 12, 30, tzinfo=UTC) + timedelta(seconds=seconds)
)
EDGES = st.sampled_from([datetime(2024, *rest, tzinfo=UTC) for rest in ((1, 1), (12, 31, 23, 59, 59), (2, 29))])
TEXTS = st.builds(
    lambda moment, length: moment.strftime("%Y-%m-%dT%H:%M:%SZ")[:length],
    MOMENTS | EDGES,
    st.sampled_from([4, 7, 10, 20]),
)
CODES = st.builds(
    Token, st.sampled_from(["code", "status"]), st.sampled_from(["", LOINC]), st.sampled_from(["1", "2", "21"])
)
ASKED = CODES | st.builds(
    Wanted,
    st.sampled_from(["code", "status"]),
    st.sampled_from(["", LOINC]),
    st.sampled_from(["1", "2", ""]),
    st.sampled_from(["equal", "starts", "contains"]),
    st.booleans(),
)
RESOURCES = st.builds(
    lambda id, text, patient, date, tokens, updated: resource(
        id, text, patient=patient, date=date, tokens=tuple(tokens), updated=updated
    ),
    st.sampled_from(["a", "b", "c", "d", "e"]),
    st.sampled_from(["1", "2", "3"]),
    st.sampled_from(["p", "q", None]),
    st.none() | TEXTS,
    st.lists(CODES, max_size=3),
    st.none() | MOMENTS.map(datetime.isoformat),
)
PREFIXES = st.sampled_from(["eq", "ne", "lt", "le", "gt", "ge", "sa", "eb"])
QUERIES = st.builds(
    SearchQuery,
    type=st.just("Observation"),
    patient=st.sampled_from(["p", None]),
    tokens=st.lists(st.lists(ASKED, max_size=2).map(tuple), max_size=2).map(tuple),
    dates=st.lists(st.tuples(PREFIXES, TEXTS), max_size=2).map(tuple),
    patients=st.sampled_from([(), ("p", "q"), ("q",)]),
    without=st.lists(ASKED, max_size=2).map(tuple),
    any_dates=st.lists(st.lists(st.tuples(PREFIXES, TEXTS), min_size=1, max_size=2).map(tuple), max_size=1).map(tuple),
    sort=st.sampled_from(SORTS),
    count=st.integers(1, 4),
)


@given(st.lists(st.lists(RESOURCES, max_size=6), max_size=4), st.lists(QUERIES, min_size=1, max_size=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_store_answers_as_the_fake_does(
    stores: Stores, batches: list[list[Incoming]], queries: list[SearchQuery]
):
    fake, real = memory_stores().record, stores.record
    # The same store serves many examples: each has a type of its own.
    name = f"Type{next(NUMBERS)}"
    for number, batch in enumerate(batches):
        for record in (fake, real):
            renamed = [_as(name, item) for item in batch]
            record.put(renamed, NOW + timedelta(hours=number))
    for query in queries:
        mine = SearchQuery(**{field: getattr(query, field) for field in query.__struct_fields__} | {"type": name})
        expected, page = fake.search(mine), real.search(mine)
        assert [_facts(kept) for kept in page.items] == [_facts(kept) for kept in expected.items]
        assert (page.total, page.next is None) == (expected.total, expected.next is None)
    for id in "abcde":
        assert [_facts(kept) for kept in real.history(name, id)] == [_facts(kept) for kept in fake.history(name, id)]


def _as(name: str, item: Incoming) -> Incoming:
    return Incoming(**{field: getattr(item, field) for field in item.__struct_fields__} | {"type": name})


def _facts(kept) -> tuple:
    return kept.id, kept.version, kept.body, kept.patient, kept.date, kept.received
