"""One patient of every story."""

import pytest
from tests.synthetic.charts import SEED, STORIES, Chart


@pytest.fixture(scope="session", params=range(1, len(STORIES) + 1), ids=STORIES)
def chart(request) -> Chart:
    return Chart(request.param, SEED)
