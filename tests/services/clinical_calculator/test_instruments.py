"""Every instrument: bands tile, totals stay within bounds, names lead to one, and files that are wrong are refused."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import KnowledgeError
from openward.knowledge import tables
from openward.services.clinical_calculator import library as library_module
from openward.services.clinical_calculator.bands import ascending, band_of, cut_of
from openward.services.clinical_calculator.computing import bounds
from openward.services.clinical_calculator.demands import faults_of
from openward.services.clinical_calculator.instruments import Instrument
from openward.services.clinical_calculator.library import TABLE, library
from openward.services.clinical_calculator.scales import Item, needed, total_span
from openward.services.clinical_calculator.search import matching, named, plain

ALL = library().calculators
SCORES = [c for c in ALL.values() if c.instrument.items]


def some_value(definition, chance):
    if definition.kind == "flag":
        return chance.random() < 0.5
    if definition.kind == "choice":
        return chance.choice(list(definition.options))
    return chance.uniform(definition.low, definition.high)


def everything(calculator, chance):
    return {name: some_value(d, chance) for name, d in calculator.definitions.items() if d.kind != "date"}


def test_there_are_at_least_120():
    assert len(ALL) >= 120


def test_every_name_and_synonym_leads_to_one_calculator():
    words = [(plain(w), c.id) for c in ALL.values() for w in set(c.called())]
    by_word = {}
    for word, id in words:
        by_word.setdefault(word, set()).add(id)
    assert {w: ids for w, ids in by_word.items() if len(ids) > 1 or not w} == {}


def test_every_row_has_its_source_and_both_languages():
    for row in tables.find(TABLE):
        assert row.source
        assert any("\u4e00" <= c <= "\u9fff" for c in row["purpose_zh"] + row["population_zh"])


def test_every_input_is_used_by_an_instrument():
    defined = library_module._decoded(library_module.FOLDER / "inputs.toml", dict)
    assert set(defined) - {name for c in ALL.values() for name in c.definitions} == set()


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_a_score_with_all_inputs_is_one_number_within_its_bounds(calculator):
    chance = random.Random(calculator.id)
    least, most = bounds(calculator)
    for _ in range(100):
        low, high = total_span(calculator.instrument.items, everything(calculator, chance), calculator.instrument.base)
        assert low == high
        assert least <= low <= most


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_knowing_more_never_widens_the_range(calculator):
    chance = random.Random(calculator.id)
    items, base = calculator.instrument.items, calculator.instrument.base
    for _ in range(30):
        whole = everything(calculator, chance)
        final, _ = total_span(items, whole, base)
        part = {n: v for n, v in whole.items() if chance.random() < 0.5}
        low, high = total_span(items, part, base)
        if len(needed(items, part)) == len(items):
            assert low <= final <= high


@pytest.mark.parametrize("calculator", SCORES, ids=lambda c: c.id)
def test_each_side_of_every_cut_lies_in_the_band_that_it_says(calculator):
    scales = [s for item in calculator.instrument.items for s in (item, *item.cases.values()) if s.cuts]
    for scale in scales:
        for place, text in enumerate(scale.cuts):
            cut = cut_of(text)
            assert band_of(scale.cuts, cut.at) == place + cut.inclusive
            assert band_of(scale.cuts, cut.at - 1e-9) == place
            assert band_of(scale.cuts, cut.at + 1e-9) == place + 1


KNOWN_BOUNDS = {
    "news2": (0, 20), "qsofa": (0, 3), "sofa": (0, 24), "cha2ds2-vasc": (0, 9), "has-bled": (0, 9),
    "apache-ii": (0, 71),
    "child-pugh": (5, 15), "wells-dvt": (-2, 9), "wells-pe": (0, 12.5), "rcri": (0, 6), "heart": (0, 10),
    "gcs": (3, 15),
    "glasgow-blatchford": (0, 23), "curb-65": (0, 5), "feverpain": (0, 5), "centor-mcisaac": (-1, 5), "perc": (0, 8),
    "sirs": (0, 4), "padua": (0, 20), "timi-nstemi": (0, 7), "timi-stemi": (0, 14), "geneva-revised": (0, 22),
    "abcd2": (0, 7), "lace": (0, 19), "nrs-2002": (0, 7), "alvarado": (0, 10), "isth-dic": (0, 8), "apgar": (0, 10),
    "mews": (0, 14), "orbit": (0, 7), "chads2": (0, 6), "cha2ds2-va": (0, 8), "ranson": (0, 11), "bisap": (0, 5),
    "glasgow-imrie": (0, 8), "aims65": (0, 5), "crb-65": (0, 4), "spesi": (0, 6),
    "grace": (1, 372), "nihss": (0, 42), "kdigo-aki": (0, 3), "pecarn-under-2": (0, 2), "pecarn-2-to-17": (0, 2),
    "rockall": (0, 11),
}  # fmt: skip


@pytest.mark.parametrize("id", KNOWN_BOUNDS)
def test_the_least_and_the_most_are_those_of_the_paper(id):
    assert bounds(ALL[id]) == KNOWN_BOUNDS[id]


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=8, unique=True), st.floats(-60, 60))
def test_bands_tile_the_line_and_rise_with_the_value(ends, value):
    cuts = [f">={end}" for end in sorted(ends)]
    assert ascending(cuts)
    assert 0 <= band_of(cuts, value) <= len(cuts)
    assert band_of(cuts, value) <= band_of(cuts, value + 1)


@pytest.mark.parametrize("bad", ["5", "<5", ">= five", ">=", ""])
def test_what_is_no_cut_is_refused(bad):
    with pytest.raises(KnowledgeError):
        cut_of(bad)


@pytest.mark.parametrize(
    ("instrument", "said"),
    [
        (Instrument(unit="furlong"), "no UCUM unit"),
        (Instrument(unit="1"), "either a formula or items"),
        (Instrument(unit="1", formula="bmi", inputs=("weight", "nothing")), "no input 'nothing'"),
        (Instrument(unit="1", formula="bmi", inputs=("weight",)), "takes other inputs"),
        (Instrument(unit="1", formula="none", inputs=("weight",)), "no formula 'none'"),
        (Instrument(unit="1", items=(Item(input="age", cuts=(">=5", ">=3"), points=(0, 1, 2)),)), "ascending"),
        (Instrument(unit="1", items=(Item(input="age", cuts=(">=5",), points=(0, 1, 2)),)), "n + 1"),
        (Instrument(unit="1", items=(Item(input="age", yes=1),)), "is a number"),
        (Instrument(unit="1", items=(Item(input="sex", choices={"male": 1}),)), "every option"),
        (Instrument(unit="1", items=(Item(input="age"),)), "exactly one"),
        (Instrument(unit="1", items=(Item(input="age", by="sex"),)), "cases must be"),
    ],
)
def test_a_file_that_is_wrong_is_refused_with_the_reason(instrument, said):
    definitions = library_module._decoded(
        library_module.FOLDER / "inputs.toml", dict[str, library_module.InputDefinition]
    )
    assert any(said in fault for fault in faults_of(instrument, definitions))


def test_search_finds_by_english_chinese_synonym_and_field():
    assert named("CHA₂DS₂-VASc").id == "cha2ds2-vasc"
    assert named("估算肾小球滤过率").id == "ckd-epi-2021"
    assert {c.id for c in matching("QTc")} >= {"qtc-bazett", "qtc-hodges"}
    assert {c.id for c in matching("胰腺炎")} >= {"ranson", "bisap", "glasgow-imrie"}
    assert len(matching("")) == len(ALL)
    assert named("") is None
    assert matching("no such thing at all") == ()
