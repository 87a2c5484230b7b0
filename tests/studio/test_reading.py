"""A manifest is read whole or refused with the line and the reason."""

import jsonschema
import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from tests.studio.sample import MANIFEST

from openward.domain.errors import InputError
from openward.studio.reading import MAX_BYTES, read_manifest, schema, write_manifest


def test_a_manifest_is_read():
    read = read_manifest(MANIFEST, "agent.yaml")
    assert (read.id, read.title.zh, read.roles) == ("discharge-questions", "出院问答", ("clinician", "nurse"))
    assert read.guide.parts[0].takes == ("chart.medications", "prescription-review.findings")


def test_what_is_written_is_read_again_and_fits_the_schema():
    read = read_manifest(MANIFEST, "agent.yaml")
    written = write_manifest(read)
    assert read_manifest(written, "again") == read
    assert "limits" not in written
    jsonschema.validate(yaml.safe_load(written), schema())


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("version: 1.0.0", "version: one", "line 2: .*'version'"),
        ("roles: [clinician, nurse]", "roles: [clinician, surgeon]", "line 9: .*'roles"),
        ("owner: Ward 7", "", "owner"),
        ("chart: [medications, allergies]", "chart: [medications, secrets]", "line 11: .*'chart"),
        ("owner: Ward 7", "owner: Ward 7\nowner: Ward 8", "line 8: 'owner' stands here twice"),
        ("owner: Ward 7", "owner: Ward 7\nsuperuser: true", "superuser"),
        ("id: discharge-questions", "id: ../../etc", "line 1: .*'id'"),
        ("owner: Ward 7", "owner: !!python/object/apply:os.system [ls]", "line 7: write plain text"),
        ("owner: Ward 7", "owner: 2026-11-21", "line 7: write plain text"),
        ("roles: [clinician, nurse]", "roles: []", "'roles'"),
        ("    - title: {en: Medicines, zh: 用药}", "    - title: {en: Medicines}", "line 16: .*zh.*title"),
        ("owner: Ward 7", "owner: [", "line"),
    ],
)
def test_a_fault_is_told_with_its_line(old, new, told):
    with pytest.raises(InputError, match=told):
        read_manifest(MANIFEST.replace(old, new), "agent.yaml")


def test_a_bomb_is_refused_before_it_is_built():
    bomb = "a: &a [x, x]\n" + "".join(
        f"{c}: &{c} [*{p}, *{p}, *{p}]\n" for p, c in zip("abcdefgh", "bcdefghi", strict=True)
    )
    with pytest.raises(InputError, match="no anchors"):
        read_manifest(bomb, "agent.yaml")


def test_what_nests_too_deeply_is_refused():
    with pytest.raises(InputError, match="nests more than 24"):
        read_manifest("a: " + "[" * 20_000, "agent.yaml")


def test_an_empty_and_a_huge_manifest_are_refused():
    with pytest.raises(InputError, match="is empty"):
        read_manifest("# nothing\n", "agent.yaml")
    with pytest.raises(InputError, match=f"{MAX_BYTES:,} bytes"):
        read_manifest("a" * (MAX_BYTES + 1), "agent.yaml")


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text):
    try:
        read = read_manifest(text, "agent.yaml")
    except InputError as error:
        assert str(error).startswith("agent.yaml")
    else:
        assert msgspec.to_builtins(read)
