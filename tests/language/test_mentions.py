"""Findings in prose: the phrase grammar, and that no text breaks the reader."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.domain.errors import InputError
from openward.language.mentions import MAX_TEXT, Lexicon

WORDS = [
    "fever", "cough", "chest pain", "diabetes", "headache", "rash", "发热", "咳嗽", "胸痛", "糖尿病", "头晕", "无力",
]  # fmt: skip
LEXICON = Lexicon([*((word, word) for word in WORDS), ("pain + worse + lying", "recumbent"), ("radiat*", "radiation")])
PIECES = [
    *WORDS, "no", "denies", "without", "but", "history of", "mother", "possible", "if", "and", "worse", "lying",
    "for 3 days", "8/10", "was ruled out", "radiating", "Past medical history:", "无", "否认", "既往", "父亲",
    "如出现", "考虑", "3天", "阴性", "家族史：", ",", ".", ";", ":", "?", "\n", "，", "。", "、", "：", "(-)",
    "İ", "ß", "\ud800", "e\u0301", "😷",
]  # fmt: skip
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join))


def terms(phrase, text):
    return [text[m.start : m.end] for m in Lexicon([(phrase, "x")]).mentions(text)]


@pytest.mark.parametrize(
    ("phrase", "text", "found"),
    [
        ("joint pain", "Joint pains and JOINT PAIN", ["Joint pains", "JOINT PAIN"]),
        ("vomit", "vomiting, vomited, vomits", ["vomiting", "vomited", "vomits"]),
        ("bite", "biting bites but a bit", ["biting", "bites"]),
        ("injury", "injuries", ["injuries"]),
        ("rash", "rashes; thrash", ["rashes"]),
        ("ache", "aching", ["aching"]),
        ("evening", "even so, in the evening", ["evening"]),
        ("radiat*", "radiates, radiation, irradiated", ["radiates", "radiation"]),
        ("leg/calf pain", "calf pain, leg pain, arm pain", ["calf pain", "leg pain"]),
        ("pain in the chest", "pain in her left chest", ["pain in her left chest"]),
        ("post-coital bleeding", "post coital bleeding", ["post coital bleeding"]),
        ("Sjogren", "Sjögren", ["Sjögren"]),
        ("胸痛", "伴胸痛及头晕", ["胸痛"]),
        ("胸/腹痛", "腹痛", ["腹痛"]),
        ("chest pain", "chest. Pain", []),
        ("hepatitis A", "hepatitis B", []),
    ],
)
def test_a_phrase_is_found_in_its_inflections_and_nowhere_else(phrase, text, found):
    assert terms(phrase, text) == found


def test_the_longest_phrase_wins():
    found = Lexicon([("pain", "pain"), ("chest pain", "chest")]).mentions("chest pain")
    assert [m.term for m in found] == ["chest"]


def test_a_phrase_may_name_several_terms():
    assert [m.term for m in Lexicon([("sob", "a"), ("SOB", "b")]).mentions("SOB")] == ["a", "b"]


def test_all_parts_of_a_phrase_stand_in_one_sentence_in_any_order():
    assert [m.term for m in LEXICON.mentions("Lying down makes the pain worse.")] == ["recumbent"]
    assert LEXICON.mentions("The pain is bad. It is worse when lying.") == ()


def test_a_phrase_of_parts_is_absent_when_one_part_is():
    (found,) = LEXICON.mentions("The pain is not worse when lying.")
    assert found.assertion == "absent"


def test_a_part_with_an_exclamation_mark_must_not_be_there():
    lexicon = Lexicon([("疼痛 + 活动 + !休息", "x")])
    assert lexicon.mentions("活动后疼痛。")
    assert not lexicon.mentions("活动后疼痛，休息缓解。")


def test_a_phrase_without_words_is_refused():
    with pytest.raises(InputError):
        Lexicon([("/", "x")])
    with pytest.raises(InputError):
        Lexicon([("!a + !b", "x")])


def test_a_text_beyond_the_limit_is_refused():
    with pytest.raises(InputError):
        LEXICON.mentions("a" * (MAX_TEXT + 1))


def test_severity_and_length_of_time_go_to_their_finding():
    found = {
        m.term: (m.severity, m.days)
        for m in LEXICON.mentions("Severe headache for 2 days, mild cough since yesterday.")
    }
    assert found == {"headache": ("severe", 2), "cough": ("mild", 1)}


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("A 3-day history of fever and cough", 3),
        ("3天前出现发热、咳嗽", 3),
        ("fever, cough x 2 weeks", 14),
        ("发热伴咳嗽1周", 7),
    ],
)
def test_a_length_of_time_belongs_to_the_whole_list(text, days):
    assert [m.days for m in LEXICON.mentions(text)] == [days, days]


@pytest.mark.parametrize(
    ("text", "severity"),
    [
        ("chest pain 8/10", "severe"),
        ("chest pain, rated 5 out of 10", "moderate"),
        ("胸痛2分", "mild"),
        ("剧烈胸痛", "severe"),
        ("chest pain is mild", "mild"),
        ("chest pain", None),
        ("severe rash, chest pain", None),
    ],
)
def test_severity_is_read_only_where_it_is_said(text, severity):
    assert LEXICON.mentions(text)[-1].severity == severity


@pytest.mark.parametrize(
    ("text", "assertion"),
    [
        ("[doctor] any fever ?\n[patient] uh , no , nothing", "absent"),
        ("[doctor] have you had a fever ?\n[doctor] okay .\n[patient] yeah , a bit", "present"),
        ("[doctor] any fever ?\n[doctor] let us look at your throat .", "hypothetical"),
        ("the fever is high , okay ?\n[patient] no", "present"),
        ("有没有发热？没有。", "absent"),
        ("Fever?", "uncertain"),
    ],
)
def test_an_answer_decides_what_was_asked(text, assertion):
    assert [m.assertion for m in LEXICON.mentions(text)] == [assertion]


@given(TEXTS)
def test_reading_never_fails_stays_inside_the_text_and_repeats(text):
    found = LEXICON.mentions(text)
    assert all(0 <= m.start < m.end <= len(text) for m in found)
    assert list(found) == sorted(found, key=lambda m: (m.start, m.end, m.term))
    assert LEXICON.mentions(text) == found


@given(st.sampled_from(PIECES), st.integers(1, 400))
def test_a_piece_repeated_is_read(piece, times):
    text = piece * times
    assert all(m.end <= len(text) for m in LEXICON.mentions(text))


@given(st.text(alphabet="abcdefghij klmnopqrstuvwxyz+/*!胸痛", max_size=30))
def test_a_phrase_is_taken_or_refused(phrase):
    try:
        lexicon = Lexicon([(phrase, "x")])
    except InputError:
        return
    assert all(m.term == "x" for m in lexicon.mentions(phrase))
