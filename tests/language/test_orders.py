"""Order sentences in English and Chinese: what they say is understood, what they do not say is not made up."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.domain.quantity import Quantity
from openward.language.orders import mass_given, parse_order
from openward.language.unsafe import MESSAGES, unsafe_words

WEEKLY = 1 / 7


@pytest.mark.parametrize(
    ("text", "drug", "amount", "route", "per_day"),
    [
        ("warfarin 5 mg oral once daily", "warfarin", "5 mg", "oral", 1),
        ("amoxicillin 500mg PO TID x 7 days", "amoxicillin", "500 mg", "oral", 3),
        ("Tylenol 650 mg q6h prn pain", "Tylenol", "650 mg", None, 4),
        ("vancomycin 1 g IV q12h", "vancomycin", "1 g", "intravenous", 2),
        ("insulin glargine 10 units sc at night", "insulin glargine", "10 U", "subcutaneous", 1),
        ("methotrexate 15 mg PO once weekly", "methotrexate", "15 mg", "oral", WEEKLY),
        ("methotrexate 7.5 mg every Monday", "methotrexate", "7.5 mg", None, WEEKLY),
        ("epoetin 4000 units SC on Mon, Wed and Fri", "epoetin", "4000 U", "subcutaneous", 3 / 7),
        ("apply diclofenac 1% gel topically bid", "diclofenac", None, "topical", 2),
        ("enoxaparin 40 mg subcutaneously every 24 hours", "enoxaparin", "40 mg", "subcutaneous", 1),
        ("vitamin B12 1000 mcg IM monthly", "vitamin B12", "1000 ug", "intramuscular", 24 / 730.5),
        ("5-FU 400 mg/m2 IV bolus", "5-FU", "400 mg/m2", "intravenous", None),
        ("piperacillin/tazobactam 4.5 g IV q8h", "piperacillin/tazobactam", "4.5 g", "intravenous", 3),
        ("macrogol 3350 17 g daily", "macrogol 3350", "17 g", None, 1),
        ("penicillin G 4 million units IV q4h", "penicillin G", "4e+06 U", "intravenous", 6),
        ("prednisone 20 mg every other day", "prednisone", "20 mg", None, 0.5),
        ("ibuprofen 400 mg 3 times a day with food", "ibuprofen", "400 mg", None, 3),
        ("metoprolol 25mg twice daily morning and evening", "metoprolol", "25 mg", None, 2),
        ("potassium chloride 20 mEq po b.i.d.", "potassium chloride", "20 meq", "oral", 2),
        ("华法林 5 mg 口服 每日一次", "华法林", "5 mg", "oral", 1),
        ("阿莫西林胶囊 0.5g 口服 一日三次 连用7天", "阿莫西林", "0.5 g", "oral", 3),
        ("头孢曲松 2.0g 静滴 qd", "头孢曲松", "2 g", "intravenous", 1),
        ("头孢曲松 2.0g+0.9%氯化钠 100ml 静滴 qd", "头孢曲松 氯化钠", "2 g", "intravenous", 1),
        ("青霉素 800万单位 静滴 q12h", "青霉素", "8e+06 U", "intravenous", 2),
        ("硫酸氢氯吡格雷片 75mg 口服 1次/日", "硫酸氢氯吡格雷", "75 mg", "oral", 1),
        ("甲氨蝶呤 10mg 每周一次 口服", "甲氨蝶呤", "10 mg", "oral", WEEKLY),
        ("阿托伐他汀钙片 20mg 每晚 口服", "阿托伐他汀钙", "20 mg", "oral", 1),
        ("布洛芬缓释胶囊 0.3g 每12小时一次", "布洛芬", "0.3 g", None, 2),
        ("ｗａｒｆａｒｉｎ　５ ｍｇ ｑｄ", "warfarin", "5 mg", None, 1),
    ],
)
def test_orders_are_understood(text, drug, amount, route, per_day):
    order = parse_order(text)
    assert order.drug == drug
    assert (f"{order.amount.value:g} {order.amount.unit}" if order.amount else None) == amount
    assert (order.route.code if order.route else None) == route
    assert order.per_day == (pytest.approx(per_day) if per_day else None)
    assert order.leftover == ()


def test_units_of_the_product_are_multiplied_out():
    order = parse_order("metformin 500 mg tablet 2 tablets bid")
    assert (order.amount, order.count, order.strength) == (Quantity(1000, "mg"), 2, (Quantity(500, "mg"),))
    chinese = parse_order("二甲双胍片 0.5g 每次2片 每日3次")
    assert (chinese.amount, chinese.count, chinese.per_day) == (Quantity(1.0, "g"), 2, 3)
    half = parse_order("prednisone 5 mg 1/2 tablet daily")
    assert half.amount == Quantity(2.5, "mg")
    assert parse_order("prednisone 1/2 tablet daily").amount is None


def test_a_volume_of_a_known_concentration_is_a_mass():
    order = parse_order("amoxicillin 250 mg/5 mL 10 mL po tid")
    assert (order.amount, order.strength) == (Quantity(10, "mL"), (Quantity(50, "mg/mL"),))
    assert mass_given(order) == Quantity(500, "mg")
    assert mass_given(parse_order("warfarin 5 mg")) == Quantity(5, "mg")
    assert mass_given(parse_order("x 5 foo")) is None
    both = parse_order("gentamicin 40 mg/mL 80 mg iv")
    assert mass_given(both) == Quantity(80, "mg")


def test_ranges_keep_both_ends():
    order = parse_order("morphine 2-4 mg IV q3-4h prn pain")
    assert (order.amount, order.high) == (Quantity(2, "mg"), Quantity(4, "mg"))
    assert (order.per_day, order.per_day_high, order.interval_h) == (6, 8, 4)
    assert (order.as_needed, order.reason) == (True, ("pain",))
    tablets = parse_order("paracetamol 500 mg 1-2 tablets every 4 to 6 hours, max 8 tablets in 24 hours")
    assert (tablets.amount, tablets.high) == (Quantity(500, "mg"), Quantity(1000, "mg"))
    assert tablets.maximum == Quantity(8, "{unit}/d")


def test_totals_rates_limits_and_times():
    assert parse_order("gentamicin 5 mg/kg/day iv").daily == Quantity(5, "mg/kg")
    assert parse_order("heparin 12 units/kg/h iv").rate == Quantity(12, "U/kg/h")
    assert parse_order("paracetamol 1 g q6h max 4 g/day").maximum == Quantity(4, "g/d")
    assert parse_order("magnesium sulfate 2 g IV over 20 minutes").infusion_h == pytest.approx(1 / 3)
    assert parse_order("amoxicillin 1 g bid for 2 weeks").duration_days == 14
    assert parse_order("阿莫西林 0.5g tid 共7天").duration_days == 7
    assert parse_order("norepinephrine continuous infusion").continuous
    assert parse_order("furosemide 40 mg iv stat").once


def test_start_and_stop_are_told_apart():
    assert parse_order("stop warfarin").action == "stop"
    assert parse_order("停用华法林").action == "stop"
    assert parse_order("d/c warfarin").drug == "warfarin"
    assert parse_order("give warfarin 5 mg").action == "start"
    assert parse_order("warfarin 5 mg").action is None


def test_words_that_are_not_understood_are_kept():
    assert parse_order("aspirin 81 mg daily blorf zap").leftover == ("blorf zap",)
    assert parse_order("二甲双胍 0.5g tid 长期").leftover == ("长期",)
    assert parse_order("co-trimoxazole 960 mg bd for 3/7").leftover == ("3/7",)


def test_contradictions_take_nothing():
    frequency = parse_order("warfarin 5 mg bid tid")
    assert frequency.per_day is None
    assert "several-frequencies" in {w.code for w in frequency.warnings}
    dose = parse_order("warfarin 5 mg 10 mg daily")
    assert dose.amount is None
    assert "several-doses" in {w.code for w in dose.warnings}
    route = parse_order("morphine 5 mg po iv")
    assert route.route is None
    assert "several-routes" in {w.code for w in route.warnings}
    two = parse_order("aspirin 81 mg daily and clopidogrel 75 mg daily")
    assert two.amount is None
    assert "several-doses" in {w.code for w in two.warnings}
    long = parse_order("amoxicillin 1 g bid for 5 days for 7 days")
    assert "several-durations" in {w.code for w in long.warnings}
    counts = parse_order("aspirin 81 mg 1 tablet 2 tablets")
    assert counts.amount is None


def test_a_product_without_instructions_has_no_frequency():
    order = parse_order("Hydrochlorothiazide 25 MG Oral Tablet")
    assert order.per_day is None
    assert "count-not-stated" in {w.code for w in order.warnings}
    pair = parse_order("Amoxicillin 250 MG / Clavulanate 125 MG Oral Tablet")
    assert pair.amount is None
    assert pair.strength == (Quantity(250, "mg"), Quantity(125, "mg"))
    assert pair.drug == "Amoxicillin Clavulanate"


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("digoxin 0.125 mg QD", "qd"),
        ("digoxin 0.125 mg q.d.", "qd"),
        ("prednisone 5 mg qod", "qod"),
        ("aspirin 81 mg OD", "od"),
        ("insulin 10U sc", "u"),
        ("heparin 5000 IU", "iu"),
        ("digoxin 125 µg", "microgram-sign"),
        ("lactulose 15 cc", "cc"),
        ("zolpidem 5 mg qhs", "hs"),
        ("heparin 5000 units SQ", "sc"),
        ("x 5 mg TIW", "biw-tiw"),
        ("D/C warfarin", "dc"),
        ("insulin SSI", "ss"),
        ("timolol 0.5% OU bid", "eye-ear"),
        ("amoxicillin tid x3d", "x-days"),
        ("warfarin 1.0 mg", "trailing-zero"),
        ("digoxin .125 mg", "naked-decimal"),
        ("digoxin 0,125 mg", "decimal-comma"),
        ("heparin 100000 units", "large-number"),
    ],
)
def test_error_prone_abbreviations_are_reported(text, code):
    warned = [w for w in parse_order(text).warnings if w.code == code]
    assert warned
    assert warned[0].message("en")
    assert warned[0].message("zh")


def test_safe_writing_is_not_reported():
    assert unsafe_words("warfarin 5 mg by mouth daily") == ()
    assert unsafe_words("glucose 10 mmol/L, ALT 30 U/L, sodium 0.9 %, 10 mg, 1,000 units") == ()


def test_the_unsafe_number_is_read_as_meant():
    assert parse_order("digoxin .125 mg").amount == Quantity(0.125, "mg")
    assert parse_order("digoxin 0,125 mg").amount == Quantity(0.125, "mg")
    assert parse_order("heparin 5,000 units").amount == Quantity(5000, "U")


def test_names_that_are_known_are_not_read_as_instructions():
    text = "St John's wort 300 mg tid"
    assert parse_order(text, ((0, 14),)).drug == "St John's wort"
    assert not parse_order(text, ((0, 14),)).once


def test_nothing_is_read_from_nothing():
    order = parse_order("")
    assert (order.drug, order.amount, order.per_day, order.warnings, order.leftover) == ("", None, None, (), ())


def test_a_text_that_is_too_long_is_refused_without_repeating_it():
    with pytest.raises(InputError, match="2001 characters") as caught:
        parse_order("secret " * 285 + "secret")
    assert "secret" not in str(caught.value)


PIECES = (
    *("q", "6", "h", "x", "3", "d", "1", "/", "2", "mg", "ml", "5", ".", ",", "-", "to", "for", "every", "day"),
    *("bid", "tid", "prn", "max", "万", "次", "每", "日", "一", "三", "片", "mg/kg", "(", ")", "%", "7", "days"),
    *("and", "+", "a", "in"),
)
WORDS = st.sampled_from(PIECES)


@settings(max_examples=500, deadline=None)
@given(st.one_of(st.text(max_size=2000), st.lists(WORDS, max_size=60).map(" ".join)))
def test_any_text_is_read_without_error(text):
    order = parse_order(text)
    assert order.text == text
    assert all(w.code in MESSAGES for w in order.warnings)
    assert order.per_day is None or order.per_day > 0


@pytest.mark.parametrize(
    "piece", ["1/", "q", "a ", "mg/", "一", "1-", "((", "x 3 ", ".1", "1,", "每日", "qd", " d", "µg"]
)
def test_hostile_repetition_takes_linear_time(piece):
    text = (piece * 2000)[:2000]
    started = time.process_time()
    parse_order(text)
    assert time.process_time() - started < 2
