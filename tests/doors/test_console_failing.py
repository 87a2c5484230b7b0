"""Why a run failed: in the language of the page, and what has no words of its own as it is."""

import time

import pytest

from openward.domain.errors import ServiceError
from openward.domain.run import Failure
from openward.doors.console.failing import why_failed
from openward.doors.console.visit import words
from openward.harness.budget import within


@pytest.mark.parametrize(("language", "said"), [("en", "within 0.01 seconds"), ("zh", "未能在 0.01 秒内完成")])
def test_a_run_that_was_stopped_is_told_in_the_language_of_the_page(language, said):
    with pytest.raises(ServiceError) as stopped:
        within(0.01, lambda: time.sleep(0.2))
    failure = Failure("ServiceError", str(stopped.value))
    assert said in why_failed(failure, lambda key, **slots: words()[language][key].format(**slots))


def test_what_has_no_words_of_its_own_is_shown_as_it_is():
    assert why_failed(Failure("CheckError", "a quote is not in the note"), str) == "a quote is not in the note"
