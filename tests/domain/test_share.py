"""A share of weights in words."""

import pytest

from openward.domain.share import fits, percent


@pytest.mark.parametrize(
    ("share", "said", "zh"),
    [
        (0.9, "fits well", "高度符合"),
        (0.1, "fits", "符合"),
        (0.004, "fits little", "符合较少"),
        (0, "fits little", "符合较少"),
    ],
)
def test_a_share_is_told_as_how_well_something_fits(share, said, zh):
    assert (fits(share, "en"), fits(share, "zh")) == (said, zh)


def test_a_small_share_is_not_called_nothing():
    assert (percent(0.734), percent(0.004)) == ("73 %", "< 1 %")
