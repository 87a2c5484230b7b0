import pytest
from hypothesis import given
from hypothesis import strategies as st

from openward.trail import merkle

# The test leaves and roots of the Certificate Transparency reference implementation (RFC 6962, the same tree).
LEAVES = [
    bytes.fromhex(text)
    for text in (
        "", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f",
    )
]  # fmt: skip
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

trees = st.lists(st.binary(max_size=4), min_size=1, max_size=40)


def naive_root(leaves):
    """The definition of RFC 9162, 2.1.1, word by word."""
    if not leaves:
        return merkle.EMPTY
    if len(leaves) == 1:
        return merkle.leaf_hash(leaves[0])
    middle = 1
    while middle * 2 < len(leaves):
        middle *= 2
    return merkle.node_hash(naive_root(leaves[:middle]), naive_root(leaves[middle:]))


def test_the_empty_tree_has_the_hash_of_nothing():
    assert merkle.root_of([]).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(1, 9))
def test_roots_are_those_of_the_reference_implementation(size):
    assert merkle.root_of(LEAVES[:size]).hex() == ROOTS[size - 1]


@given(trees)
def test_the_growing_frontier_gives_the_root_of_the_definition(leaves):
    assert merkle.root_of(leaves) == naive_root(leaves)


@given(trees, st.data())
def test_every_leaf_is_proved_to_be_in_its_place_and_nowhere_else(leaves, data):
    index = data.draw(st.integers(0, len(leaves) - 1))
    path = merkle.inclusion_proof(leaves, index)
    root = merkle.root_of(leaves)
    assert merkle.verify_inclusion(leaves[index], index, len(leaves), path, root)
    assert not merkle.verify_inclusion(leaves[index] + b"!", index, len(leaves), path, root)
    assert not merkle.verify_inclusion(leaves[index], index, len(leaves), (*path, root), root)
    assert not merkle.verify_inclusion(leaves[index], len(leaves), len(leaves), path, root)
    if path:
        assert not merkle.verify_inclusion(leaves[index], index, len(leaves), path[:-1], root)


@given(trees, st.data())
def test_an_older_tree_is_proved_to_be_a_prefix(leaves, data):
    old = data.draw(st.integers(1, len(leaves)))
    path = merkle.consistency_proof(leaves, old)
    before, after = merkle.root_of(leaves[:old]), merkle.root_of(leaves)
    assert merkle.verify_consistency(old, len(leaves), path, before, after)
    assert not merkle.verify_consistency(old, len(leaves), path, merkle.leaf_hash(b"other"), after)
    assert not merkle.verify_consistency(old, len(leaves), path, before, merkle.leaf_hash(b"other"))
    assert not merkle.verify_consistency(old, len(leaves), (*path, before), before, after)
    assert not merkle.verify_consistency(len(leaves) + 1, len(leaves), path, before, after)
    if old < len(leaves):
        assert not merkle.verify_consistency(old, len(leaves), (), before, after)


@given(trees, st.data())
def test_a_rewritten_past_has_no_consistency_proof(leaves, data):
    old = data.draw(st.integers(1, len(leaves)))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*leaves]
    rewritten[place] += b"!"
    path = merkle.consistency_proof(rewritten, old)
    assert not merkle.verify_consistency(
        old, len(leaves), path, merkle.root_of(leaves[:old]), merkle.root_of(rewritten)
    )


@pytest.mark.parametrize("index", [-1, 3])
def test_there_is_no_proof_for_a_leaf_that_is_not_there(index):
    with pytest.raises(IndexError, match="no leaf"):
        merkle.inclusion_proof(LEAVES[:3], index)


@pytest.mark.parametrize("old", [0, 4])
def test_there_is_no_proof_for_a_tree_that_never_was(old):
    with pytest.raises(IndexError, match="no tree"):
        merkle.consistency_proof(LEAVES[:3], old)
