"""The stream of patients: the same for the same seed, any size, small in memory."""

import gzip
import re
import tracemalloc
from collections import Counter
from datetime import date
from itertools import islice

import msgspec
import orjson
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.synthetic.charts import AS_OF, SEED

from openward.synthetic import Truth, generate, truth, write_ndjson, write_truth
from openward.synthetic.hospital import story_of
from openward.synthetic.story import BACKGROUND, SPECIALTIES, load_stories


def test_the_same_seed_date_and_number_give_the_same_bytes():
    once, again = (list(generate(60, seed=SEED, as_of=AS_OF)) for _ in range(2))
    assert once == again
    assert list(truth(60, seed=SEED, as_of=AS_OF)) == list(truth(60, seed=SEED, as_of=AS_OF))


@given(seed=st.integers(0, 2**63), few=st.integers(1, 60), more=st.integers(1, 40))
@settings(max_examples=15, deadline=None)
def test_a_patient_does_not_depend_on_how_many_are_made(seed, few, more):
    small = list(generate(few, seed=seed, as_of=AS_OF))
    large = generate(few + more, seed=seed, as_of=AS_OF)
    assert list(islice(large, len(small))) == small
    assert len(list(large)) > 0


def test_another_seed_gives_other_patients():
    assert list(generate(5, seed=1, as_of=AS_OF)) != list(generate(5, seed=2, as_of=AS_OF))


def test_another_day_moves_the_dates_and_nothing_else():
    dates = re.compile(rb"\d{4}-\d\d-\d\d")
    one = [dates.sub(b"", r) for r in generate(80, seed=3, as_of=date(2026, 3, 2))]
    other = [dates.sub(b"", r) for r in generate(80, seed=3, as_of=date(2026, 3, 2 + 7))]
    same = sum(a == b for a, b in zip(one, other, strict=True))
    assert same / len(one) > 0.99, "an age may turn within the week, numbers stay"


def test_two_hundred_patients_hold_every_story_at_least_three_times():
    told = Counter(story_of(n, SEED).id for n in range(1, 201))
    assert set(told) == {f.id for f in load_stories()}
    assert min(told.values()) >= 3


def test_the_eight_specialties_are_balanced():
    count = Counter(f.specialty for f in load_stories())
    assert set(count) == {*SPECIALTIES, BACKGROUND}
    assert all(count[s] >= 5 for s in SPECIALTIES)
    assert sum(count[s] for s in SPECIALTIES) >= 44


def test_about_a_third_of_the_patients_carry_a_planted_problem():
    told = list(truth(224, seed=SEED, as_of=AS_OF))
    planted = {t.patient for t in told if t.kind not in {"none", "no-interrupt"}}
    assert 0.25 <= len(planted) / 224 <= 0.40
    assert {t.kind for t in told} == {"interaction", "allergy", "duplicate", "kidney", "none", "no-interrupt"}


def test_ids_are_unique_readable_and_allowed_by_fhir():
    seen = set()
    for body in generate(120, seed=SEED, as_of=AS_OF):
        resource = orjson.loads(body)
        key = (resource["resourceType"], resource["id"])
        assert re.fullmatch(r"demo-[A-Za-z0-9\-.]{1,59}", resource["id"])
        assert key not in seen
        seen.add(key)


def test_every_resource_says_that_it_is_synthetic():
    for body in generate(60, seed=SEED, as_of=AS_OF):
        assert {t["code"] for t in orjson.loads(body)["meta"]["tag"]} == {"HTEST", "synthetic"}


def test_the_truth_is_never_inside_the_record():
    stories = load_stories()
    words = [t.why for f in stories for t in f.story.truths] + [f.id for f in stories if "_" in f.id]
    words += [f.story.teaches.en for f in stories if len(f.story.teaches.en) > 20]
    for body in generate(60, seed=SEED, as_of=AS_OF):
        text = body.decode()
        assert not any(word in text for word in words)


def test_references_resolve_inside_the_patient_or_the_hospital():
    house, current = set(), set()
    for body in generate(112, seed=SEED, as_of=AS_OF):
        resource = orjson.loads(body)
        name = f"{resource['resourceType']}/{resource['id']}"
        if resource["resourceType"] in {"Organization", "Location", "Practitioner"}:
            house.add(name)
            assert refs(resource) <= house
            continue
        if resource["resourceType"] == "Patient":
            current = set()
        current.add(name)
        assert refs(resource) <= house | current, name


def refs(value) -> set[str]:
    if isinstance(value, dict):
        own = {value["reference"]} if isinstance(value.get("reference"), str) else set()
        return own.union(*(refs(v) for v in value.values()))
    return set().union(*(refs(v) for v in value)) if isinstance(value, list) else set()


def test_the_files_hold_what_the_streams_hold(tmp_path):
    plain, packed, other = tmp_path / "h.ndjson", tmp_path / "h.ndjson.gz", tmp_path / "again.gz"
    count = write_ndjson(plain, 20, seed=SEED, as_of=AS_OF)
    write_ndjson(packed, 20, seed=SEED, as_of=AS_OF)
    write_ndjson(other, 20, seed=SEED, as_of=AS_OF)
    assert plain.read_bytes() == gzip.decompress(packed.read_bytes())
    assert packed.read_bytes() == other.read_bytes()
    assert plain.read_bytes().splitlines() == list(generate(20, seed=SEED, as_of=AS_OF))
    assert count == len(plain.read_bytes().splitlines())
    lines = write_truth(tmp_path / "truth.ndjson", 20, seed=SEED, as_of=AS_OF)
    rows = msgspec.json.Decoder(Truth).decode_lines((tmp_path / "truth.ndjson").read_bytes())
    assert rows == list(truth(20, seed=SEED, as_of=AS_OF))
    assert lines == len(rows)


def test_a_long_stream_stays_small_in_memory():
    stream = generate(100_000, seed=SEED, as_of=AS_OF)
    for _ in islice(stream, 8_000):
        pass
    tracemalloc.start()
    try:
        for _ in islice(stream, 2_000):
            pass
        early, _ = tracemalloc.get_traced_memory()
        for _ in islice(stream, 20_000):
            pass
        late, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert late - early < 1_000_000
